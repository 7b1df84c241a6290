import BrokerEngine
import GRDB
import Mesh
import MeshCrypto
import MeshProtocol

extension BrokerTransaction: AuditRecords {
    func audit(_ event: AuditEvent) throws {
        let mesh = event.mesh.rawValue
        let head = try auditHead(of: mesh)
        let payload = event.payload.canonical
        let hash = AuditHash.of(
            payload: payload, type: event.type, actor: event.actor, at: event.at, in: mesh,
            after: head.hash)
        try db.run(
            """
            INSERT INTO audit (mesh, number, type, actor, payload, at, hash)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [mesh, head.number + 1, event.type, event.actor, payload, event.at.milliseconds, hash])
        auditHeads.ofMesh[mesh] = AuditHeads.Head(
            number: head.number + 1, hash: hash, isWritten: false)
    }

    private func auditHead(of mesh: String) throws -> AuditHeads.Head {
        if let head = auditHeads.ofMesh[mesh] { return head }
        let row = try db.row("SELECT number, hash FROM auditHead WHERE mesh = ?", [mesh])
        return AuditHeads.Head(
            number: row?["number"] ?? 0, hash: row?["hash"] ?? AuditHash.genesis, isWritten: true)
    }

    /// Before the transaction ends, and before the log is read in it.
    func writeAuditHeads() throws {
        for (mesh, head) in auditHeads.ofMesh where !head.isWritten {
            try db.run(
                "INSERT OR REPLACE INTO auditHead (mesh, number, hash) VALUES (?, ?, ?)",
                [mesh, head.number, head.hash])
            auditHeads.ofMesh[mesh]?.isWritten = true
        }
    }

    func audits(in mesh: MeshID, type: String?, offset: Int, limit: Int) throws -> AuditPage {
        try writeAuditHeads()
        let (offset, limit) = (max(offset, 0), max(limit, 0))
        let total: Int?
        let rows: [Row]
        if let type {
            total = try db.value(
                "SELECT count(*) FROM audit WHERE mesh = ? AND type = ?", [mesh.rawValue, type])
            rows = try db.rows(
                """
                SELECT * FROM audit WHERE mesh = ? AND type = ?
                ORDER BY number DESC LIMIT ? OFFSET ?
                """,
                [mesh.rawValue, type, limit, offset])
        } else {
            total = try db.value("SELECT number FROM auditHead WHERE mesh = ?", [mesh.rawValue])
            rows = try db.rows(
                """
                SELECT * FROM audit WHERE mesh = ? AND number <= ?
                ORDER BY number DESC LIMIT ?
                """,
                [mesh.rawValue, max((total ?? 0) - offset, 0), limit])
        }
        let entries = try rows.map { row in
            AuditEntry(
                number: row["number"],
                event: AuditEvent(
                    mesh: mesh, type: row["type"], actor: row["actor"],
                    payload: try JSONColumn.value(row["payload"]), at: row.moment("at")),
                hash: row["hash"])
        }
        return AuditPage(entries: entries, total: total ?? 0)
    }

    func verifyAudit(of mesh: MeshID) throws -> AuditVerdict {
        try writeAuditHeads()
        var last = 0
        var previous = AuditHash.genesis
        var count = 0
        var brokenAt: Int?
        let rows = try db.cursor(
            "SELECT * FROM audit WHERE mesh = ? ORDER BY number", [mesh.rawValue])
        while let row = try rows.next() {
            count += 1
            if brokenAt != nil { continue }
            let number: Int = row["number"]
            let hash: String = row["hash"]
            // One that was taken out shows in the number of the next.
            if number != last + 1 || !Self.follows(row, previous, in: mesh, as: hash) {
                brokenAt = last + 1
            }
            last = number
            previous = hash
        }
        let head = try db.row("SELECT number, hash FROM auditHead WHERE mesh = ?", [mesh.rawValue])
        let number: Int = head?["number"] ?? 0
        let hash: String = head?["hash"] ?? AuditHash.genesis
        // The newest may have been taken away.
        if brokenAt == nil, number != last || hash != previous { brokenAt = min(number, last) + 1 }
        return AuditVerdict(entries: count, brokenAt: brokenAt)
    }

    private static func follows(
        _ row: Row, _ previous: String, in mesh: MeshID, as hash: String
    ) -> Bool {
        let payload: String = row["payload"]
        func isIt(_ payload: String) -> Bool {
            hash == AuditHash.of(
                payload: payload, type: row["type"], actor: row["actor"], at: row.moment("at"),
                in: mesh.rawValue, after: previous)
        }
        // As it was written, which costs little; else the same value written otherwise.
        if isIt(payload) { return true }
        guard let value = JSONValue.parse(Array(payload.utf8)) else { return false }
        return isIt(value.canonical)
    }
}

/// An entry's hash, bound to the one before (wire protocol, section 3, `audit_verify`).
enum AuditHash {
    /// What the first entry follows.
    static let genesis = "genesis"

    /// `payload` is canonical JSON.
    static func of(
        payload: String, type: String, actor: String, at moment: Moment, in mesh: String,
        after previous: String
    ) -> String {
        let text =
            "\(previous)|\(mesh)|\(type)|\(actor)|\(payload)|\(ISOMoment(moment).description)"
        return Hex.text(SHA256.of(Array(text.utf8)))
    }
}
