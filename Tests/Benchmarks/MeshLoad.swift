import Foundation
import NIOCore

/// A client of a broker over a WebSocket (RFC 6455), as little as can be: no frame is parsed that
/// need not be, and its mask is zero, which costs the client nothing and the broker the same.
class MeshLoad: LoadConnection, @unchecked Sendable {
    private var isUpgraded = false
    private var greeted: EventLoopPromise<Void>?

    final override func opened() {
        write(
            Array(
                """
                GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n\
                Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                Sec-WebSocket-Version: 13\r\n\r\n
                """.utf8))
    }

    /// What the broker sends after its answer to the hello.
    func told(_ message: UnsafeRawBufferPointer) {}

    /// The connection is of no more use.
    func lost(_ reason: String) {}

    /// The bytes of a text frame.
    static func frame(_ payload: [UInt8], opcode: UInt8 = 1) -> [UInt8] {
        var head: [UInt8] = [0x80 | opcode]
        switch payload.count {
        case ..<126: head.append(0x80 | UInt8(payload.count))
        case ..<65536:
            head += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        default:
            head.append(0x80 | 127)
            head += (0..<8).map { UInt8(payload.count >> (56 - 8 * $0) & 255) }
        }
        return head + [0, 0, 0, 0] + payload
    }

    final override func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        isUpgraded ? takeFrame(bytes) : takeHead(bytes)
    }

    private func takeHead(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.has("\r\n\r\n") else { return 0 }
        isUpgraded = bytes.has(" 101 ")
        if isUpgraded {
            ready?.succeed()
        } else {
            ready?.fail(BenchFailure("no WebSocket: \(bytes.text)"))
        }
        // The broker says nothing before it is spoken to.
        return bytes.count
    }

    private func takeFrame(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.count >= 2 else { return 0 }
        var length = Int(bytes[1] & 0x7f)
        var start = 2
        if length >= 126 {
            start += length == 126 ? 2 : 8
            guard bytes.count >= start else { return 0 }
            length = bytes[2..<start].reduce(0) { $0 << 8 | Int($1) }
        }
        guard bytes.count >= start + length else { return 0 }
        let payload = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + length)])
        switch bytes[0] & 0x0f {
        case 1: received(payload)
        case 8: fail("closed: " + UnsafeRawBufferPointer(rebasing: payload.dropFirst(2)).text)
        case 9: write(Self.frame(Array(payload), opcode: 10))
        default: break
        }
        return start + length
    }

    private func received(_ message: UnsafeRawBufferPointer) {
        guard greeted != nil else { return told(message) }
        if message.has(#""type":"hello_ack""#) {
            greeted?.succeed()
            greeted = nil
        } else if message.has(#""type":"error""#) {
            fail(message.text)
        }
    }

    private func fail(_ reason: String) {
        greeted?.fail(BenchFailure(reason))
        greeted = nil
        lost(reason)
    }

    final override func ended() { fail("the broker closed a connection") }

    /// Answers when the broker has.
    final func greet(_ hello: [UInt8], on loop: any EventLoop) -> EventLoopFuture<Void> {
        let promise = loop.makePromise(of: Void.self)
        greeted = promise
        write(Self.frame(hello))
        return promise.futureResult
    }
}

/// A client that only listens.
final class MeshListener: MeshLoad, @unchecked Sendable {
    var heard: ((UnsafeRawBufferPointer) -> Void)?

    override func told(_ message: UnsafeRawBufferPointer) { heard?(message) }

    func send(_ json: String) { write(Self.frame(Array(json.utf8))) }
}

/// One who sends direct messages, each when the one before is acknowledged, and the one who reads
/// them.
final class MeshSender: MeshLoad, ClosedLoop, @unchecked Sendable {
    private var frame: [UInt8] = []
    private var idPlace = 0
    private var count: UInt64 = 0
    private var meter: Meter?
    private var sentAt: UInt64 = 0
    /// When each message was sent that the recipient has not got yet, oldest first: of one
    /// priority they come in order.
    private var underWay: [UInt64] = []
    private var arrived = 0

    /// Hexadecimal digits of an id, as clients of old make it.
    private static let idLength = 16

    func prepare(target: String, body: Int) {
        // What a sealed body of that size is on the wire: with its tag of 16 bytes, in Base64.
        let text = Data(repeating: 0x5a, count: body + 16).base64EncodedString()
        let nonce = Data(repeating: 7, count: 24).base64EncodedString()
        let id = String(repeating: "0", count: Self.idLength)
        let json =
            #"{"type":"send","id":"\#(id)","targetSpec":"\#(target)","priority":"now","#
            + #""nonce":"\#(nonce)","ciphertext":"\#(text)"}"#
        frame = Self.frame(Array(json.utf8))
        idPlace = frame.count - json.utf8.count + #"{"type":"send","id":""#.utf8.count
        // No two connections of a run make the same id.
        count = UInt64.random(in: 0 ... .max)
    }

    func begin(_ meter: Meter) {
        self.meter = meter
        underWay = []
        arrived = 0
        send()
    }

    private func send() {
        count &+= 1
        for digit in 0..<Self.idLength {
            let value = UInt8(truncatingIfNeeded: count >> (60 - 4 * UInt64(digit)) & 15)
            frame[idPlace + digit] = value < 10 ? 48 + value : 87 + value
        }
        sentAt = nanoseconds()
        underWay.append(sentAt)
        write(frame)
    }

    /// The recipient has the next one.
    func delivered() {
        guard let meter, arrived < underWay.count else { return }
        meter.pushed(sentAt: underWay[arrived], at: nanoseconds())
        arrived += 1
        if arrived == 1024 {
            underWay.removeFirst(arrived)
            arrived = 0
        }
    }

    override func told(_ message: UnsafeRawBufferPointer) {
        if message.has(#""type":"ack""#) {
            acknowledged(message)
        } else if message.has(#""type":"error""#) {
            meter?.failure = message.text
        }
    }

    private func acknowledged(_ message: UnsafeRawBufferPointer) {
        guard let meter else { return }
        guard message.has(#""queued":true"#) else { return meter.failure = message.text }
        let now = nanoseconds()
        meter.acked(sentAt: sentAt, at: now)
        if now < meter.end { send() }
    }

    override func lost(_ reason: String) {
        if let meter, nanoseconds() < meter.end { meter.failure = reason }
    }
}
