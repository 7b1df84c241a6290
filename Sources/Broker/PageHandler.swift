import Foundation
import Mesh
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// HTTP where no WebSocket is asked for: reads one request, has the switchboard answer it, and
/// closes. It knows no route.
final class PageHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// Bytes of a request's body (wire protocol, section 1.9).
    static let bodyLimit = 64 << 10
    /// How long the rest of a request that was refused early may take to come: closing on it would
    /// take the answer back.
    private static let restLimit = TimeAmount.seconds(1)

    private enum State {
        case fresh
        case reading(HTTPRequestHead, [UInt8])
        /// The switchboard is to answer.
        case asked
        /// Answered before all of the request was there.
        case refused
        case done
    }

    private let hosts: HostRule
    private let switchboard: Switchboard
    private var state = State.fresh
    private var isHead = false
    private var context: ChannelHandlerContext?

    init(hosts: HostRule, switchboard: Switchboard) {
        self.hosts = hosts
        self.switchboard = switchboard
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .fresh): begin(head, context)
        case (.body(let part), .reading(let head, var body)):
            // Lets go of the old one, so that appending copies nothing.
            state = .fresh
            guard body.count + part.readableBytes <= Self.bodyLimit else {
                return refuse(.refusal(.payloadTooLarge, "payload too large"))
            }
            body += part.readableBytesView
            state = .reading(head, body)
        case (.end, .reading(let head, let body)):
            state = .asked
            ask(head, body, context)
        case (.end, .refused):
            state = .done
            context.close(promise: nil)
        // A connection is for one request.
        default: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A request for a WebSocket that is not to be is answered as any other.
        if !(error is NIOWebSocketUpgradeError) { context.close(promise: nil) }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        isHead = head.method == .HEAD
        guard hosts.accepts(head) else {
            return refuse(.text(.forbidden, "forbidden host or origin"))
        }
        let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        guard length <= Self.bodyLimit else {
            return refuse(.refusal(.payloadTooLarge, "payload too large"))
        }
        state = .reading(head, [])
        if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
            let go = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(go)), promise: nil)
        }
    }

    private func ask(
        _ head: HTTPRequestHead, _ body: [UInt8], _ context: ChannelHandlerContext
    ) {
        let path = head.uri.prefix { $0 != "?" }
        let request = PageRequest(
            id: PageID(number: 0), method: head.method, path: String(path),
            query: String(head.uri.dropFirst(path.count + 1)), headers: head.headers, body: body,
            remote: RemoteAddress(context.remoteAddress))
        switchboard.requested(request) { [weak self] answer in
            guard let self, case .asked = state else { return }
            state = .done
            let channel = self.context?.channel
            write(answer)?.whenComplete { _ in channel?.close(promise: nil) }
        }
    }

    private func refuse(_ answer: PageAnswer) {
        state = .refused
        _ = write(answer)
        let channel = context?.channel
        context?.eventLoop.scheduleTask(in: Self.restLimit) { channel?.close(promise: nil) }
    }

    /// Nil where the client has gone.
    private func write(_ answer: PageAnswer) -> EventLoopFuture<Void>? {
        guard let context else { return nil }
        var headers: HTTPHeaders = [
            "content-type": answer.type, "content-length": String(answer.body.count),
            "cache-control": "no-store", "x-content-type-options": "nosniff",
            "connection": "close",
        ]
        if let allow = answer.allow { headers.add(name: "allow", value: allow) }
        headers.add(contentsOf: answer.headers)
        let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !isHead {
            let body = ByteBuffer(bytes: answer.body)
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        return context.writeAndFlush(wrapOutboundOut(.end(nil)))
    }
}

extension HostRule {
    func accepts(_ head: HTTPRequestHead) -> Bool {
        let named = head.headers[canonicalForm: "host"]
        guard named.count == 1, let host = named.first else { return false }
        return accepts(host: String(host)) && accepts(origin: head.headers.first(name: "origin"))
    }
}
