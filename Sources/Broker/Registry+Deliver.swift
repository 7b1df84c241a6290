import BrokerEngine
import Mesh
import MeshProtocol

/// Mail to its recipients: at once where nothing stands in the way, else from the store, in the
/// order of urgency and time, when the way is open (protocol decisions 7 and 8).
extension Registry {
    /// A message that was kept just now.
    mutating func deliver(_ number: MessageNumber, _ message: NewMessage, at now: Instant) {
        for recipient in message.recipients {
            guard
                let session = taker(
                    of: recipient.address, recipient.member, in: message.mesh,
                    besides: message.senderKey)
            else { continue }
            guard gate(of: session).contains(message.priority) else { continue }
            guard isCaughtUp(session.key, with: message.priority) else {
                wait(for: session.key)
                continue
            }
            let queued = QueuedMessage(
                delivery: DeliveryID(message: number, address: recipient.address),
                id: message.id, sender: message.sender, senderKey: message.senderKey,
                target: message.target, priority: message.priority, nonce: message.nonce,
                ciphertext: message.ciphertext, isUnencrypted: message.isUnencrypted,
                createdAt: message.createdAt, sealedKey: recipient.sealedKey)
            push(queued, to: session, at: now)
        }
    }

    // MARK: - Who takes it

    /// The connected session that mail for an address is given to; not the one that sent it.
    func taker(
        of address: String, _ member: MemberID, in mesh: MeshID, besides sender: String? = nil
    ) -> Session? {
        guard let table = tables[mesh], !Self.isBlocked(address) else { return nil }
        var sessions = table.sessions(of: member)
        if let sender {
            sessions.removeAll { !$0.isObserver && $0.peer.publicKey == sender }
        }
        if let own = sessions.first(where: { !$0.isObserver && $0.address == address }) {
            return own.socket == nil ? nil : own
        }
        return taker(for: member, among: sessions)
    }

    /// Who takes what is for the member itself: its observer, who speaks for the person; else the
    /// session that took it last, else the one that is there longest.
    private func taker(for member: MemberID, among sessions: [Session]) -> Session? {
        let connected = sessions.filter { $0.socket != nil }
        if let observer = connected.filter(\.isObserver).min(by: Self.isOlder) { return observer }
        if let last = mail.takers[member], let session = connected.first(where: { $0.key == last }) {
            return session
        }
        return connected.min(by: Self.isOlder)
    }

    private static func isOlder(_ left: Session, _ right: Session) -> Bool {
        (left.peer.connectedAt.moment, left.peer.presenceID)
            < (right.peer.connectedAt.moment, right.peer.presenceID)
    }

    func gate(of session: Session) -> [MessagePriority] {
        guard !session.isObserver else { return [.now, .next] }
        let speaksSkein = session.socket.flatMap { sockets[$0]?.speaksSkein } ?? false
        return DeliveryGate.open(for: session.peer.status, speaksSkein: speaksSkein)
    }

    /// Whether nothing that is as urgent, or more, still waits in the store.
    private func isCaughtUp(_ key: SessionKey, with priority: MessagePriority) -> Bool {
        guard let progress = mail.progress[key], !mail.isFull(key) else { return false }
        return MessagePriority.allCases.filter { $0 <= priority }
            .allSatisfy(progress.caughtUp.contains)
    }

    /// There is mail for it that it cannot be given yet.
    private mutating func wait(for key: SessionKey) {
        guard mail.progress[key]?.isFetching == false else { return }
        mail.progress[key]?.caughtUp = []
        mail.progress[key]?.hasMore = true
        goOn(key)
    }

    /// There is room again in a session's window, perhaps.
    mutating func goOn(_ key: SessionKey) {
        guard let progress = mail.progress[key], progress.hasMore,
            progress.claims.count <= Mailroom.window / 2,
            progress.claimedBytes <= mail.windowBytes / 2
        else { return }
        fetch(for: key)
    }

    // MARK: - From the store

    /// The gate of a session may have changed: what it opened to is fetched, what it closed to is
    /// not caught up with any more.
    mutating func heedGate(of key: SessionKey) {
        guard let session = tables[key.mesh]?.sessions[key], session.socket != nil else { return }
        let open = Set(gate(of: session))
        mail.progress[key, default: Mailroom.Progress()].caughtUp.formIntersection(open)
        if mail.progress[key]?.caughtUp != open { fetch(for: key) }
    }

    /// Whatever was known of what a session has been given is forgotten, and the store is asked.
    mutating func serveAnew(_ key: SessionKey) {
        mail.progress[key, default: Mailroom.Progress()].caughtUp = []
        fetch(for: key)
    }

    /// Asks the store for what waits for a session, up to what it may be given.
    mutating func fetch(for key: SessionKey) {
        guard let session = tables[key.mesh]?.sessions[key], let socket = session.socket else {
            return
        }
        var progress = mail.progress[key] ?? Mailroom.Progress()
        guard !progress.isFetching else {
            progress.asksAgain = true
            mail.progress[key] = progress
            return
        }
        guard !mail.isFull(key) else {
            mail.progress[key]?.hasMore = true
            return
        }
        progress.isFetching = true
        mail.progress[key] = progress
        let priorities = gate(of: session)
        // Those it has already are in the store's answer, too.
        let limit = Mailroom.window + progress.claims.count
        ask(queue(of: session, priorities: priorities, limit: limit)) { registry, result, now in
            registry.fetched(result, priorities, limit: limit, for: key, on: socket, at: now)
        }
    }

