import Mesh
import MeshProtocol
import NIOCore
import NIOHTTP1
import NIOSSL
import NIOWebSocket

/// Sets a new connection up: HTTP first, then a WebSocket where exactly `/ws` is asked for.
struct Door: Sendable {
    let hosts: HostRule
    let switchboard: NIOLoopBound<Switchboard>
    let tls: NIOSSLContext?

    /// From accepting a connection to its request being whole.
    let requestSeconds: Int
    /// For a client to answer our close frame.
    let closeLimit: TimeAmount

    func open(on channel: any Channel) throws {
        guard switchboard.value.admits(RemoteAddress(channel.remoteAddress)) else {
            return channel.close(promise: nil)
        }
        if let tls {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
        }
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 8 << 10
        limits.maxHeaderListSize = 32 << 10
        limits.maxHeaderFieldCount = 64
        let page = PageHandler(hosts: hosts, switchboard: switchboard.value)
        let deadline = channel.eventLoop.scheduleTask(in: .seconds(Int64(requestSeconds))) {
            channel.close(promise: nil)
        }
        channel.closeFuture.whenComplete { _ in deadline.cancel() }
        let boundPage = NIOLoopBound(page, eventLoop: channel.eventLoop)
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: FrameLimits.skeinFrame, automaticErrorHandling: false,
            shouldUpgrade: { channel, head in
                let isWanted = head.uri == "/ws" && hosts.accepts(head)
                return channel.eventLoop.makeSucceededFuture(isWanted ? [:] : nil)
            },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    deadline.cancel()
                    try becomeSocket(channel)
                }
            })
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withPipeliningAssistance: false,
            withServerUpgrade: (
                upgraders: [upgrader],
                completionHandler: { context in
                    context.pipeline.syncOperations.removeHandler(boundPage.value, promise: nil)
                }
            ),
            withErrorHandling: true, withEncoderConfiguration: HTTPResponseEncoder.Configuration(),
            withDecoderLimitConfiguration: limits)
        try channel.pipeline.syncOperations.addHandler(page)
    }

    private func becomeSocket(_ channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        let gate = FrameGate(limit: FrameLimits.plainFrame)
        let decoder = try pipeline.handler(type: ByteToMessageHandler<WebSocketFrameDecoder>.self)
        try pipeline.addHandler(gate, position: .before(decoder))
        try pipeline.addHandler(
            ClientSocket(
                channel: channel, switchboard: switchboard.value, gate: gate,
                closeLimit: closeLimit))
    }
}
