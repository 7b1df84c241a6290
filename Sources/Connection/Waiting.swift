import MeshProtocol

/// Those who wait for an answer, by number. Each is answered exactly once.
struct Waiting<Value: Sendable> {
    typealias Answer = Result<Value, SkeinError>

    private var waiters: [Int: @Sendable (Answer) -> Void] = [:]

    mutating func add(_ number: Int, _ waiter: CheckedContinuation<Answer, Never>) {
        waiters[number] = { waiter.resume(returning: $0) }
    }

    mutating func add(_ number: Int, _ waiter: @escaping @Sendable (Answer) -> Void) {
        waiters[number] = waiter
    }

    /// Does nothing where the number was answered before, or never asked.
    mutating func answer(_ number: Int, _ answer: Answer) {
        waiters.removeValue(forKey: number)?(answer)
    }

    mutating func succeedAll(_ value: Value) { answerAll(.success(value)) }

    mutating func failAll(_ error: SkeinError) { answerAll(.failure(error)) }

    private mutating func answerAll(_ answer: Answer) {
        let all = waiters
        waiters = [:]
        for waiter in all.values { waiter(answer) }
    }
}
