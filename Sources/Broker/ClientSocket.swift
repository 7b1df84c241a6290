import Mesh
import MeshProtocol
import NIOCore
import NIOWebSocket

/// One client's WebSocket: frames in, messages to the switchboard, and back. It knows RFC 6455
/// and no word of the mesh.
final class ClientSocket: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let channel: any Channel
    private let switchboard: Switchboard
    private let gate: FrameGate
    private var id: SocketID?
    private var context: ChannelHandlerContext?
    /// The parts of a message that came in fragments.
    private var fragments: [UInt8]?
    /// We sent a close frame, or got one.
    private var isClosing = false

    /// How long a client has to answer our close frame.
    private let closeLimit: TimeAmount

    init(
        channel: any Channel, switchboard: Switchboard, gate: FrameGate, closeLimit: TimeAmount
    ) {
        self.channel = channel
        self.switchboard = switchboard
        self.gate = gate
        self.closeLimit = closeLimit
    }

    // MARK: - From the switchboard

    func allowFrames(of bytes: Int) { gate.limit = bytes }

    func write(_ message: ByteBuffer) {
        if !isClosing { send(.text, message) }
    }

    /// Answers when the operating system has taken the bytes.
    func deliver(_ message: ByteBuffer) -> EventLoopFuture<Void> {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        if isClosing || context == nil {
            promise.fail(ChannelError.ioOnClosedChannel)
        } else {
            send(.text, message, promise)
        }
        return promise.futureResult
    }

    func ping() {
        if !isClosing { send(.ping, ByteBuffer()) }
    }

    func flush() { context?.flush() }

    /// Sends a close frame, and closes when the client has answered or the limit is over.
    func close(code: UInt16, reason: String) -> EventLoopFuture<Void> {
        if !isClosing {
            isClosing = true
            var payload = ByteBuffer()
            payload.writeInteger(code)
            payload.writeString(reason)
            send(.connectionClose, payload)
            flush()
            closeSoon()
        }
        return channel.closeFuture
    }

    private func closeSoon() {
        channel.eventLoop.scheduleTask(in: closeLimit) { [channel] in
            channel.close(promise: nil)
        }
    }

    private func violate(_ code: WebSocketErrorCode) {
        let number: UInt16 = code == .messageTooLarge ? 1009 : 1002
        _ = close(code: number, reason: number == 1009 ? "frame too large" : "protocol error")
    }

    private func send(
        _ opcode: WebSocketOpcode, _ data: ByteBuffer, _ promise: EventLoopPromise<Void>? = nil
    ) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, data: data)
        context?.write(wrapOutboundOut(frame), promise: promise)
    }

    // MARK: - From the client

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        guard let id = switchboard.opened(self) else { return context.close(promise: nil) }
        self.id = id
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        if isClosing {
            // The answer to our close frame: no goodbye of the client's own.
            if frame.opcode == .connectionClose { context.close(promise: nil) }
            return
        }
        guard frame.maskKey != nil, !frame.rsv1, !frame.rsv2, !frame.rsv3 else {
            return violate(.protocolError)
        }
        let payload = frame.unmaskedData
        switch frame.opcode {
        case .text, .binary, .continuation:
            read(Array(payload.readableBytesView), frame)
        case .ping:
            send(.pong, payload)
            context.flush()
        case .pong:
            if let id { switchboard.ponged(id) }
        case .connectionClose:
            isClosing = true
            if let id { switchboard.closed(id) }
            // The client's own code goes back to it (RFC 6455, section 5.5.1).
            send(.connectionClose, ByteBuffer(bytes: payload.readableBytesView.prefix(2)))
            context.flush()
            context.close(promise: nil)
        default:
            violate(.protocolError)
        }
    }

    private func read(_ part: [UInt8], _ frame: WebSocketFrame) {
        guard (frame.opcode == .continuation) == (fragments != nil) else {
            return violate(.protocolError)
        }
        let message = (fragments ?? []) + part
        guard message.count <= gate.limit else { return violate(.messageTooLarge) }
        fragments = frame.fin ? nil : message
        if frame.fin, let id { switchboard.received(message, from: id) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let id { switchboard.dropped(id) }
        context.fireChannelInactive()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        // More waits to be sent than a client who reads would leave waiting.
        if !context.channel.isWritable { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength: violate(.messageTooLarge)
        case is NIOWebSocketError: violate(.protocolError)
        default: context.close(promise: nil)
        }
    }
}
