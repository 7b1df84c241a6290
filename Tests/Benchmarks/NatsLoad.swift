import Foundation
import NIOCore

/// A client of NATS: a message published to a JetStream stream and its ack waited for, one at a
/// time (the NATS client protocol; JetStream's ADR-31 for its API).
final class NatsLoad: LoadConnection, ClosedLoop, @unchecked Sendable {
    private let publish: [UInt8]
    private let inbox: String
    private var meter: Meter?
    private var sentAt: UInt64 = 0
    /// Kept with what the server's API answers.
    private var asked: EventLoopPromise<String>?

    /// Publishes a body of that many bytes each time.
    init(body: Int) {
        inbox = "_INBOX.\(UInt64.random(in: 0 ... .max))"
        publish = Self.publish("bench.b", reply: inbox + ".p", String(repeating: "x", count: body))
    }

    private static func publish(_ subject: String, reply: String, _ body: String) -> [UInt8] {
        Array("PUB \(subject) \(reply) \(body.utf8.count)\r\n\(body)\r\n".utf8)
    }

    override func opened() {
        let options = #"{"verbose":false,"pedantic":false,"lang":"swift","version":"1"}"#
        write(Array("CONNECT \(options)\r\nSUB \(inbox).* 1\r\nPING\r\n".utf8))
    }

    func begin(_ meter: Meter) {
        self.meter = meter
        send()
    }

    private func send() {
        sentAt = nanoseconds()
        write(publish)
    }

    /// Makes the stream, in files.
    func createStream(on loop: any EventLoop) -> EventLoopFuture<String> {
        ask(
            "STREAM.CREATE.BENCH",
            #"{"name":"BENCH","subjects":["bench.*"],"storage":"file","num_replicas":1,"#
                + #""retention":"limits","discard":"old","max_age":0}"#, on: loop)
    }

    func clear(on loop: any EventLoop) -> EventLoopFuture<String> {
        ask("STREAM.PURGE.BENCH", "", on: loop)
    }

    private func ask(
        _ subject: String, _ body: String, on loop: any EventLoop
    ) -> EventLoopFuture<String> {
        let promise = loop.makePromise(of: String.self)
        asked = promise
        write(Self.publish("$JS.API." + subject, reply: inbox + ".a", body))
        return promise.futureResult
    }

    override func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let end = bytes.lineEnd else { return 0 }
        let head = UnsafeRawBufferPointer(rebasing: bytes[..<min(end, 4)])
        if head.has("MSG ") {
            // MSG <subject> <sid> [reply] <bytes>
            let words = UnsafeRawBufferPointer(rebasing: bytes[..<end]).text.split(separator: " ")
            let whole = end + 2 + (words.last.flatMap { Int($0) } ?? 0) + 2
            guard bytes.count >= whole else { return 0 }
            let body = UnsafeRawBufferPointer(rebasing: bytes[(end + 2)..<(whole - 2)])
            if words.count > 1, words[1].hasSuffix(".a") {
                asked?.succeed(body.text)
            } else {
                stored(body)
            }
            return whole
        }
        if head.has("PING") { write(Array("PONG\r\n".utf8)) }
        if head.has("PONG") { ready?.succeed() }
        if head.has("-ERR") {
            meter?.failure = UnsafeRawBufferPointer(rebasing: bytes[..<end]).text
        }
        return end + 2
    }

    private func stored(_ answer: UnsafeRawBufferPointer) {
        guard let meter else { return }
        guard !answer.has("\"error\"") else { return meter.failure = answer.text }
        let now = nanoseconds()
        meter.acked(sentAt: sentAt, at: now)
        if now < meter.end { send() }
    }
}
