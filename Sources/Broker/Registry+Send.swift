import BrokerEngine
import Mesh
import MeshProtocol

extension Registry {
    /// Milliseconds a message waits for a recipient (protocol decision 6).
    static let queueLife: Int64 = 7 * 24 * 3_600_000
    /// Recipients of one message (protocol decision 11).
    static let recipientLimit = 4096

    mutating func send(_ frame: SendFrame, by asker: Asker, at now: Instant) {
        let ackID = frame.id ?? ""
        do throws(Refusal) {
            let draft = try draft(frame, by: asker, at: now)
            keep(draft, ackID: ackID, for: asker, at: now)
        } catch {
            refuse(ackID, error, to: asker)
        }
    }

    /// A message, and where its recipient has to be looked up in the store.
    private struct Draft: Sendable {
        var message: NewMessage
        /// A key that nobody goes by now.
        var unknownKey: String?
        /// The sender's, by which that recipient's grants know it.
        var memberKey = ""
        /// Where there is such a key: who it may have been.
        var roster = Roster(meshes: [], members: [])
    }

    private mutating func draft(
        _ frame: SendFrame, by asker: Asker, at now: Instant
    ) throws(Refusal) -> Draft {
        guard let priority = frame.priority, let nonce = frame.nonce,
            let ciphertext = frame.ciphertext,
            (frame.id?.utf8.count ?? 0) <= FrameLimits.id,
            (frame.clientMessageID?.utf8.count ?? 0) <= FrameLimits.id
        else {
            throw Refusal(
                "invalid_argument", "a field of send is missing or of another kind")
        }
        try takeToken(of: asker.member.id, at: now)
        guard let target = MeshTarget(frame.targetSpec) else {
            throw Refusal(
                "unknown_target", "a target is a key, @group, @all or *; names are looked up first")
        }
        let sender = tables[asker.session.mesh]?.sessions[asker.session]
        let senderKey = sender?.peer.publicKey ?? asker.member.publicKey.hex
        let ownID = asker.speaksSkein ? frame.id.flatMap { $0.isEmpty ? nil : $0 } : nil
        var message = NewMessage(
            mesh: asker.session.mesh, id: ownID ?? ids.presence(),
            dedupeKey: dedupeKey(frame, ownID: ownID), sender: asker.member.id,
            senderKey: senderKey, target: frame.targetSpec, priority: priority, nonce: nonce,
            ciphertext: ciphertext, isUnencrypted: target.isMany && frame.keys == nil,
            createdAt: now.wall, expiresAt: now.wall.advanced(byMilliseconds: Self.queueLife),
            recipients: [], queueLimit: queueBytesPerMesh)
        switch try recipients(of: target, frame, by: asker, as: senderKey) {
        case .known(let recipients): message.recipients = recipients
        case .unknown(let key):
            return Draft(
                message: message, unknownKey: key, memberKey: asker.member.publicKey.hex,
                roster: roster)
        }
        return Draft(message: message)
    }

    /// A client of old gives ids that only it can tell apart: the same id under the same nonce is
    /// the same message, sent once more.
    private func dedupeKey(_ frame: SendFrame, ownID: String?) -> String? {
        if let ownID { return ownID }
        if let id = frame.clientMessageID, !id.isEmpty { return id }
        guard let id = frame.id, !id.isEmpty, let nonce = frame.nonce, !nonce.isEmpty else {
            return nil
        }
        return id + "/" + nonce
    }

    private mutating func takeToken(of member: MemberID, at now: Instant) throws(Refusal) {
        guard let perMinute = sends?.perMinute, sends?.take(member, at: now.uptime) == false else {
            return
        }
        throw Refusal("rate_limit", "a member sends \(perMinute) messages a minute at most")
    }

    // MARK: - Keeping

    /// What became of a message in the store.
    private enum Kept: Sendable {
        case kept(MessageNumber, NewMessage)
        case duplicate(id: String)
        case refused(Refusal)
    }

    private mutating func keep(
        _ draft: Draft, ackID: String, for asker: Asker, at now: Instant
    ) {
        ask { transaction in
            try Self.keep(draft, in: transaction)
        } then: { registry, outcome, now in
            switch outcome {
            case .success(.kept(let number, let message)):
                registry.reply(
                    .ack(AckFrame(id: ackID, messageId: message.id, queued: true)), to: asker)
                registry.metrics.routed(message.priority)
                registry.deliver(number, message, at: now)
                registry.publish(.mail(message.mesh, addresses: message.recipients.map(\.address)))
            case .success(.duplicate(let id)):
                registry.reply(.ack(AckFrame(id: ackID, messageId: id, queued: true)), to: asker)
            case .success(.refused(let refusal)):
                registry.refuse(ackID, refusal, to: asker)
            case .failure(let error):
                let code = error.code == .diskFull ? "disk_full" : "internal"
                registry.refuse(ackID, Refusal(code, error.message), to: asker)
            }
        }
    }

    private static func keep(
        _ draft: Draft, in transaction: any StoreTransaction
    ) throws -> Kept {
        var message = draft.message
        if let key = draft.unknownKey {
            guard let session = try transaction.session(key, in: message.mesh) else {
                return .refused(
                    Refusal("unknown_recipient", "nobody in this mesh has that key"))
            }
            guard session.speaksSkein || session.endedAt == nil else {
                return .refused(Refusal("session_ended", "that session has ended"))
            }
            guard let member = draft.roster.member(message.mesh, id: session.member),
                member.revokedAt == nil
            else {
                return .refused(
                    Refusal("unknown_recipient", "nobody in this mesh has that key"))
            }
            let isHeard =
                member.id == message.sender
                || member.grants.allows(
                    .dm, memberKey: draft.memberKey, sessionKey: message.senderKey)
            message.recipients = [
                Recipient(address: address(key, isHeard: isHeard), member: member.id)
            ]
        }
        switch try transaction.keep(message) {
        case .kept(let number):
            try transaction.audit(
                AuditEvent(
                    mesh: message.mesh, type: "message_sent", actor: message.sender.rawValue,
                    payload: [
                        "targetSpec": .string(message.target),
                        "priority": .string(message.priority.rawValue),
                    ], at: message.createdAt))
            return .kept(number, message)
        case .duplicate(_, let id): return .duplicate(id: id)
        case .queueFull:
            return .refused(
                Refusal("queue_full", "too much waits in this mesh; nothing was kept"))
        }
    }

    private mutating func refuse(_ ackID: String, _ refusal: Refusal, to asker: Asker) {
        metrics.rejected(refusal.code)
        reply(.ack(AckFrame(id: ackID, error: refusal.text)), to: asker)
    }
}

extension MeshTarget {
    /// Not one recipient by its key.
    var isMany: Bool { if case .key = self { false } else { true } }
}
