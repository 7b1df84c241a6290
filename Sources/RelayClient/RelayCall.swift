import Foundation
import Home
import MeshProtocol

/// A connection to this home's relay for a program that asks a few things and ends: it blocks its
/// caller's thread and starts no other, which is half of what such a program would cost.
public final class RelayCall {
    public let greeting: RelayGreeting
    private let fd: Int32
    private let launch: LaunchProof?
    private var rest: [UInt8]
    private var lastID = 0

    /// Connects as `RelayClient.connect` does.
    public init(
        home: Home, starting starter: RelayStarter?, as launch: LaunchProof? = nil,
        limit: Duration = .seconds(10)
    ) throws(SkeinError) {
        let opened = try RelayDoor(
            home: home, starter: starter, isLaunch: launch != nil,
            deadline: ContinuousClock.now + limit
        ).open()
        greeting = opened.greeting
        fd = opened.fd
        rest = opened.rest
        self.launch = launch
    }

    deinit { close(fd) }

    /// A reply that says `failed` is thrown. `watch` has no answer, so it is not for here.
    public func ask<Question: RelayQuestion>(
        _ question: Question, limit: Duration = .seconds(15)
    ) throws(SkeinError) -> Question.Answer {
        lastID += 1
        let deadline = ContinuousClock.now + limit
        try send(try RelaySocket.line(RelayRequest(id: lastID, launch: launch, question)), deadline)
        while true {
            let line = Data(try nextLine(deadline))
            guard let head = try? JSONDecoder().decode(RelayReplyHead.self, from: line) else {
                throw RelaySocket.nonsense
            }
            // What was asked before and came too late is nobody's any more.
            guard head.id == lastID || head.id == 0 else { continue }
            if let failed = head.failed { throw failed }
            guard
                let reply = try? JSONDecoder().decode(
                    RelayReply<Question.Answer>.self, from: line),
                let answer = reply.answer
            else { throw RelaySocket.nonsense }
            return answer
        }
    }

    private func nextLine(_ deadline: ContinuousClock.Instant) throws(SkeinError) -> [UInt8] {
        if let end = rest.firstIndex(of: 0x0A) {
            defer { rest.removeFirst(end + 1) }
            return Array(rest[..<end])
        }
        switch PolledDescriptor.line(
            from: fd, after: rest, limit: RelayClient.longestLine, until: deadline)
        {
        case .line(let line, let rest):
            self.rest = rest
            return line
        case .ended: throw RelaySocket.gone
        case .tooLong: throw RelaySocket.nonsense
        case .late: throw SkeinError(.relayUnreachable, "the relay did not answer in time")
        }
    }

    private func send(
        _ line: [UInt8], _ deadline: ContinuousClock.Instant
    ) throws(SkeinError) {
        var sent = 0
        while sent < line.count {
            guard PolledDescriptor.waits(fd, for: POLLOUT, until: deadline) else {
                throw SkeinError(.relayUnreachable, "the relay does not read")
            }
            let count = RelaySocket.send(line[sent...], to: fd)
            if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
            guard count > 0 else { throw RelaySocket.gone }
            sent += count
        }
    }
}
