import BrokerEngine
import Mesh
import MeshProtocol

// How what belongs to an account is told to programs: times in milliseconds since 1970.

extension BrokerAccount {
    var json: JSONValue {
        ["id": .string(id.rawValue), "email": .string(email), "name": .string(name)]
    }
}

extension AccountTokenRecord {
    var json: JSONValue {
        [
            "id": .string(id), "kind": .string(kind.rawValue), "name": .string(name),
            "created_at": .integer(createdAt.milliseconds),
            "expires_at": .integer(expiresAt.milliseconds),
            "last_used_at": lastUsedAt.map { .integer($0.milliseconds) } ?? .null,
        ]
    }
}
