import NIOCore
import NIOPosix
import Synchronization

/// A proxy on loopback that makes tunnels to ports of loopback, whatever host is asked for.
final class TestProxy: Sendable {
    private let asked = Mutex<[String]>([])
    private let listening = Mutex<(any Channel)?>(nil)

    var port: Int { listening.withLock { $0?.localAddress?.port } ?? 0 }
    /// The heads of all requests.
    var requests: [String] { asked.withLock { $0 } }

    static func run(_ work: (TestProxy) async throws -> Void) async throws {
        let proxy = TestProxy()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Tunnel(proxy))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        proxy.listening.withLock { $0 = channel }
        do { try await work(proxy) } catch {
            try? await channel.close()
            throw error
        }
        try? await channel.close()
    }

    fileprivate func note(_ head: String) { asked.withLock { $0.append(head) } }
}

/// One side of a tunnel: reads a request's head, then hands on whatever comes.
private final class Tunnel: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let proxy: TestProxy
    private var head = ""
    private var other: (any Channel)?

    init(_ proxy: TestProxy) { self.proxy = proxy }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if let other { return other.writeAndFlush(bytes, promise: nil) }
        head += String(buffer: bytes)
        guard head.hasSuffix("\r\n\r\n") else { return }
        proxy.note(head)
        let place = head.split(separator: " ").dropFirst().first ?? ""
        let near = context.channel
        guard let port = place.split(separator: ":").last.flatMap({ Int($0) }) else {
            return context.close(promise: nil)
        }
        let this = NIOLoopBound(self, eventLoop: context.eventLoop)
        ClientBootstrap(group: context.eventLoop).channelInitializer { far in
            far.eventLoop.makeCompletedFuture {
                try far.pipeline.syncOperations.addHandler(Back(near))
            }
        }.connect(host: "127.0.0.1", port: port).whenComplete { result in
            let answer: String
            switch result {
            case .success(let far):
                this.value.other = far
                answer = "HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n"
            case .failure: answer = "HTTP/1.1 502 Bad Gateway\r\n\r\n"
            }
            near.writeAndFlush(ByteBuffer(string: answer), promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { other?.close(promise: nil) }
}

/// The way back.
private final class Back: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let near: any Channel

    init(_ near: any Channel) { self.near = near }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        near.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { near.close(promise: nil) }
}
