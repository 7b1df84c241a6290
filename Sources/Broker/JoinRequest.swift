import BrokerEngine
import Foundation
import Mesh
import MeshCrypto
import MeshProtocol

/// Why somebody is not let in: a word of the wire protocol, section 4.1, or a sentence.
struct JoinRefusal: Error, Equatable, Sendable {
    var word: String

    init(_ word: String) { self.word = word }
}

/// What `/join` was asked, read and not yet judged.
struct JoinRequest: Sendable {
    /// A place in a mesh: one for each key.
    struct Seat: Hashable, Sendable {
        var mesh: MeshID
        var key: PublicKey
    }

    /// What a broker knows the token by.
    var tokenHash: String
    /// What the token itself says.
    var payload: InviteToken
    /// What was sent beside it, where that is something else.
    var isTampered: Bool
    var key: PublicKey
    var name: String

    var mesh: MeshID { MeshID(rawValue: payload.mesh) }
    var seat: Seat { Seat(mesh: mesh, key: key) }

    /// The SHA-256 of a token's text, in hexadecimal digits.
    static func hash(ofToken token: String) -> String {
        Hex.text(SHA256.of(Array(token.utf8)))
    }

    static func read(_ bytes: [UInt8]) throws(JoinRefusal) -> JoinRequest {
        guard let body = JSONValue.parse(bytes), case .object = body else {
            throw JoinRefusal("invalid JSON")
        }
        guard let token = body["invite_token"]?.string, !token.isEmpty else {
            throw JoinRefusal("invite_token required")
        }
        guard let key = body["peer_pubkey"]?.string.flatMap({ PublicKey(hex: $0) }), key.isPoint
        else { throw JoinRefusal("peer_pubkey must be 64 hex chars of an ed25519 key") }
        guard let name = body["display_name"]?.string.flatMap({ PeerName.cleaned($0) }) else {
            throw JoinRefusal("display_name required")
        }
        let beside = try payload(beside: body["invite_payload"])
        // A token that cannot be read was kept by nobody; what is beside it is judged first.
        let inside = InviteToken.parse(token)
        guard let payload = inside ?? beside else { throw JoinRefusal("invite_not_found") }
        return JoinRequest(
            tokenHash: hash(ofToken: token), payload: payload,
            isTampered: inside != nil && beside != nil && inside != beside, key: key, name: name)
    }

    private static func payload(
        beside value: JSONValue?
    ) throws(JoinRefusal) -> InviteToken? {
        switch value {
        case nil, .null?: return nil
        case let value?:
            let bytes = Data(value.canonical.utf8)
            guard let payload = try? JSONDecoder().decode(InviteToken.self, from: bytes),
                payload.version == 1
            else { throw JoinRefusal("invite_payload is no invite") }
            return payload
        }
    }

    // MARK: - The checks, in the order of the wire protocol, section 6.1

    /// Those that ask no store.
    func check(_ mesh: BrokerMesh?) throws(JoinRefusal) {
        guard !isTampered, let owner = PublicKey(hex: payload.ownerKey),
            let signature = Hex.bytes(payload.signature),
            Signature.isValid(signature, of: payload.signedBytes, by: owner)
        else { throw JoinRefusal("invite_bad_signature") }
        guard let mesh, mesh.archivedAt == nil else { throw JoinRefusal("mesh_not_found") }
        guard mesh.ownerKey == owner else { throw JoinRefusal("invite_owner_mismatch") }
    }

    enum Outcome: Sendable {
        case refused(JoinRefusal)
        case alreadyMember(MemberID)
        case joined(BrokerMember)
    }

    /// Those that do, and what follows: the use and the member, or neither. `existing` is who has
    /// the key already. Runs within one transaction, and may be run again.
    func take(
        in transaction: any StoreTransaction, existing: BrokerMember?, newID: MemberID,
        at now: Moment
    ) throws -> Outcome {
        guard let invite = try transaction.invite(tokenHash: tokenHash) else {
            return .refused(JoinRefusal("invite_not_found"))
        }
        guard invite.mesh == mesh else { return .refused(JoinRefusal("invite_mesh_mismatch")) }
        guard invite.revokedAt == nil else { return .refused(JoinRefusal("invite_revoked")) }
        guard now < invite.expiresAt, now.milliseconds / 1000 < payload.expiresAt else {
            return .refused(JoinRefusal("invite_expired"))
        }
        if let existing {
            // Who was put out does not come back by an invite.
            return existing.revokedAt == nil
                ? .alreadyMember(existing.id) : .refused(JoinRefusal("invite_revoked"))
        }
        guard try transaction.spendInvite(invite.id) else {
            return .refused(JoinRefusal("invite_exhausted"))
        }
        let isAdmin = invite.permission == .admin && payload.permission == .admin
        let member = BrokerMember(
            id: newID, mesh: mesh, publicKey: key, displayName: name,
            permission: isAdmin ? .admin : .member, joinedAt: now)
        try transaction.add(member)
        try transaction.keepInviteUse(
            InviteUse(
                invite: invite.id, mesh: mesh, memberKey: key, member: newID, name: name, at: now))
        try transaction.audit(
            AuditEvent(
                mesh: mesh, type: "member_joined", actor: newID.rawValue,
                payload: ["invite": .string(invite.id)], at: now))
        return .joined(member)
    }
}
