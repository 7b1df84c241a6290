import MeshProtocol

extension BrokerLink {
    /// How long a broker has to answer a ping that asks whether the connection still is one.
    public static let proofLimit = Duration.seconds(2)

    /// For when the machine has slept, this process was stopped, or the network is another one: a
    /// connection that looks live and does not answer a ping is dropped, and made again at once;
    /// one that waits for its next try tries now. Returns when it has answered or was dropped.
    public func proveItself(within limit: Duration = proofLimit) async {
        guard !isStopping else { return }
        guard let socket else {
            // One that is being made by a network that may be gone is begun again.
            if let opening, opening.since.duration(to: .now) >= limit {
                retriesAtOnce = true
                opening.attempt.giveUp()
            }
            return retryNow()
        }
        lastRequest += 1
        let number = lastRequest
        let late = Task {
            try await Task.sleep(for: limit)
            proofs.answer(number, .failure(SkeinError(.brokerUnreachable, Self.lost)))
        }
        defer { late.cancel() }
        let answer = await withCheckedContinuation { waiter in
            proofs.add(number, waiter)
            socket.ping(UInt64(number))
        }
        guard case .failure = answer, self.socket?.isSame(as: socket) == true else { return }
        retriesAtOnce = true
        socket.drop()
    }
}
