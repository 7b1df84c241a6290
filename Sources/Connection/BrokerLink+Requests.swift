import Mesh
import MeshProtocol

extension BrokerLink {
    /// The peers of the mesh, now. Waits for the link to be live; 10 s each at most.
    public func listPeers() async throws(SkeinError) -> [Peer] {
        guard case .peersList(let peers) = try await read(.listPeers) else {
            throw Self.unexpected
        }
        return peers.map(\.peer)
    }

    /// What changes nothing is asked once more where the link was found dead under it: after sleep,
    /// for example.
    func read(_ verb: ClientFrame.Verb) async throws(SkeinError) -> ServerFrame.Body {
        do throws(SkeinError) { return try await request(verb) } catch {
            guard error.code == .brokerUnreachable, error.message == Self.lost else { throw error }
            return try await request(verb)
        }
    }

    /// What a presence had before this link was, to be told with its first hello. Comes before
    /// `start`.
    public func restore(summary: String?, isVisible: Bool) {
        self.summary = summary
        isHidden = !isVisible
    }

    public var isLive: Bool { state == .live && socket != nil }

    public func setStatus(_ status: Status) async throws(SkeinError) {
        isBusy = status == .dnd
        try await tell(.setStatus(status))
    }

    public func setSummary(_ summary: String) async throws(SkeinError) {
        self.summary = summary
        try await tell(.setSummary(summary))
    }

    public func setVisible(_ isVisible: Bool) async throws(SkeinError) {
        isHidden = !isVisible
        try await tell(.setVisible(isVisible))
    }

    public func joinGroup(_ group: GroupMembership) async throws(SkeinError) {
        hello.groups = GroupRules.joining(group, to: hello.groups)
        try await tell(.joinGroup(group))
    }

    public func leaveGroup(_ name: String) async throws(SkeinError) {
        hello.groups = GroupRules.leaving(name, from: hello.groups)
        try await tell(.leaveGroup(name))
    }

    // MARK: - What came

    func receive(_ frame: ServerFrame) {
        if let number = frame.requestID.flatMap({ Int($0) }), isAnswer(frame.body) {
            if case .error(let error) = frame.body {
                requests.answer(number, .failure(Self.refused(error)))
            } else {
                requests.answer(number, .success(frame.body))
            }
            return
        }
        switch frame.body {
        case .helloAck(let ack): becomeLive(ack)
        case .error(let error): lastError = error
        case .snapshot(let page): tell(view.apply(page))
        case .delta(let delta): tell(view.apply(delta))
        case .peersList(let peers):
            view.apply(list: peers)
            emit(.snapshot(view.all))
        case .push(let push) where push.subtype == "system":
            // A broker of old tells no more than that something changed.
            if watchesPresence, !brokerSpeaksSkein { post(.listPeers) }
        case .push(let push): mailbag.yield(.push(push))
        case .answer(let receipt as ReceiptFrame): mailbag.yield(.receipt(receipt))
        case .answer(let change as StateChange): mailbag.yield(.state(change))
        case .ack, .answer, .unknown: break
        }
    }

    /// Snapshots repeat the id of the request to watch, which nobody waits for.
    private func isAnswer(_ body: ServerFrame.Body) -> Bool {
        switch body {
        case .ack, .peersList, .answer, .error: true
        default: false
        }
    }

    private func becomeLive(_ ack: HelloAckFrame) {
        brokerSpeaksSkein = ack.capabilities.contains(FrameLimits.skein1)
        publish(.live)
        if !ack.isReturn {
            if let summary { post(.setSummary(summary)) }
            if isBusy { post(.setStatus(.dnd)) }
            if isHidden { post(.setVisible(false)) }
        }
        if watchesPresence { watch() }
    }

    private func watch() { post(brokerSpeaksSkein ? .watchPresence : .listPeers) }

    private func tell(_ outcome: PresenceView.Outcome) {
        switch outcome {
        case .nothing: break
        case .snapshot: emit(.snapshot(view.all))
        case .changed(let changes):
            if changes != PeerChanges() { emit(.changed(changes)) }
        case .gap: watch()
        }
    }

    // MARK: - What goes

    /// Without waiting for an answer.
    func post(_ verb: ClientFrame.Verb) {
        _ = socket?.send(ClientFrame(verb).json)
    }

    private func tell(_ verb: ClientFrame.Verb) async throws(SkeinError) {
        try await untilLive()
        // A broker of old does not answer these.
        guard brokerSpeaksSkein else { return post(verb) }
        _ = try await request(verb)
    }

    func request(_ verb: ClientFrame.Verb) async throws(SkeinError) -> ServerFrame.Body {
        try await untilLive()
        guard let socket else { throw SkeinError(.brokerUnreachable, Self.lost) }
        lastRequest += 1
        let number = lastRequest
        let limit = Task {
            try await Task.sleep(for: Self.requestLimit)
            requests.answer(number, .failure(silent))
        }
        defer { limit.cancel() }
        let answer = await withCheckedContinuation { waiter in
            requests.add(number, waiter)
            if !socket.send(ClientFrame(verb, requestID: String(number)).json) {
                requests.answer(number, .failure(SkeinError(.brokerUnreachable, Self.lost)))
            }
        }
        return try answer.get()
    }

    func untilLive(within limit: Duration = requestLimit) async throws(SkeinError) {
        if isStopping { throw Self.stopped }
        switch state {
        case .live where socket != nil: return
        case .refused(let reason): throw SkeinError(.brokerRefused, reason)
        default: break
        }
        lastRequest += 1
        let number = lastRequest
        let timer = Task {
            try await Task.sleep(for: limit)
            waiting.answer(number, .failure(unreachable))
        }
        defer { timer.cancel() }
        let answer = await withCheckedContinuation { waiting.add(number, $0) }
        try answer.get()
    }

    private var unreachable: SkeinError {
        if case .retrying(let reason, _) = state, !reason.isEmpty {
            return SkeinError(
                .brokerUnreachable, reason, hint: "Check that the broker runs, then try again")
        }
        return BrokerSocket.unreachable(endpoint, "it does not answer")
    }

    var silent: SkeinError {
        SkeinError(.brokerUnreachable, "the broker at \(endpoint) did not answer in time")
    }

    static let stopped = SkeinError(
        .brokerUnreachable, "the link to the broker was stopped")

    static let lost = "the connection to the broker was lost"
    static let lostLink = SkeinError(.brokerUnreachable, lost)

    static let unexpected = SkeinError(
        .brokerRefused, "the broker answered something else than what was asked")

    private static func refused(_ error: ErrorFrame) -> SkeinError {
        let word = LinkEnd.word(error.code)
        return SkeinError(.brokerRefused, "the broker refused: \(word)", subject: word)
    }
}
