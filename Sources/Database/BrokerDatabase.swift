import GRDB
import Mesh
import MeshProtocol

/// What a broker keeps on disk: its meshes and their members. Calls block for as long as the disk
/// takes; what a call wrote is on the disk when it returns (protocol decision 19).
public final class BrokerDatabase: Sendable {
    public let path: String
    private let pool: DatabasePool

    private init(path: String, pool: DatabasePool) {
        self.path = path
        self.pool = pool
    }

    /// A damaged store is refused (`E_STORE_CORRUPT`) and left where it is: it is the only place
    /// that knows who belongs to a mesh.
    public static func open(at path: String) throws(SkeinError) -> BrokerDatabase {
        BrokerDatabase(path: path, pool: try DatabaseFile.open(path: path, migrator: migrator))
    }

    public func close() { try? pool.close() }

    func read<Value>(_ work: (Database) throws -> Value) throws(SkeinError) -> Value {
        try StoreFailure.telling(path) { try pool.read(work) }
    }

    /// In one transaction.
    func write<Value>(_ work: (Database) throws -> Value) throws(SkeinError) -> Value {
        try StoreFailure.telling(path) { try pool.write(work) }
    }
}
