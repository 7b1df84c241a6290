import Foundation
import NIOCore

/// A client of Redis: XADD to one stream, one at a time (RESP2).
final class RedisLoad: LoadConnection, ClosedLoop, @unchecked Sendable {
    private let command: [UInt8]
    private var meter: Meter?
    private var sentAt: UInt64 = 0

    /// Stores a body of that many bytes each time.
    init(body: Int) {
        command = Self.command(["XADD", "s", "*", "b", String(repeating: "x", count: body)])
    }

    private static func command(_ words: [String]) -> [UInt8] {
        let parts = words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }
        return Array(("*\(words.count)\r\n" + parts.joined()).utf8)
    }

    override func opened() { write(Self.command(["PING"])) }

    func begin(_ meter: Meter) {
        self.meter = meter
        send()
    }

    func clear() { write(Self.command(["UNLINK", "s"])) }

    private func send() {
        sentAt = nanoseconds()
        write(command)
    }

    override func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let end = bytes.lineEnd else { return 0 }
        switch bytes[0] {
        case UInt8(ascii: "$"):
            let line = UnsafeRawBufferPointer(rebasing: bytes[1..<end]).text
            let whole = end + 2 + (Int(line) ?? 0) + 2
            guard bytes.count >= whole else { return 0 }
            stored()
            return whole
        case UInt8(ascii: "-"):
            let reason = UnsafeRawBufferPointer(rebasing: bytes[..<end]).text
            // It reads its file first.
            if reason.hasPrefix("-LOADING") { opened() } else { meter?.failure = reason }
        case UInt8(ascii: "+"): ready?.succeed()
        default: break
        }
        return end + 2
    }

    private func stored() {
        guard let meter else { return }
        let now = nanoseconds()
        meter.acked(sentAt: sentAt, at: now)
        if now < meter.end { send() }
    }
}