    /// What waits for a session: its own mail; its member's, if it takes that; for an observer also
    /// what was for sessions that ended.
    func queue(
        of session: Session, priorities: [MessagePriority], limit: Int
    ) -> @Sendable (any StoreTransaction) throws -> [QueuedMessage] {
        let mesh = session.key.mesh
        let member = session.key.member
        var addresses = session.isObserver ? [] : [session.address]
        let takesForMember = taker(of: session.peer.memberKey, member, in: mesh)?.key == session.key
        if takesForMember { addresses.append(session.peer.memberKey) }
        let isObserver = session.isObserver
        return { [addresses] transaction in
            var all = addresses
            if isObserver, takesForMember {
                all += try transaction.endedSessions(of: member).map(\.key)
            }
            return try transaction.queued(
                in: mesh, for: all, priorities: priorities, limit: limit)
        }
    }

    private mutating func fetched(
        _ result: Result<[QueuedMessage], SkeinError>, _ priorities: [MessagePriority],
        limit: Int, for key: SessionKey, on socket: SocketID, at now: Instant
    ) {
        // Another socket of the session asks for itself.
        guard let session = tables[key.mesh]?.sessions[key], session.socket == socket else {
            return
        }
        mail.progress[key]?.isFetching = false
        let asksAgain = mail.progress[key]?.asksAgain ?? false
        mail.progress[key]?.asksAgain = false
        guard case .success(let messages) = result else {
            // The store is in trouble: asked again when something happens, or by the sweep.
            mail.progress[key]?.caughtUp = []
            return
        }
        let open = Set(gate(of: session)).intersection(priorities)
        let before = mail.progress[key]?.claims.count ?? 0
        var isFull = false
        for message in messages where open.contains(message.priority) {
            if mail.isFull(key) {
                isFull = true
                break
            }
            push(message, to: session, at: now)
        }
        // An answer of nothing new is the end, however long it is.
        let isPage = messages.count == limit && mail.progress[key]?.claims.count ?? 0 > before
        mail.progress[key]?.hasMore = isFull || isPage
        mail.progress[key]?.caughtUp = isFull || isPage || asksAgain ? [] : open
        heedGate(of: key)
    }

    // MARK: - To the socket

    mutating func push(_ message: QueuedMessage, to session: Session, at now: Instant) {
        guard let socket = session.socket, let state = sockets[socket] else { return }
        // What one sent to its own member is for another session of it.
        guard message.senderKey != session.peer.publicKey || session.isObserver else { return }
        if !state.speaksSkein, message.sealedKey != nil {
            // What is for the member itself waits for one of its own that can.
            guard message.delivery.address != session.peer.memberKey else { return }
            return refuseSealed(message, in: session.key.mesh, at: now)
        }
        let sender = Mailroom.Sender(
            mesh: session.key.mesh, member: message.sender, key: message.senderKey)
        guard
            mail.claim(
                message.delivery,
                Mailroom.Claim(
                    session: session.key, messageID: message.id, sender: sender,
                    pushedAt: now.wall, size: message.ciphertext.utf8.count,
                    until: state.speaksSkein ? now.uptime + Mailroom.claimLease : nil))
        else { return }
        if let end = mail.nextEnd { deadlines.set(.claims, at: end) }
        if message.delivery.address == session.peer.memberKey {
            mail.takers[session.key.member] = session.key
        }
        effects.append(
            .deliver(
                ServerFrame(.push(frame(of: message, speaksSkein: state.speaksSkein, in: session))),
                to: socket, message.delivery))
        tell(sender, message.id, session.peer.publicKey, .pushed, at: now)
    }

    private func frame(
        of message: QueuedMessage, speaksSkein: Bool, in session: Session
    ) -> PushFrame {
        var push = PushFrame(
            messageID: message.id, mesh: session.key.mesh, senderKey: message.senderKey,
            priority: message.priority, nonce: message.nonce, ciphertext: message.ciphertext,
            createdAt: message.createdAt)
        let sender = roster.member(session.key.mesh, id: message.sender)
        push.senderMemberPubkey = sender?.publicKey.hex
        let live = tables[session.key.mesh]?.holder(of: message.senderKey)
        push.senderName = live?.peer.displayName ?? sender?.displayName
        if speaksSkein {
            push.targetSpec = message.target
            push.sealedKey = message.sealedKey
            push.unencrypted = message.isUnencrypted ? true : nil
        }
        return push
    }

    /// A client of old cannot read what was sealed (protocol decision 11).
    private mutating func refuseSealed(
        _ message: QueuedMessage, in mesh: MeshID, at now: Instant
    ) {
        guard mail.claims[message.delivery] == nil else { return }
        note([DeliveryNote(message.delivery, .refused, at: now.wall, reason: "unencrypted")])
        let sender = Mailroom.Sender(mesh: mesh, member: message.sender, key: message.senderKey)
        tell(
            sender, message.id, message.delivery.address, .refused, reason: "unencrypted", at: now)
    }
}
