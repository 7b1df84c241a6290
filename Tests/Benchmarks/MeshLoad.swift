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

    /// Says goodbye, so that the presence ends with it.
    final func leave() { write(Self.frame([0x03, 0xe8], opcode: 8)) }

    /// Answers when the broker has.
    final func greet(_ hello: [UInt8], on loop: any EventLoop) -> EventLoopFuture<Void> {
        let promise = loop.makePromise(of: Void.self)
        greeted = promise
        write(Self.frame(hello))
        return promise.futureResult
    }
}

/// A client that mostly listens.
final class MeshListener: MeshLoad, @unchecked Sendable {
    var heard: ((UnsafeRawBufferPointer) -> Void)?

    override func told(_ message: UnsafeRawBufferPointer) { heard?(message) }

    func send(_ json: String) { write(Self.frame(Array(json.utf8))) }

    /// Tells the broker that a push was put before an agent, as `skein/1` does.
    func show(_ push: UnsafeRawBufferPointer) {
        guard let id = push.value(after: #""messageId":""#) else { return }
        send(#"{"type":"client_ack","brokerMessageId":"\#(id)","shown":true}"#)
    }
}

/// One who sends direct messages, each when the one before is acknowledged, and hears how they
/// went.
final class MeshSender: MeshLoad, ClosedLoop, @unchecked Sendable {
    private var frame: [UInt8] = []
    /// The last digits of the id are counted.
    private var countPlace = 0
    private var count: UInt64 = 0
    private var meter: Meter?
    private var sentAt: UInt64 = 0
    private var toArrive = Stamps()
    private var toBeShown = Stamps()

    private static let countLength = 12

    func prepare(target: String, body: Int) {
        // What a sealed body of that size is on the wire: with its tag of 16 bytes, in Base64.
        let text = Data(repeating: 0x5a, count: body + 16).base64EncodedString()
        let nonce = Data(repeating: 7, count: 24).base64EncodedString()
        // A UUIDv7 (RFC 9562, section 5.7) but for its end.
        let time = String(format: "%012llx", UInt64(Date().timeIntervalSince1970 * 1000))
        let random = String(
            format: "7%03x-8%03x-", Int.random(in: 0..<4096), Int.random(in: 0..<4096))
        let id = "\(time.prefix(8))-\(time.suffix(4))-\(random)"
        let start = #"{"type":"send","id":"\#(id)"#
        let json =
            start + String(repeating: "0", count: Self.countLength)
            + #"","targetSpec":"\#(target)","priority":"now","nonce":"\#(nonce)","#
            + #""ciphertext":"\#(text)"}"#
        frame = Self.frame(Array(json.utf8))
        countPlace = frame.count - json.utf8.count + start.utf8.count
        // No two connections of a run make the same id.
        count = UInt64.random(in: 0 ..< 1 << 47)
    }

    func begin(_ meter: Meter) {
        self.meter = meter
        send()
    }

    private func send() {
        count += 1
        for digit in 0..<Self.countLength {
            let value = UInt8(count >> (44 - 4 * UInt64(digit)) & 15)
            frame[countPlace + digit] = value < 10 ? 48 + value : 87 + value
        }
        sentAt = nanoseconds()
        toArrive.add(sentAt)
        toBeShown.add(sentAt)
        write(frame)
    }

    /// The recipient has the next one.
    func delivered() {
        if let sentAt = toArrive.next() { meter?.pushed(sentAt: sentAt, at: nanoseconds()) }
    }

    override func told(_ message: UnsafeRawBufferPointer) {
        if message.has(#""type":"ack""#) {
            acknowledged(message)
        } else if message.has(#""type":"receipt""#) {
            guard message.has(#""state":"shown""#), let sentAt = toBeShown.next() else { return }
            meter?.shown(sentAt: sentAt, at: nanoseconds())
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

/// When the messages were sent that something is still to happen to, oldest first: those of one
/// priority, from one to one, come in order.
private struct Stamps {
    private var times: [UInt64] = []
    private var place = 0

    mutating func add(_ time: UInt64) { times.append(time) }

    mutating func next() -> UInt64? {
        guard place < times.count else { return nil }
        defer { place += 1 }
        if place == 1024 {
            times.removeFirst(place)
            place = 0
        }
        return times[place]
    }
}
