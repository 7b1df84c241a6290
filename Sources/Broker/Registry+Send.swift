import BrokerEngine
import Mesh
import MeshProtocol

/// Why a message is not taken: the sender reads it in its ack (protocol decision 17).
struct SendRefusal: Error, Equatable, Sendable {
    var code: String
    var sentence: String

    init(_ code: String, _ sentence: String) {
        self.code = code
        self.sentence = sentence
    }

    var text: String { "\(code): \(sentence)" }
}

extension Registry {
    /// Milliseconds a message waits for a recipient (protocol decision 6).
    static let queueLife: Int64 = 7 * 24 * 3_600_000
    /// Recipients of one message (protocol decision 11).
    static let recipientLimit = 4096

    mutating func send(_ frame: SendFrame, by asker: Asker, at now: Instant) {
        let ackID = frame.id ?? ""
        do throws(SendRefusal) {
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
        /// Then: whose session it may have been, and whether that member hears the sender.
        var hearers: [MemberID: Bool] = [:]
    }

    private mutating func draft(
        _ frame: SendFrame, by asker: Asker, at now: Instant
    ) throws(SendRefusal) -> Draft {
        guard let priority = frame.priority, let nonce = frame.nonce,
            let ciphertext = frame.ciphertext,
            (frame.id?.utf8.count ?? 0) <= FrameLimits.id,
            (frame.clientMessageID?.utf8.count ?? 0) <= FrameLimits.id
        else {
            throw SendRefusal(
                "invalid_argument", "a field of send is missing or of another kind")
        }
        try takeToken(of: asker.member.id, at: now)
        guard let target = MeshTarget(frame.targetSpec) else {
            throw SendRefusal(
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
            let members = roster.members(of: message.mesh).filter { $0.revokedAt == nil }
            let hearers = members.map { ($0.id, allows(.dm, $0, from: asker, as: senderKey)) }
            return Draft(
                message: message, unknownKey: key,
                hearers: Dictionary(hearers) { first, _ in first })
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

    private mutating func takeToken(of member: MemberID, at now: Instant) throws(SendRefusal) {
        guard let perMinute = sends?.perMinute, sends?.take(member, at: now.uptime) == false else {
            return
        }
        throw SendRefusal("rate_limit", "a member sends \(perMinute) messages a minute at most")
    }

    // MARK: - Keeping

    /// What became of a message in the store.
    private enum Kept: Sendable {
        case kept(MessageNumber, NewMessage)
        case duplicate(id: String)
        case refused(SendRefusal)
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
                registry.deliver(number, message, at: now)
            case .success(.duplicate(let id)):
                registry.reply(.ack(AckFrame(id: ackID, messageId: id, queued: true)), to: asker)
            case .success(.refused(let refusal)):
                registry.refuse(ackID, refusal, to: asker)
            case .failure(let error):
                let code = error.code == .diskFull ? "disk_full" : "internal"
                registry.refuse(ackID, SendRefusal(code, error.message), to: asker)
            }
        }
    }

    private static func keep(
        _ draft: Draft, in transaction: any StoreTransaction
    ) throws -> Kept {
        var message = draft.message
        if let key = draft.unknownKey {
            guard let session = try transaction.session(key, in: message.mesh),
                let isHeard = draft.hearers[session.member]
            else {
                return .refused(
                    SendRefusal("unknown_recipient", "nobody in this mesh has that key"))
            }
            guard session.speaksSkein || session.endedAt == nil else {
                return .refused(SendRefusal("session_ended", "that session has ended"))
            }
            message.recipients = [
                Recipient(
                    address: Self.address(key, isHeard: isHeard), member: session.member)
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
                SendRefusal("queue_full", "too much waits in this mesh; nothing was kept"))
        }
    }

    private mutating func refuse(_ ackID: String, _ refusal: SendRefusal, to asker: Asker) {
        reply(.ack(AckFrame(id: ackID, error: refusal.text)), to: asker)
    }
}

extension MeshTarget {
    /// Not one recipient by its key.
    var isMany: Bool { if case .key = self { false } else { true } }
}
