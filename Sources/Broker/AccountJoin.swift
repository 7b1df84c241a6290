import BrokerEngine
import Mesh
import MeshCrypto
import MeshProtocol
import NIOHTTP1

/// A machine of an account on its way into a mesh, read and not yet judged.
struct AccountJoin: Sendable {
    var key: PublicKey
    var name: String
    private var signature: [UInt8]
    private var timestamp: Int64

    static func read(_ body: JSONValue) throws(AccountRefusal) -> AccountJoin {
        guard let key = body["member_key"]?.string.flatMap({ PublicKey(hex: $0) }), key.isPoint
        else { throw .invalid("member_key is no ed25519 key of 64 hexadecimal digits") }
        guard let name = body["display_name"]?.string.flatMap({ PeerName.cleaned($0) }) else {
            throw .invalid("display_name is missing")
        }
        guard let signature = body["proof"]?.string.flatMap({ Hex.bytes($0) }),
            signature.count == SigningKeys.signatureLength,
            case .integer(let timestamp)? = body["timestamp"]
        else { throw .invalid("proof and timestamp are missing, or are none") }
        return AccountJoin(key: key, name: name, signature: signature, timestamp: timestamp)
    }

    /// That who asks has the key. `mesh` is as `AccountJoinBytes` has it.
    func check(
        _ mesh: String, _ account: AccountID, at now: Moment
    ) throws(AccountRefusal) {
        guard HelloCheck.isInWindow(timestamp, now: now) else {
            throw AccountRefusal(
                .badRequest, "timestamp_skew", "the timestamp is more than a minute off")
        }
        let bytes = AccountJoinBytes.canonical(
            mesh: mesh, account: account.rawValue, memberKey: key.hex, timestamp: timestamp)
        guard Signature.isValid(signature, of: bytes, by: key) else {
            throw AccountRefusal(.forbidden, "bad_proof", "the proof is not by member_key")
        }
    }

    func member(
        _ id: MemberID, of mesh: MeshID, _ permission: Permission, at now: Moment
    ) -> BrokerMember {
        BrokerMember(
            id: id, mesh: mesh, publicKey: key, displayName: name, permission: permission,
            joinedAt: now)
    }
}

/// What an account has of one mesh, as the store has it.
struct AccountPlaces: Sendable {
    var mesh: BrokerMesh
    var belonging: AccountMesh
    var seats: [AccountSeat]
    /// All of the mesh.
    var members: [BrokerMember]

    /// Of all its meshes, in the order of joining.
    static func all(
        of account: AccountID, in transaction: any StoreTransaction
    ) throws -> [AccountPlaces] {
        let belongings = try transaction.meshes(of: account)
        guard !belongings.isEmpty else { return [] }
        let members = Dictionary(grouping: try transaction.members(), by: \.mesh)
        return try belongings.compactMap { belonging in
            guard let mesh = try transaction.mesh(belonging.mesh) else { return nil }
            return AccountPlaces(
                mesh: mesh, belonging: belonging,
                seats: try transaction.seats(of: account, in: mesh.id),
                members: members[mesh.id] ?? [])
        }
    }

    static func one(
        _ mesh: MeshID, of account: AccountID, in transaction: any StoreTransaction
    ) throws -> AccountPlaces {
        let all = try all(of: account, in: transaction)
        guard let place = all.first(where: { $0.mesh.id == mesh }) else {
            throw AccountRefusal.noMesh
        }
        return place
    }

    func member(_ id: MemberID) -> BrokerMember? { members.first { $0.id == id } }

    /// What its next machine may do: what the one that was trusted least may, so that nobody who
    /// was demoted is an admin again from another machine.
    var permission: Permission {
        if belonging.isOwner { return .admin }
        let isDemoted = seats.contains { member($0.member)?.permission == .member }
        return isDemoted ? .member : belonging.permission
    }

    /// Whether a machine of it was put out by the mesh, rather than by its own account.
    var isBanned: Bool {
        seats.contains { $0.endedAt == nil && member($0.member)?.revokedAt != nil }
    }

    var isOpen: Bool { mesh.archivedAt == nil }

    /// The member that has `key`, where it is a machine of this account that may come in.
    func seated(_ key: PublicKey) throws(AccountRefusal) -> BrokerMember? {
        guard let member = members.first(where: { $0.publicKey == key }) else { return nil }
        guard seats.contains(where: { $0.member == member.id }) else {
            throw AccountRefusal(.conflict, "key_taken", "that key is another member's")
        }
        guard member.revokedAt == nil else {
            throw AccountRefusal(
                .conflict, "key_revoked", "that key was put out; join with a new one")
        }
        return member
    }

    func json(brokerURL: String) -> JSONValue {
        [
            "id": .string(mesh.id.rawValue), "name": .string(mesh.name),
            "slug": .string(mesh.slug), "permission": .string(permission.rawValue),
            "members": .integer(Int64(members.count { $0.revokedAt == nil })),
            "broker_url": .string(brokerURL), "is_owner": .bool(belonging.isOwner),
            "archived": .bool(!isOpen), "created_at": .integer(mesh.createdAt.milliseconds),
        ]
    }
}
