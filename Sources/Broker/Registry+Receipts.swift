import BrokerEngine
import Mesh
import MeshProtocol

/// How deliveries end, and who is told (protocol decisions 8 and 10).
extension Registry {
    /// The socket took the bytes of a push. A client of old says no more, so that is its delivery.
    mutating func wrote(_ deliveries: [DeliveryID], to socket: SocketID, at now: Instant) -> [Effect] {
        notice(now)
        if sockets[socket]?.speaksSkein == false {
            for delivery in deliveries { finish(delivery, as: .delivered, at: now) }
        }
        return take(at: now)
    }

    mutating func acknowledge(_ frame: ClientAckFrame, by asker: Asker, at now: Instant) {
        let states = states(of: frame)
        let ids = [frame.brokerMessageId, frame.clientMessageId].compactMap { $0 }
        let claims = mail.progress[asker.session]?.claims
        if let delivery = ids.lazy.compactMap({ claims?[$0] }).first {
            for state in states { finish(delivery, as: state, reason: frame.refused, at: now) }
            return
        }
        // Pushed before this socket was, or shown long after it was acknowledged.
        guard asker.speaksSkein, let id = ids.first, id.utf8.count <= FrameLimits.id,
            let session = tables[asker.session.mesh]?.sessions[asker.session]
        else { return }
        acknowledgeLate(id, states, reason: frame.refused, for: session)
    }

    private func states(of frame: ClientAckFrame) -> [DeliveryState] {
        if frame.refused != nil { return [.refused] }
        return frame.shown == true ? [.shown, .acked] : [.acked]
    }

    private mutating func acknowledgeLate(
        _ id: String, _ states: [DeliveryState], reason: String?, for session: Session
    ) {
        let mesh = session.key.mesh
        let member = session.key.member
        let own = session.address
        ask { transaction -> (MessageReport, [DeliveryReport])? in
            guard let report = try transaction.message(id, in: mesh) else { return nil }
            return (report, report.deliveries.filter { $0.member == member })
        } then: { registry, result, now in
            guard case .success(let found?) = result else { return }
            let (report, deliveries) = found
            guard let delivery = deliveries.first(where: { $0.address == own }) ?? deliveries.first
            else { return }
            let reason = reason.map { FrameLimits.cut($0, to: FrameLimits.word) }
            let id = DeliveryID(message: report.number, address: delivery.address)
            if states.contains(where: \.isEnd) { registry.mail.release(id) }
            registry.note(states.map { DeliveryNote(id, $0, at: now.wall, reason: reason) })
            let sender = Mailroom.Sender(
                mesh: mesh, member: report.sender, key: report.senderKey)
            for state in states where delivery.times[state] == nil {
                registry.tell(sender, report.id, delivery.address, state, reason: reason, at: now)
            }
        }
    }

    private mutating func finish(
        _ delivery: DeliveryID, as state: DeliveryState, reason: String? = nil, at now: Instant
    ) {
        guard let claim = mail.claims[delivery], !claim.isFinished else { return }
        let reason = reason.map { FrameLimits.cut($0, to: FrameLimits.word) }
        let notes = [
            DeliveryNote(delivery, .pushed, at: claim.pushedAt),
            DeliveryNote(delivery, state, at: now.wall, reason: reason),
        ]
        tell(claim.sender, claim.messageID, delivery.address, state, reason: reason, at: now)
        guard state.isEnd else { return note(notes) }
        mail.finish(delivery)
        ask(isPatient: true) {
            try $0.note(notes)
        } then: { registry, _, _ in
            registry.mail.release(delivery)
        }
        goOn(claim.session)
    }

    /// Nobody waits for it; what fails is done again when the delivery is.
    mutating func note(_ notes: [DeliveryNote]) {
        ask(isPatient: true) { try $0.note(notes) } then: { _, _, _ in }
    }

    /// A receipt, to the session that sent the message, else to its member's observer.
    mutating func tell(
        _ sender: Mailroom.Sender, _ messageID: String, _ recipient: String,
        _ state: DeliveryState, reason: String? = nil, at now: Instant
    ) {
        let hearer = hearer(of: sender)
        guard hearer != nil || hasBus else { return }
        let receipt = ReceiptFrame(
            messageID: messageID, recipient: Self.key(of: recipient), state: state, at: now.wall,
            reason: reason)
        if let hearer {
            send(.answer(receipt), to: [hearer])
        } else {
            publish(.receipt(sender.mesh, to: sender.key, receipt))
        }
    }

