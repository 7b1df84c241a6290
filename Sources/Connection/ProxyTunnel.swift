import MeshProtocol
import NIOCore

/// Asks a proxy for a tunnel to a broker, and steps aside once it is there.
final class ProxyTunnel: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What a proxy may answer before the tunnel, in bytes.
    static let longestHead = 16 << 10

    private let proxy: Proxy
    private let target: String
    private let opened: EventLoopPromise<Void>
    private var head: [UInt8] = []
    private var isAsked = false
    private var isDone = false

    /// `opened` is answered when what is written goes to `target`, a host and a port.
    init(_ proxy: Proxy, to target: String, opened: EventLoopPromise<Void>) {
        self.proxy = proxy
        self.target = target
        self.opened = opened
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { ask(context) }
    }

    func channelActive(context: ChannelHandlerContext) { ask(context) }

    private func ask(_ context: ChannelHandlerContext) {
        guard !isAsked else { return }
        isAsked = true
        var request = "CONNECT \(target) HTTP/1.1\r\nHost: \(target)\r\n"
        if let credentials = proxy.credentials {
            request += "Proxy-Authorization: Basic \(credentials)\r\n"
        }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request + "\r\n")), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDone else { return }
        head += unwrapInboundIn(data).readableBytesView
        guard let end = Self.end(of: head) else {
            if head.count > Self.longestHead { fail(context, "answered without an end") }
            return
        }
        // Whoever speaks before the broker is asked anything is not the broker.
        guard end == head.count, end <= Self.longestHead, let status = Self.status(of: head) else {
            return fail(context, "does not answer as one does")
        }
        switch status {
        case 200..<300: break
        case 407: return fail(context, "wants a name and a password that it knows")
        default: return fail(context, "refused to connect to the broker (\(status))")
        }
        isDone = true
        context.pipeline.syncOperations.removeHandler(self).cascade(to: opened)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(context, "closed the connection")
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        if !isDone { opened.fail(ChannelError.ioOnClosedChannel) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(context, "closed the connection")
    }

    private func fail(_ context: ChannelHandlerContext, _ what: String) {
        guard !isDone else { return }
        isDone = true
        opened.fail(OpeningFailure(reason: "the proxy at \(proxy) \(what)"))
        context.close(promise: nil)
    }

    // MARK: - the answer

    /// Where the head's last byte is followed by whatever follows it.
    static func end(of bytes: [UInt8]) -> Int? {
        let mark = Array("\r\n\r\n".utf8)
        guard bytes.count >= mark.count else { return nil }
        for start in 0...(bytes.count - mark.count) where bytes[start...].starts(with: mark) {
            return start + mark.count
        }
        return nil
    }

    /// From `HTTP/1.1 200 …`.
    static func status(of head: [UInt8]) -> Int? {
        let line = String(decoding: head.prefix { $0 != 0x0D }.prefix(64), as: UTF8.self)
        let words = line.split(separator: " ")
        guard words.count >= 2, words[0] == "HTTP/1.1" || words[0] == "HTTP/1.0",
            words[1].utf8.count == 3, let status = Int(words[1]), status >= 200
        else { return nil }
        return status
    }
}
