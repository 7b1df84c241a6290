import NIOCore

/// Cuts a stream into lines, without their line feeds.
struct RelayLineDecoder: ByteToMessageDecoder {
    typealias InboundOut = ByteBuffer

    /// The most bytes of a line, its line feed not counted.
    static let longest = 8 << 20

    struct LineTooLong: Error {}

    private var searched = 0

    mutating func decode(
        context: ChannelHandlerContext, buffer: inout ByteBuffer
    ) throws -> DecodingState {
        let view = buffer.readableBytesView
        let from = view.startIndex + searched
        guard let end = view[from...].firstIndex(of: 0x0A) else {
            searched = view.count
            guard searched <= Self.longest else { throw LineTooLong() }
            return .needMoreData
        }
        searched = 0
        let length = end - view.startIndex
        guard length <= Self.longest, let line = buffer.readSlice(length: length) else {
            throw LineTooLong()
        }
        buffer.moveReaderIndex(forwardBy: 1)
        context.fireChannelRead(wrapInboundOut(line))
        return .continue
    }

    /// What has no line feed when the other side ends is no line.
    mutating func decodeLast(
        context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
    ) throws -> DecodingState {
        while try decode(context: context, buffer: &buffer) == .continue {}
        buffer.clear()
        return .needMoreData
    }
}
