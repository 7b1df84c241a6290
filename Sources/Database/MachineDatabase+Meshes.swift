import GRDB
import Mesh
import MeshProtocol

extension MachineDatabase {
    /// The mesh's name as its members see it. What is typed for it stays: launches that run have
    /// it in their environment.
    public func rename(_ mesh: MeshID, to name: String) throws(SkeinError) {
        try write { db in
            try db.execute(
                sql: "UPDATE membership SET name = ? WHERE mesh = ?",
                arguments: [name, mesh.rawValue])
        }
    }

    /// From now on it is the one used last.
    public func use(_ mesh: MeshID, at moment: Moment) throws(SkeinError) {
        try write { db in
            try db.execute(
                sql: """
                    UPDATE membership
                    SET lastUsedAt = max(?, 1 + (SELECT max(lastUsedAt) FROM membership))
                    WHERE mesh = ?
                    """,
                arguments: [moment.milliseconds, mesh.rawValue])
        }
    }

    /// Forgets that the mesh was joined, with the launches and answers that belong to it.
    public func leave(_ mesh: MeshID) throws(SkeinError) {
        try write { db in
            try db.execute(
                sql: "DELETE FROM membership WHERE mesh = ?", arguments: [mesh.rawValue])
        }
    }
}
