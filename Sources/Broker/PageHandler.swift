import Foundation
import Mesh
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// What the broker answers over HTTP where no WebSocket is asked for. One request a connection.
final class PageHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let hosts: HostRule
    private let switchboard: Switchboard
    private let startedAt: Moment
    private let now: @Sendable () -> Moment
    private var head: HTTPRequestHead?

    init(
        hosts: HostRule, switchboard: Switchboard, startedAt: Moment,
        now: @escaping @Sendable () -> Moment
    ) {
        self.hosts = hosts
        self.switchboard = switchboard
        self.startedAt = startedAt
        self.now = now
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head else { return }
            self.head = nil
            answer(head, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A request for a WebSocket that is not to be is answered as any other.
        if !(error is NIOWebSocketUpgradeError) { context.close(promise: nil) }
    }

    private struct Health: Encodable {
        var status = "ok"
        var db = "up"
        var version = SkeinVersion.current
        /// Seconds.
        var uptime: Int64
        var peers: Int
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard hosts.accepts(head) else {
            return send(.forbidden, "forbidden host or origin", context)
        }
        guard head.uri == "/health" else { return send(.notFound, "not found", context) }
        guard head.method == .GET || head.method == .HEAD else {
            return send(.methodNotAllowed, "method not allowed", context)
        }
        let health = Health(
            uptime: now().milliseconds(since: startedAt) / 1000,
            peers: switchboard.counts.peers)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let body = (try? encoder.encode(health)).map { String(decoding: $0, as: UTF8.self) }
        send(
            .ok, body ?? "{}", context, type: "application/json",
            withoutBody: head.method == .HEAD)
    }

    private func send(
        _ status: HTTPResponseStatus, _ text: String, _ context: ChannelHandlerContext,
        type: String = "text/plain; charset=utf-8", withoutBody: Bool = false
    ) {
        let body = ByteBuffer(string: text)
        let headers: HTTPHeaders = [
            "content-type": type, "content-length": String(body.readableBytes),
            "cache-control": "no-store", "x-content-type-options": "nosniff",
            "connection": "close",
        ]
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !withoutBody { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
            channel.close(promise: nil)
        }
    }
}

extension HostRule {
    func accepts(_ head: HTTPRequestHead) -> Bool {
        let named = head.headers[canonicalForm: "host"]
        guard named.count == 1, let host = named.first else { return false }
        return accepts(host: String(host)) && accepts(origin: head.headers.first(name: "origin"))
    }
}
