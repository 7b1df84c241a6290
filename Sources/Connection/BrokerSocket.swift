import Foundation
import MeshProtocol
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// One WebSocket to a broker: messages in and out. It answers pings, and ends a connection that
/// has been silent for longer than a broker ever is.
struct BrokerSocket: Sendable {
    enum Event: Sendable {
        /// What came in one read. `resume` asks for the next.
        case messages([[UInt8]])
        /// The last event. The code is nil where the connection ended without a close frame.
        case ended(code: UInt16?, reason: String)
    }

    /// A broker pings every 30 s: after this much silence it is gone.
    static let silenceLimit = TimeAmount.seconds(75)
    static let openLimit = TimeAmount.seconds(5)
    /// How long a broker has to answer our close frame.
    static let closeLimit = TimeAmount.seconds(1)
    /// What may wait to be sent.
    static let outboundLimit = 4 << 20

    let events: AsyncStream<Event>
    private let channel: any Channel

    /// Answers once the broker has agreed to a WebSocket.
    static func open(_ endpoint: BrokerEndpoint) async throws(SkeinError) -> BrokerSocket {
        let (events, continuation) = AsyncStream.makeStream(of: Event.self)
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(openLimit)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(
                .writeBufferWaterMark, value: .init(low: outboundLimit / 2, high: outboundLimit))
        do {
            let upgrade = try await bootstrap.connect(host: endpoint.host, port: endpoint.port) {
                channel in
                channel.eventLoop.makeCompletedFuture {
                    try upgrading(channel, endpoint, continuation)
                }
            }
            return BrokerSocket(events: events, channel: try await upgrade.get())
        } catch {
            continuation.finish()
            throw unreachable(endpoint, reason(error))
        }
    }

    static func unreachable(_ endpoint: BrokerEndpoint, _ reason: String) -> SkeinError {
        SkeinError(
            .brokerUnreachable, "the broker at \(endpoint) cannot be reached: \(reason)",
            hint: "Check that it runs and that its address is right")
    }

    /// False where the broker reads too slowly or the connection has ended.
    func send(_ message: [UInt8]) -> Bool {
        guard channel.isActive, channel.isWritable else { return false }
        channel.writeAndFlush(Self.frame(.text, ByteBuffer(bytes: message)), promise: nil)
        return true
    }

    /// The messages of the last read are done with.
    func resume() { channel.read() }

    /// Says goodbye. Answers when the connection is closed, after a second at the latest.
    func close() async {
        var payload = ByteBuffer()
        payload.writeInteger(UInt16(1000))
        channel.writeAndFlush(Self.frame(.connectionClose, payload), promise: nil)
        channel.eventLoop.scheduleTask(in: Self.closeLimit) { [channel] in
            channel.close(promise: nil)
        }
        try? await channel.closeFuture.get()
    }

    /// Ends the connection without a word.
    func drop() { channel.close(promise: nil) }

    static func frame(_ opcode: WebSocketOpcode, _ data: ByteBuffer) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
    }

    // MARK: - Opening

    private static func upgrading(
        _ channel: any Channel, _ endpoint: BrokerEndpoint,
        _ continuation: AsyncStream<Event>.Continuation
    ) throws -> EventLoopFuture<any Channel> {
        let upgrader = NIOTypedWebSocketClientUpgrader(
            maxFrameSize: FrameLimits.serverFrame, enableAutomaticErrorHandling: false,
            upgradePipelineHandler: { channel, _ in
                channel.setOption(.autoRead, value: false).flatMapThrowing {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(IdleStateHandler(readTimeout: silenceLimit))
                    try pipeline.addHandler(MessageReader(continuation))
                    return channel
                }
            })
        let headers: HTTPHeaders = ["host": endpoint.hostHeader, "content-length": "0"]
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: endpoint.path, headers: headers)
        let configuration = NIOUpgradableHTTPClientPipelineConfiguration(
            upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration<any Channel>(
                upgradeRequestHead: head, upgraders: [upgrader],
                notUpgradingCompletionHandler: { channel in
                    channel.eventLoop.makeFailedFuture(NotABroker())
                }))
        let deadline = channel.eventLoop.scheduleTask(in: openLimit) {
            channel.close(promise: nil)
        }
        return try channel.pipeline.syncOperations
            .configureUpgradableHTTPClientPipeline(configuration: configuration)
            .always { result in
                deadline.cancel()
                if case .failure = result { channel.close(promise: nil) }
            }
    }

    private struct NotABroker: Error {}

    private static func reason(_ error: any Error) -> String {
        switch error {
        case is NotABroker: "what answers there is no broker"
        case let error as IOError: told(error.errnoCode)
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { Self.reason($0.error) }
                ?? "its name is not known"
        case ChannelError.connectTimeout, ChannelError.ioOnClosedChannel,
            ChannelError.alreadyClosed, ChannelError.inputClosed, ChannelError.eof:
            "it does not answer"
        default: "it does not answer as a broker does"
        }
    }

    private static func told(_ number: CInt) -> String {
        let words = String(cString: strerror(number))
        return words.prefix(1).lowercased() + words.dropFirst()
    }
}
