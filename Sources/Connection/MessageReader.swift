import MeshProtocol
import NIOCore
import NIOWebSocket

/// Puts a broker's frames together to messages and hands them on, one read at a time: who does
/// not ask for more is sent no more.
final class MessageReader: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let continuation: AsyncStream<BrokerSocket.Event>.Continuation
    private var messages: [[UInt8]] = []
    private var fragments: [UInt8]?
    private var goodbye: (code: UInt16?, reason: String)?

    init(_ continuation: AsyncStream<BrokerSocket.Event>.Continuation) {
        self.continuation = continuation
    }

    func handlerAdded(context: ChannelHandlerContext) { context.read() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .text, .binary, .continuation:
            let message = (fragments ?? []) + Array(frame.unmaskedData.readableBytesView)
            guard (frame.opcode == .continuation) == (fragments != nil),
                message.count <= FrameLimits.serverFrame
            else { return context.close(promise: nil) }
            fragments = frame.fin ? nil : message
            if frame.fin { messages.append(message) }
        case .ping:
            context.writeAndFlush(
                wrapOutboundOut(BrokerSocket.frame(.pong, frame.unmaskedData)), promise: nil)
        case .pong:
            var data = frame.unmaskedData
            if let number: UInt64 = data.readInteger() { continuation.yield(.pong(number)) }
        case .connectionClose:
            guard goodbye == nil else { return }
            var data = frame.unmaskedData
            goodbye = (data.readInteger(), String(buffer: data))
            // Where it answers our own close frame, a second one of ours does no harm.
            var answer = frame.unmaskedData
            let code = answer.readSlice(length: min(2, answer.readableBytes)) ?? ByteBuffer()
            context.writeAndFlush(
                wrapOutboundOut(BrokerSocket.frame(.connectionClose, code)), promise: nil)
            context.close(promise: nil)
        default: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if messages.isEmpty {
            context.read()
        } else {
            continuation.yield(.messages(messages))
            messages = []
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { finish() }

    func handlerRemoved(context: ChannelHandlerContext) { finish() }

    private func finish() {
        if !messages.isEmpty { continuation.yield(.messages(messages)) }
        messages = []
        continuation.yield(.ended(code: goodbye?.code, reason: goodbye?.reason ?? ""))
        continuation.finish()
    }
}
