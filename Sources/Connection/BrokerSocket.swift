import MeshProtocol
import NIOCore
import NIOWebSocket

/// One WebSocket to a broker: messages in and out. It answers pings, and ends a connection that
/// has been silent for longer than a broker ever is.
struct BrokerSocket: Sendable {
    enum Event: Sendable {
        /// What came in one read. `resume` asks for the next.
        case messages([[UInt8]])
        /// The answer to `ping`.
        case pong(UInt64)
        /// The last event. The code is nil where the connection ended without a close frame.
        case ended(code: UInt16?, reason: String)
    }

    /// A broker pings every 30 s: after this much silence it is gone.
    static let silenceLimit = TimeAmount.seconds(75)
    /// For finding the host and connecting to it.
    static let connectLimit = TimeAmount.seconds(5)
    /// From there: the proxy's tunnel, TLS, and the broker's agreement to a WebSocket.
    static let agreementLimit = TimeAmount.seconds(8)
    /// How long a broker has to answer our close frame.
    static let closeLimit = TimeAmount.seconds(1)
    /// What may wait to be sent.
    static let outboundLimit = 4 << 20

    let events: AsyncStream<Event>
    private let channel: any Channel

    init(events: AsyncStream<Event>, channel: any Channel) {
        self.events = events
        self.channel = channel
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

    /// The broker's answer is the event `pong` with the same number.
    func ping(_ number: UInt64) {
        channel.writeAndFlush(Self.frame(.ping, ByteBuffer(integer: number)), promise: nil)
    }

    func isSame(as other: BrokerSocket) -> Bool { channel === other.channel }

    /// Ends the connection without a word.
    func drop() { channel.close(promise: nil) }

    static func frame(_ opcode: WebSocketOpcode, _ data: ByteBuffer) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
    }
}