    private func hearer(of sender: Mailroom.Sender) -> SocketID? {
        guard let table = tables[sender.mesh] else { return nil }
        if let session = table.holder(of: sender.key), !session.isObserver,
            session.key.member == sender.member, let socket = session.socket
        {
            return sockets[socket]?.speaksSkein == true ? socket : nil
        }
        return table.observer(of: sender.member)?.socket
    }

    // MARK: - Sessions that come and go

    /// The session has a socket that has been given nothing yet.
    mutating func serve(_ session: Session, speaksSkein: Bool) {
        mail.releaseAll(of: session.key)
        noteSpeech(of: session.key, speaksSkein)
        // An observer, too: what answers the person comes to its key when it is away.
        if case .key(let key) = session.key.identity {
            let record = SessionRecord(
                key: key, mesh: session.key.mesh, member: session.key.member,
                speaksSkein: speaksSkein)
            ask { try $0.keepSession(record) } then: { _, _, _ in }
        }
        serveAnew(session.key)
    }

    /// A client of old beside one that speaks skein/1 takes nothing away from it.
    private mutating func noteSpeech(of key: SessionKey, _ speaksSkein: Bool) {
        let others = (tables[key.mesh]?.sessions(of: key.member) ?? []).filter { $0.key != key }
        let isSpoken = others.contains { other in
            other.socket.flatMap { sockets[$0]?.speaksSkein } ?? false
        }
        spokeSkein[key.member] = speaksSkein || isSpoken
    }

    /// The session has no socket any more: what it was given and did not acknowledge goes back, and
    /// what it took for its member goes to another.
    mutating func stopServing(_ key: SessionKey) {
        mail.releaseAll(of: key)
        serveMember(key.member, in: key.mesh)
    }

    /// Nothing more is for the session itself: a client of old reads it nowhere, so its mail
    /// expires; a `skein/1` member's observer takes it (protocol decision 6).
    mutating func endMail(of session: Session, at now: Instant) {
        switch session.key.identity {
        case .key(let key): endMail(of: key, session.key.member, in: session.key.mesh, at: now)
        case .process where session.isObserver: break
        case .process: expireQueue(of: session.address, in: session.key.mesh, at: now)
        }
    }

    private mutating func expireQueue(of address: String, in mesh: MeshID, at now: Instant) {
        ask {
            try $0.expire(queueOf: address, in: mesh, at: now.wall)
        } then: { registry, result, now in
            if case .success(let ended) = result { registry.tellExpired(ended, at: now) }
        }
    }

    mutating func endMail(
        of key: String, _ member: MemberID, in mesh: MeshID, at now: Instant
    ) {
        ask { transaction -> [EndedDelivery] in
            guard var record = try transaction.session(key, in: mesh) else { return [] }
            record.endedAt = now.wall
            try transaction.keepSession(record)
            guard !record.speaksSkein else { return [] }
            return try transaction.expire(queueOf: key, in: mesh, at: now.wall)
        } then: { registry, result, now in
            guard case .success(let ended) = result else { return }
            registry.tellExpired(ended, at: now)
            registry.serveMember(member, in: mesh)
        }
    }

    mutating func tellExpired(_ ended: [EndedDelivery], at now: Instant) {
        for end in ended {
            mail.release(end.delivery)
            let sender = Mailroom.Sender(mesh: end.mesh, member: end.sender, key: end.senderKey)
            tell(sender, end.messageID, end.delivery.address, .expired, at: now)
        }
    }

    private mutating func serveMember(_ member: MemberID, in mesh: MeshID) {
        guard let memberKey = roster.member(mesh, id: member)?.publicKey.hex,
            let taker = taker(of: memberKey, member, in: mesh)
        else { return }
        serveAnew(taker.key)
    }

    /// Clients that kept silent over a push for too long are given it again.
    mutating func endClaims(at now: Instant) {
        for key in Set(mail.endClaims(at: now.uptime)) { serveAnew(key) }
        if let next = mail.nextEnd { deadlines.set(.claims, at: next) }
    }
}
