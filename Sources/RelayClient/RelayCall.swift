import Foundation
import Home
import MeshProtocol
import Synchronization

/// A connection to this home's relay for a program that asks a few things and ends: it blocks its
/// caller's thread and starts no other, because a thread costs more than the question. Questions are
/// asked one after another.
public final class RelayCall: RelayAsking {
    public let greeting: RelayGreeting
    private let fd: Int32
    private let launch: LaunchProof?

    private struct State {
        var rest: [UInt8]
        var lastID = 0
    }
    private let state: Mutex<State>

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
        state = Mutex(State(rest: opened.rest))
        self.launch = launch
    }

    deinit { close(fd) }

    /// A reply that says `failed` is thrown. `watch` has no answer, so it is not for here.
    public nonisolated(nonsending) func ask<Question: RelayQuestion>(
        _ question: Question, limit: Duration
    ) async throws(SkeinError) -> Question.Answer {
        let result = state.withLock { state in
            Result { () throws(SkeinError) in try answer(question, limit, &state) }
        }
        return try result.get()
    }

    /// As `RelayClient.stop`: returns when the relay's process has ended.
    public nonisolated(nonsending) func stop() async throws(SkeinError) {
        let process = EndingProcess(greeting.pid)
        defer { process.forget() }
        _ = try await ask(StopRelay())
        let deadline = ContinuousClock.now + .seconds(60)
        state.withLock { state in
            while (try? nextLine(&state, deadline)) != nil {}
        }
        process.wait(until: ContinuousClock.now + .seconds(10))
    }

    private func answer<Question: RelayQuestion>(
        _ question: Question, _ limit: Duration, _ state: inout State
    ) throws(SkeinError) -> Question.Answer {
        state.lastID += 1
        let deadline = ContinuousClock.now + limit
        let request = RelayRequest(id: state.lastID, launch: launch, question)
        try send(try RelaySocket.line(request), deadline)
        while true {
            let line = Data(try nextLine(&state, deadline))
            guard let head = try? JSONDecoder().decode(RelayReplyHead.self, from: line) else {
                throw RelaySocket.nonsense
            }
            // What was asked before and came too late is nobody's any more.
            guard head.id == state.lastID || head.id == 0 else { continue }
            if let failed = head.failed { throw failed }
            guard
                let reply = try? JSONDecoder().decode(
                    RelayReply<Question.Answer>.self, from: line),
                let answer = reply.answer
            else { throw RelaySocket.nonsense }
            return answer
        }
    }

    private func nextLine(
        _ state: inout State, _ deadline: ContinuousClock.Instant
    ) throws(SkeinError) -> [UInt8] {
        if let end = state.rest.firstIndex(of: 0x0A) {
            defer { state.rest.removeFirst(end + 1) }
            return Array(state.rest[..<end])
        }
        switch PolledDescriptor.line(
            from: fd, after: state.rest, limit: RelayClient.longestLine, until: deadline)
        {
        case .line(let line, let rest):
            state.rest = rest
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
