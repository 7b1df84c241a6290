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
                    sentBy: message.senderKey)
            else { continue }
            guard gate(of: session).has(message.priority) else { continue }
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

    /// The connected session that mail for an address is given to. What one session of a member
    /// sent to the member is for another one; what is blocked waits where nobody fetches it.
    func taker(
        of address: String, _ member: MemberID, in mesh: MeshID, sentBy sender: String? = nil
    ) -> Session? {
        guard let table = tables[mesh], !Self.isBlocked(address) else { return nil }
        if let own = table.session(at: address, of: member) {
            return own.socket == nil ? nil : own
        }
        guard address == roster.member(mesh, id: member)?.publicKey.hex else {
            // What answers the person is its own observer's; what was for a session that ended, its
            // siblings could not read.
            if let own = table.holder(of: address), own.isObserver, own.key.member == member,
                own.socket != nil
            {
                return own
            }
            return table.observer(of: member)
        }
        return table.observer(of: member) ?? taker(for: member, in: table, besides: sender)
    }

    /// Who takes what is for the member itself, where no observer speaks for the person: the session
    /// that took it last, else the one that is there longest.
    private func taker(
        for member: MemberID, in table: PresenceTable, besides sender: String?
    ) -> Session? {
        if let last = mail.takers[member], let session = table.sessions[last],
            session.socket != nil, session.peer.publicKey != sender
        {
            return session
        }
        return table.oldest(of: member, besides: sender)
    }

    func gate(of session: Session) -> PrioritySet {
        guard !session.isObserver else { return [.now, .next] }
        let speaksSkein = session.socket.flatMap { sockets[$0]?.speaksSkein } ?? false
        return DeliveryGate.open(for: session.peer.status, speaksSkein: speaksSkein)
    }

    /// Whether nothing that is as urgent, or more, still waits in the store.
    private func isCaughtUp(_ key: SessionKey, with priority: MessagePriority) -> Bool {
        guard let progress = mail.progress[key], !mail.isFull(key) else { return false }
        return progress.caughtUp.isSuperset(of: PrioritySet(upTo: priority))
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
        let open = gate(of: session)
        let former = mail.progress[key]?.caughtUp ?? []
        if !open.isSuperset(of: former) { mail.progress[key]?.caughtUp = former.intersection(open) }
        if !former.isSuperset(of: open) { fetch(for: key) }
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
        let work = queue(of: session, priorities: priorities.priorities, limit: limit)
        ask(work) { registry, result, now in
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
        var addresses = [session.address]
        let first = taker(of: session.peer.memberKey, member, in: mesh)
        let takesForMember = first?.key == session.key
        // What the first one sent itself is for the second.
        let second = taker(
            of: session.peer.memberKey, member, in: mesh, sentBy: first?.peer.publicKey)
        if takesForMember || second?.key == session.key {
            addresses.append(session.peer.memberKey)
        }
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
        _ result: Result<[QueuedMessage], SkeinError>, _ priorities: PrioritySet,
        limit: Int, for key: SessionKey, on socket: SocketID, at now: Instant
    ) {
        // Another socket of the session asks for itself.
        guard let session = tables[key.mesh]?.sessions[key], session.socket == socket else {
            return
        }
        guard case .success(let messages) = result else {
            // The store is in trouble: asked again when something happens, or by the sweep.
            mail.fetched(for: key, upTo: [], hasMore: mail.progress[key]?.hasMore ?? false)
            return
        }
        let open = gate(of: session).intersection(priorities)
        var pushed = 0
        var isFull = false
        for message in messages
        where open.has(message.priority) && isFor(session, message) {
            if mail.isFull(key) {
                isFull = true
                break
            }
            if push(message, to: session, at: now) { pushed += 1 }
        }
        // An answer of nothing new is the end, however long it is.
        let isPage = messages.count == limit && pushed > 0
        mail.fetched(for: key, upTo: open, hasMore: isFull || isPage)
        heedGate(of: key)
    }

    /// Whether it is this session that takes it, where it is for the member itself.
    func isFor(_ session: Session, _ message: QueuedMessage) -> Bool {
        message.delivery.address != session.peer.memberKey
            || taker(
                of: message.delivery.address, session.key.member, in: session.key.mesh,
                sentBy: message.senderKey)?.key == session.key
    }

    // MARK: - To the socket

    /// False where it is not for that session, or is on its way already.
    @discardableResult
    mutating func push(
        _ message: QueuedMessage, to session: Session, at now: Instant
    ) -> Bool {
        guard let socket = session.socket, let state = sockets[socket] else { return false }
        // What one sent to its own member is for another session of it.
        let isForMember = message.delivery.address == session.peer.memberKey
        if isForMember, message.senderKey == session.peer.publicKey, !session.isObserver {
            return false
        }
        let sender = Mailroom.Sender(
            mesh: session.key.mesh, member: message.sender, key: message.senderKey)
        if !state.speaksSkein, message.sealedKey != nil {
            // What is for the member itself waits for a session of it that can read it.
            if !isForMember { refuseSealed(message, from: sender, at: now) }
            return false
        }
        guard
            mail.claim(
                message.delivery,
                Mailroom.Claim(
                    session: session.key, messageID: message.id, sender: sender,
                    pushedAt: now.wall, size: message.ciphertext.utf8.count,
                    until: state.speaksSkein ? now.uptime + Mailroom.claimLease : nil))
        else { return false }
        if let end = mail.nextEnd { deadlines.set(.claims, at: end) }
        if isForMember, message.sender != session.key.member {
            mail.takers[session.key.member] = session.key
        }
        effects.append(
            .deliver(
                ServerFrame(.push(frame(of: message, speaksSkein: state.speaksSkein, in: session))),
                to: socket, message.delivery))
        metrics.delivered(afterMilliseconds: now.wall.milliseconds(since: message.createdAt))
        // As all its receipts: whom its sender meant, whoever takes it.
        tell(sender, message.id, message.delivery.address, .pushed, at: now)
        return true
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
        _ message: QueuedMessage, from sender: Mailroom.Sender, at now: Instant
    ) {
        guard mail.claims[message.delivery] == nil else { return }
        let reason = "unencrypted"
        note([DeliveryNote(message.delivery, .refused, at: now.wall, reason: reason)])
        tell(
            sender, message.id, message.delivery.address, .refused, reason: reason, at: now)
    }
}
