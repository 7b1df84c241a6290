import Foundation
import Mesh
import MeshProtocol
import Synchronization

/// The connected socket: one thread reads it, a queue writes to it, and each reply finds the
/// request it belongs to by its id.
final class RelaySocket: Sendable {
    /// The whole line of a reply.
    private typealias Answer = Result<Data, SkeinError>

    private struct State {
        var lastID = 0
        var waiting: [Int: CheckedContinuation<Answer, Never>] = [:]
        var watches: [Int: WatchBuffer] = [:]
        var endWaiters: [CheckedContinuation<Void, Never>] = []
        /// Set once, when nothing more will be read.
        var end: SkeinError?
        var isDescriptorClosed = false
    }

    private let fd: Int32
    private let launch: LaunchProof?
    private let state = Mutex(State())
    private let writing = DispatchQueue(label: "skein.relay.writing")

    init(fd: Int32, launch: LaunchProof?) {
        self.fd = fd
        self.launch = launch
    }

    // MARK: - asking

    nonisolated(nonsending) func ask<Question: RelayQuestion>(
        _ question: Question, limit: Duration
    ) async throws(SkeinError) -> Question.Answer {
        let id = nextID()
        let line = try Self.line(RelayRequest(id: id, launch: launch, question))
        let seconds = Double(limit.components.seconds)
            + Double(limit.components.attoseconds) / 1e18
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard expect(id, continuation) else { return }
                send(line)
                DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { [weak self] in
                    let late = SkeinError(.relayUnreachable, "the relay did not answer in time")
                    self?.resolve(id, .failure(late))
                }
            }
        } onCancel: {
            resolve(id, .failure(SkeinError(.cancelled, "the request was given up")))
        }
        let reply = try answer.get()
        guard
            let told = try? JSONDecoder().decode(RelayReply<Question.Answer>.self, from: reply),
            let answer = told.answer
        else { throw Self.nonsense }
        return answer
    }

    func watch(_ question: WatchMesh) -> WatchBuffer {
        let id = nextID()
        let buffer = WatchBuffer()
        let end = state.withLock { state in
            if state.end == nil { state.watches[id] = buffer }
            return state.end
        }
        do throws(SkeinError) {
            if let end { throw end }
            send(try Self.line(RelayRequest(id: id, launch: launch, question)))
        } catch {
            buffer.end(error)
        }
        return buffer
    }

    private func nextID() -> Int {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    /// False if the answer was given at once.
    private func expect(_ id: Int, _ continuation: CheckedContinuation<Answer, Never>) -> Bool {
        let isCancelled = Task.isCancelled
        let failure = state.withLock { state -> SkeinError? in
            if let end = state.end { return end }
            if isCancelled { return SkeinError(.cancelled, "the request was given up") }
            state.waiting[id] = continuation
            return nil
        }
        if let failure { continuation.resume(returning: .failure(failure)) }
        return failure == nil
    }

    private func resolve(_ id: Int, _ answer: Answer) {
        state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(returning: answer)
    }

    static func line(_ request: some Encodable) throws(SkeinError) -> [UInt8] {
        guard let data = try? JSONEncoder().encode(request),
            data.count <= RelayClient.longestLine
        else { throw SkeinError(.arguments, "the request is too long for the relay") }
        return Array(data) + [0x0A]
    }

    private func send(_ line: [UInt8]) {
        writing.async { [self] in
            guard !state.withLock({ $0.isDescriptorClosed }) else { return }
            var sent = 0
            while sent < line.count {
                let count = Self.send(line[sent...], to: fd)
                if count < 0 && errno == EINTR { continue }
                // The reading thread learns of it, too, and tells everyone.
                guard count > 0 else { return }
                sent += count
            }
        }
    }

    /// As send(2), without a signal where nobody reads.
    static func send(_ bytes: ArraySlice<UInt8>, to fd: Int32) -> Int {
        bytes.withUnsafeBytes {
            #if os(Linux)
                Foundation.send(fd, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            #else
                Foundation.send(fd, $0.baseAddress, $0.count, 0)
            #endif
        }
    }

    // MARK: - reading

    func startReading(_ rest: [UInt8]) {
        Thread.detachNewThread { [self] in
            read(rest)
            // On the queue, so that nothing is written to a number that is another file's.
            writing.async { [self] in
                state.withLock { state in
                    state.isDescriptorClosed = true
                    _ = Foundation.close(fd)
                }
            }
        }
    }

    private func read(_ rest: [UInt8]) {
        var bytes = rest
        var searched = 0
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            while let end = bytes[searched...].firstIndex(of: 0x0A) {
                guard take(bytes[..<end]) else { return finish(Self.nonsense) }
                bytes.removeFirst(end + 1)
                searched = 0
            }
            searched = bytes.count
            guard searched <= RelayClient.longestLine else { return finish(Self.nonsense) }
            let count = chunk.withUnsafeMutableBytes {
                Foundation.read(fd, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return finish(Self.gone) }
            bytes += chunk[..<count]
        }
    }

    static let nonsense = SkeinError(
        .relayRefused, "the relay said something that cannot be understood",
        hint: "Stop it with `skein relay stop`")
    static let gone = SkeinError(.relayUnreachable, "the relay closed the connection")

    private func take(_ line: ArraySlice<UInt8>) -> Bool {
        let data = Data(line)
        guard let reply = try? JSONDecoder().decode(RelayReplyHead.self, from: data) else {
            return false
        }
        if let watch = state.withLock({ $0.watches[reply.id] }) {
            if let event = reply.event { watch.push(event) }
            if let error = reply.failed { watch.end(error) }
        } else {
            resolve(reply.id, reply.failed.map { .failure($0) } ?? .success(data))
        }
        return true
    }

    private func finish(_ error: SkeinError) {
        let ended = state.withLock { state in
            state.end = state.end ?? error
            defer {
                state.waiting = [:]
                state.watches = [:]
                state.endWaiters = []
            }
            return state
        }
        let error = ended.end ?? error
        for waiter in ended.waiting.values { waiter.resume(returning: .failure(error)) }
        for watch in ended.watches.values { watch.end(error) }
        for waiter in ended.endWaiters { waiter.resume() }
    }

    // MARK: - the end

    func close() {
        let watches = state.withLock { state in
            if state.end == nil {
                state.end = SkeinError(.cancelled, "the connection to the relay was closed")
            }
            // Wakes the reading thread, which then closes the descriptor.
            if !state.isDescriptorClosed { _ = shutdown(fd, Int32(SHUT_RDWR)) }
            return state.watches.values
        }
        for watch in watches { watch.end(nil) }
    }

    /// Returns when nothing more will be read.
    func ended() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.end != nil { return true }
                state.endWaiters.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }
}
