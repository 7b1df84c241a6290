import BrokerEngine
import Mesh
import MeshCrypto
import MeshProtocol

extension MemoryTransaction: AuditRecords {
    func audit(_ event: AuditEvent) throws { append(event) }

    /// The hashes are made when somebody wants to see them: nobody can change an entry behind the
    /// store's back, and most are never read.
    func audits(in mesh: MeshID, type: String?, offset: Int, limit: Int) throws -> AuditPage {
        let events = contents.audits[mesh] ?? []
        var previous = "genesis"
        var entries: [AuditEntry] = []
        for (index, event) in events.enumerated() {
            let text =
                "\(previous)|\(mesh.rawValue)|\(event.type)|\(event.actor)"
                + "|\(event.payload.canonical)|\(ISOMoment(event.at).description)"
            previous = Hex.text(SHA256.of(Array(text.utf8)))
            guard type == nil || event.type == type else { continue }
            entries.append(AuditEntry(number: index + 1, event: event, hash: previous))
        }
        let page = entries.reversed().dropFirst(max(0, offset)).prefix(max(0, limit))
        return AuditPage(entries: Array(page), total: entries.count)
    }

    func verifyAudit(of mesh: MeshID) throws -> AuditVerdict {
        AuditVerdict(entries: contents.audits[mesh]?.count ?? 0, brokenAt: nil)
    }
}
