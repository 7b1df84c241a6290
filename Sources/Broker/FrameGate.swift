import NIOCore
import NIOWebSocket

/// Reads the head of each frame as its bytes pass by, and stops one that is too large before any
/// of it is kept in memory.
final class FrameGate: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// The largest payload let through, in bytes.
    var limit: Int

    private var head: [UInt8] = []
    /// What is still to come of the frame whose head was read: its mask and payload.
    private var rest = 0
    private var isShut = false

    init(limit: Int) { self.limit = limit }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isShut else { return }
        let buffer = unwrapInboundIn(data)
        if passes(buffer.readableBytesView) {
            context.fireChannelRead(data)
        } else {
            isShut = true
            context.fireErrorCaught(NIOWebSocketError.invalidFrameLength)
        }
    }

    private func passes(_ bytes: ByteBufferView) -> Bool {
        var bytes = bytes[...]
        while !bytes.isEmpty {
            if rest > 0 {
                let skipped = min(rest, bytes.count)
                bytes = bytes.dropFirst(skipped)
                rest -= skipped
                continue
            }
            head.append(bytes.removeFirst())
            guard let length = payloadLength else { continue }
            if length > UInt64(limit) { return false }
            rest = Int(length) + (head[1] & 0x80 == 0 ? 0 : 4)
            head = []
        }
        return true
    }

    /// Nil until enough of the head is there (RFC 6455, section 5.2).
    private var payloadLength: UInt64? {
        guard head.count >= 2 else { return nil }
        let extra =
            switch head[1] & 0x7f {
            case 126: 2
            case 127: 8
            default: 0
            }
        guard head.count == 2 + extra else { return nil }
        if extra == 0 { return UInt64(head[1] & 0x7f) }
        return head[2...].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
