import BrokerEngine
import Mesh
import MeshProtocol

extension PullInbox: BrokerVerb {
    static var isSkein: Bool { true }

    /// What is held back by the gate comes now, because the recipient asks for it.
    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        guard let session = registry.tables[asker.session.mesh]?.sessions[asker.session] else {
            return
        }
        let wanted = MessagePriority.allCases.filter { priorities?.contains($0) ?? true }
        let room = max(0, min(limit ?? Mailroom.window, Mailroom.window))
        let claimed = registry.mail.progress[asker.session]?.claims.count ?? 0
        let work = registry.queue(of: session, priorities: wanted, limit: room + claimed)
        registry.ask(work) { registry, result, now in
            switch result {
            case .success(let messages):
                guard let session = registry.tables[asker.session.mesh]?.sessions[asker.session]
                else { return }
                let new = messages.filter {
                    registry.mail.claims[$0.delivery] == nil && registry.isFor(session, $0)
                }.prefix(room)
                for message in new { registry.push(message, to: session, at: now) }
                registry.reply(InboxPage(pushed: new.count), to: asker)
            case .failure(let error): registry.refuse(asker, error)
            }
        }
    }
}

extension GetMessageStatus: BrokerVerb {
    /// For who sent it, who gets it, and admins.
    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        let mesh = asker.session.mesh
        let id = messageId
        guard id.utf8.count <= FrameLimits.id else {
            return registry.refuse(asker, "not_found", "no message has that id")
        }
        registry.ask {
            try $0.message(id, in: mesh)
        } then: { registry, result, now in
            switch result {
            case .success(let report?) where asker.maySee(report):
                registry.reply(registry.status(of: report, for: asker), to: asker)
            case .success: registry.refuse(asker, "not_found", "no message has that id")
            case .failure(let error): registry.refuse(asker, error)
            }
        }
    }
}

extension Asker {
    fileprivate func maySee(_ report: MessageReport) -> Bool {
        member.permission == .admin || report.sender == member.id
            || report.deliveries.contains { $0.member == member.id }
    }
}

extension Registry {
    fileprivate func status(of report: MessageReport, for asker: Asker) -> MessageStatusResult {
        let mesh = asker.session.mesh
        let recipients = report.deliveries.map { delivery in
            // A block is silent: what is blocked looks as if it waited for its target.
            let key = Self.key(of: delivery.address)
            let name =
                tables[mesh]?.holder(of: key)?.peer.displayName
                ?? roster.member(mesh, id: delivery.member)?.displayName ?? "unknown"
            let isThere =
                taker(of: key, delivery.member, in: mesh, sentBy: report.senderKey) != nil
            return MessageStatusResult.Recipient(
                name: name, pubkey: key,
                status: delivery.isDelivered ? "delivered" : isThere ? "held" : "disconnected",
                receipts: asker.speaksSkein
                    ? Dictionary(
                        uniqueKeysWithValues: delivery.times.map {
                            ($0.key.rawValue, ISOMoment($0.value))
                        }) : nil,
                reason: delivery.reason)
        }
        let isDelivered = report.deliveries.allSatisfy(\.isDelivered)
        let ends = report.deliveries.compactMap { $0.times[.acked] ?? $0.times[.delivered] }
        return MessageStatusResult(
            messageID: report.id, targetSpec: report.target, delivered: isDelivered,
            deliveredAt: isDelivered ? ends.max().map(ISOMoment.init) : nil,
            recipients: recipients)
    }
}

extension DeliveryReport {
    fileprivate var isDelivered: Bool { times[.acked] != nil || times[.delivered] != nil }
}
