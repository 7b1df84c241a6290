import Connection
import Database
import Logging
import Mesh
import MeshProtocol

/// Empties one mesh's outbox: takes what is due from the store, in order, seals it, sends it by
/// its sender's link, and settles each message by the broker's answer. It wakes when something was
/// put in, when a link is back, and for what is due next; nothing polls.
actor MailPostman {
    /// Messages that are under way at once.
    static let window = 32
    /// Bytes that are written at once: a quarter of what a socket may have waiting.
    static let windowBytes = 1 << 20
    /// What is leased is another's after this long: longer than any answer takes.
    static let lease: Int64 = 10 * 60_000

    let mesh: MeshID
    private let store: MailStore
    private let desk: MailDesk
    private weak var relay: RelayServer?
    private let now: @Sendable () -> Moment
    private let logger: Logger

    private var isRunning = false
    private var isWanted = false
    private var isStopped = false
    private var timer: Task<Void, Never>?
    /// When the next mail is due; nil where none waits.
    private var due: Moment?
    /// What cannot go now because its sender's link is down, or its broker wants a pause: leased,
    /// so that it stands in nobody's way.
    private var parked: [LaunchID?: [MessageID]] = [:]
    private var pauses: [LaunchID?: Moment] = [:]
    /// When the first of what is parked is due once more.
    private var leaseEnd = Moment(milliseconds: 0)
    /// What failed is to be tried whatever its time.
    private var hastens = false
    /// When the last round began, by the clock that is set and by one that is not.
    private var lastRound: (moment: Moment, instant: ContinuousClock.Instant)?
    /// Senders whose links came back, and whose mail is still parked.
    private var back: Set<LaunchID?> = []

    init(
        mesh: MeshID, desk: MailDesk, relay: RelayServer, now: @escaping @Sendable () -> Moment,
        logger: Logger
    ) {
        self.mesh = mesh
        self.desk = desk
        store = desk.store
        self.relay = relay
        self.now = now
        self.logger = logger
    }

    /// Something was put in.
    func wake() { deliver() }

    /// A sender's link is back.
    func wake(for sender: LaunchID?) {
        back.insert(sender)
        deliver()
    }

    /// Whatever waits for a later attempt is tried now.
    func wakeAll() {
        hastens = true
        pauses = [:]
        back.formUnion(parked.keys)
        deliver()
    }

    func stop() {
        isStopped = true
        timer?.cancel()
    }

    /// Nothing is under way, and what waits, if anything, waits for a link or for its time.
    var isIdle: Bool { !isRunning && !isWanted }

    /// Something is under way, or waits for its time; not what waits for a link alone.
    var hasDue: Bool {
        if isRunning { return true }
        guard let due else { return false }
        return parked.isEmpty || due < leaseEnd || !pauses.isEmpty
    }

    // MARK: - The round

    private func deliver() {
        guard !isStopped else { return }
        isWanted = true
        guard !isRunning else { return }
        isRunning = true
        timer?.cancel()
        Task { await run() }
    }

    private func run() async {
        while isWanted, !isStopped {
            isWanted = false
            if clockWentBack() { wakeAll() }
            await unparkReady()
            do throws(SkeinError) {
                if hastens { try await store.hasten(mesh) }
                hastens = false
                try await round()
            } catch {
                logger.error("the outbox: \(error.message)")
                due = now().advanced(byMilliseconds: 5000)
            }
        }
        isRunning = false
        arm()
        await relay?.outboxRested(mesh, keeping: Set(parked.keys.compactMap { $0 }))
        desk.bell.ring(.outbox(mesh))
    }

    /// What was to wait for seconds would wait for as long as the clock was ahead.
    private func clockWentBack() -> Bool {
        let (moment, instant) = (now(), ContinuousClock.now)
        defer { lastRound = (moment, instant) }
        guard let last = lastRound else { return false }
        let gone = Int64(last.instant.duration(to: instant) / .milliseconds(1))
        return moment < last.moment.advanced(byMilliseconds: gone - 5000)
    }

    private func round() async throws(SkeinError) {
        // A broker that is away is away for all: what waits stays where it can be cancelled.
        guard await relay?.hasLiveLink(in: mesh) != false else {
            due = nil
            return
        }
        while !isStopped {
            let until = now().advanced(byMilliseconds: Self.lease)
            let batch = try await store.lease(
                of: mesh, at: now(), until: until, limit: Self.window)
            guard !batch.isEmpty else { break }
            if parked.isEmpty { leaseEnd = until }
            await send(batch)
            if !parked.isEmpty, await relay?.hasLiveLink(in: mesh) != true {
                // Nobody's mail can go: it stays where it can be seen and cancelled.
                for sender in Array(parked.keys) { await unpark(sender) }
                due = nil
                return
            }
        }
        due = try await store.nextDue(of: mesh)
    }

    /// What waits for a link or a pause is not on its way: it can be cancelled, and tried now.
    func putBack(_ id: MessageID) async {
        for (sender, ids) in parked where ids.contains(id) {
            parked[sender]?.removeAll { $0 == id }
            if parked[sender]?.isEmpty == true { parked[sender] = nil }
            try? await store.release([id])
        }
    }

    /// For what is due next; not sooner than in a while, so that a store that says otherwise than
    /// it gives makes no storm.
    private func arm() {
        timer?.cancel()
        let moments = pauses.values + [due].compactMap { $0 }
        guard !isStopped, let next = moments.min() else { return }
        let wait = max(200, next.milliseconds - now().milliseconds)
        // Looked at again at least every few minutes: clocks are set, machines sleep.
        timer = Task { [weak self] in
            do { try await Task.sleep(for: .milliseconds(min(wait, 5 * 60_000))) } catch { return }
            await self?.wake()
        }
    }

    private func unparkReady() async {
        let moment = now()
        let over = pauses.filter { $0.value <= moment }.keys
        for sender in over { pauses[sender] = nil }
        let ready = back.union(over).filter { pauses[$0] == nil }
        back = []
        for sender in ready { await unpark(sender) }
    }

    private func unpark(_ sender: LaunchID?) async {
        guard let ids = parked.removeValue(forKey: sender) else { return }
        do throws(SkeinError) { try await store.release(ids) } catch {
            // Their lease ends by itself.
            logger.error("the outbox: \(error.message)")
        }
    }

    /// Each sender's mail by its own link, in its order; one that has to wait holds nobody up.
    private func send(_ batch: [OutgoingMail]) async {
        var senders: [LaunchID?] = []
        for mail in batch where !senders.contains(mail.launch) { senders.append(mail.launch) }
        await withTaskGroup(of: Void.self) { group in
            for sender in senders {
                let own = batch.filter { $0.launch == sender }
                group.addTask { await self.send(own, of: sender) }
            }
        }
    }

    private func send(_ batch: [OutgoingMail], of sender: LaunchID?) async {
        guard pauses[sender] == nil, parked[sender] == nil, let relay else {
            return park(batch.map(\.id), of: sender)
        }
        let link: BrokerLink
        do throws(SkeinError) {
            link = try await relay.mailLink(for: sender, in: mesh)
        } catch {
            if error.code == .launchNotFound {
                for mail in batch { await bury(mail, error.message) }
            } else {
                park(batch.map(\.id), of: sender)
            }
            return
        }
        guard await link.isLive else { return park(batch.map(\.id), of: sender) }
        var rest = batch[...]
        while !rest.isEmpty {
            guard await sendSome(of: &rest, by: link, as: sender, relay) else {
                return park(rest.map(\.id), of: sender)
            }
        }
    }

    /// Takes as many from `rest` as may be written at once. False where the sender has to wait:
    /// what was not settled is parked by then.
    private func sendSome(
        of rest: inout ArraySlice<OutgoingMail>, by link: BrokerLink, as sender: LaunchID?,
        _ relay: RelayServer
    ) async -> Bool {
        var sealed: [(mail: OutgoingMail, frame: SendFrame)] = []
        var bytes = 0
        filling: while let mail = rest.first, bytes < Self.windowBytes {
            switch await seal(mail, relay) {
            case .frame(let frame):
                bytes += MailSeal.size(frame)
                sealed.append((mail, frame))
            case .dead(let reason): await bury(mail, reason)
            case .later(let reason):
                // Those behind it stay behind it.
                rest.removeFirst()
                _ = await settle(sealed, by: link, as: sender)
                await putOff(mail, reason, of: sender)
                return false
            }
            rest.removeFirst()
        }
        return await settle(sealed, by: link, as: sender)
    }

    private enum Sealed {
        case frame(SendFrame)
        case dead(String)
        case later(String)
    }

    /// Here and not in the relay's own actor: a group of thousands takes its time.
    private func seal(_ mail: OutgoingMail, _ relay: RelayServer) async -> Sealed {
        do throws(SkeinError) {
            let seal = MailSeal(mesh: mesh, signer: try await relay.signer(of: mail.launch, in: mesh))
            let addressees = try await relay.addressees(of: mail)
            do throws(MailSeal.Failure) {
                switch addressees {
                case .one(let key, let speaksSkein):
                    return .frame(
                        try seal.direct(mail, to: key, speaksSkein: speaksSkein, at: now()))
                case .many(let keys): return .frame(try seal.group(mail, for: keys, at: now()))
                }
            } catch {
                switch error {
                case .notAKey: return .dead("whom it is for has no key that can be")
                case .tooLong: return .dead("it is too long for so many recipients")
                }
            }
        } catch {
            switch error.code {
            case .brokerUnreachable, .brokerRefused, .internal: return .later(error.message)
            default: return .dead(error.message)
            }
        }
    }

    private func settle(
        _ sealed: [(mail: OutgoingMail, frame: SendFrame)], by link: BrokerLink,
        as sender: LaunchID?
    ) async -> Bool {
        guard !sealed.isEmpty else { return true }
        let start = ContinuousClock.now
        var isUp = true
        await withTaskGroup(of: Void.self) { group in
            for await answer in await link.send(sealed.map(\.frame)) {
                let mail = sealed[answer.place].mail
                var verdict = MailVerdict(answer.ack)
                if verdict == .unanswered, await link.isLive {
                    verdict = .later("the broker did not answer in time")
                }
                if verdict == .stored {
                    let took = start.duration(to: .now) / .milliseconds(1)
                    await desk.noteAck(of: mesh, milliseconds: Int(took))
                }
                isUp = isUp && !verdict.stopsSender
                // Together, so that they share the disk's answer.
                group.addTask { [verdict] in await self.settle(mail, verdict, of: sender) }
            }
        }
        return isUp
    }

    private func settle(_ mail: OutgoingMail, _ verdict: MailVerdict, of sender: LaunchID?) async {
        switch verdict {
        case .stored:
            do throws(SkeinError) {
                try await store.noteStored(mail.id, at: now())
                tell(.delivery(mail.id, to: RelayServer.kept(mail.target.name), .stored), of: mail)
                settled(mail.id)
            } catch {
                // It is leased, and goes once more when that ends; the broker keeps it once.
                logger.error("the outbox: \(error.message)")
            }
        case .dead(let reason): await bury(mail, reason)
        case .later(let reason): await putOff(mail, reason, of: sender)
        case .unanswered: park([mail.id], of: sender)
        }
    }

    private func bury(_ mail: OutgoingMail, _ reason: String) async {
        do throws(SkeinError) {
            try await store.noteDead(mail.id, reason: reason, at: now())
            let to = RelayServer.kept(mail.target.name)
            tell(.died(mail.id, to: to, reason: RelayServer.kept(reason)), of: mail)
            settled(mail.id)
        } catch {
            logger.error("the outbox: \(error.message)")
        }
    }

    private func putOff(_ mail: OutgoingMail, _ reason: String, of sender: LaunchID?) async {
        let wait = MailVerdict.pause(after: mail.attempts, random: .random(in: 0..<1))
        // One pause for all of the sender's, so that they keep their order.
        let end = pauses[sender] ?? now().advanced(byMilliseconds: wait)
        pauses[sender] = end
        do throws(SkeinError) {
            try await store.noteFailed(mail.id, reason: reason, retryAt: end)
            settled(mail.id)
        } catch {
            logger.error("the outbox: \(error.message)")
        }
    }

    /// For the mesh's history.
    private func tell(_ what: MeshEvent.What, of mail: OutgoingMail) {
        let recipient = PublicKey(hex: mail.target.spec)?.hex
        relay?.happened(what, in: mesh, peer: recipient, name: mail.target.name)
    }

    private func settled(_ id: MessageID) {
        desk.bell.ring(.message(id))
        let (relay, mesh) = (relay, mesh)
        Task { await relay?.mailChanged(in: mesh) }
    }

    private func park(_ ids: [MessageID], of sender: LaunchID?) {
        guard !ids.isEmpty else { return }
        parked[sender, default: []] += ids
    }
}
