import BrokerEngine
import Mesh
import MeshCrypto
import MeshProtocol

/// Why an invite's claim is not answered with a place in the mesh.
enum ClaimRefusal: Error, Equatable, Sendable {
    case malformed(String)
    case unknown
    case badProof
    case skew(now: Moment)
    case state(InviteState)
    /// Who has the key was put out of the mesh.
    case putOut
    /// The key is another member's session key.
    case keyTaken
}

/// What `/api/v1/invites/:code/claim` was asked, read and not yet judged.
struct InviteClaimRequest: Sendable {
    var codeHash: String
    var claim: InviteClaim
    /// The display name as it is kept.
    var name: String

    static func codeHash(_ code: String) -> String {
        Hex.text(SHA256.of(InviteCode.hashed(code)))
    }

    static func read(_ request: PageRequest) throws(ClaimRefusal) -> InviteClaimRequest {
        guard let code = InviteCode.read(request.parameters["code"] ?? "") else {
            throw .malformed("that is no invite's code")
        }
        guard let claim = request.decoded(InviteClaim.self), claim.memberKey.isPoint else {
            throw .malformed(
                "give member_key (64 hexadecimal digits of an ed25519 key), display_name, "
                    + "timestamp and proof")
        }
        guard let name = try? PeerName.check(claim.displayName), name == claim.displayName else {
            throw .malformed(
                "display_name has 1 to \(PeerName.maximumLength) characters, none a control")
        }
        return InviteClaimRequest(codeHash: codeHash(code), claim: claim, name: name)
    }

    /// That who asks has the key, and means this invite: nothing that was signed for another says
    /// anything here.
    func check(against invite: InviteTerms, at now: Moment) throws(ClaimRefusal) {
        guard HelloCheck.isInWindow(claim.timestamp, now: now) else { throw .skew(now: now) }
        let message = InviteClaimBytes.canonical(
            mesh: invite.mesh.rawValue, invite: invite.id, codeHash: codeHash,
            memberKey: claim.memberKey.hex, timestamp: claim.timestamp, name: claim.displayName)
        guard let proof = Hex.bytes(claim.proof),
            Signature.isValid(proof, of: message, by: claim.memberKey)
        else { throw .badProof }
    }

    enum Outcome: Sendable {
        case refused(ClaimRefusal)
        case wasMember(MemberID)
        case joined(BrokerMember)
    }

    /// The use and the member, or neither. `existing` is who has the key already. Runs within one
    /// transaction, and may be run again.
    func take(
        in transaction: any StoreTransaction, existing: BrokerMember?, newID: MemberID,
        isArchived: Bool, at now: Moment
    ) throws -> Outcome {
        guard let invite = try transaction.invite(tokenHash: codeHash),
            let terms = invite.signed?.terms
        else { return .refused(.unknown) }
        if let existing, existing.revokedAt != nil { return .refused(.putOut) }
        // What was answered once is answered again, however the invite stands now.
        if let existing, try transaction.inviteUse(of: invite.id, by: claim.memberKey) != nil {
            return .wasMember(existing.id)
        }
        let state = invite.state(isArchived: isArchived, at: now)
        guard state == .open || (state == .usedUp && existing != nil) else {
            return .refused(.state(state))
        }
        if let existing { return .wasMember(existing.id) }
        guard try transaction.spendInvite(invite.id) else {
            return .refused(.state(.usedUp))
        }
        let member = BrokerMember(
            id: newID, mesh: invite.mesh, publicKey: claim.memberKey, displayName: name,
            permission: terms.permission, joinedAt: now, roleTag: terms.role,
            groups: terms.groups.map { GroupMembership(name: $0) })
        try transaction.add(member)
        try transaction.keepInviteUse(
            InviteUse(
                invite: invite.id, mesh: invite.mesh, memberKey: claim.memberKey, member: newID,
                name: name, at: now))
        try transaction.audit(
            AuditEvent(
                mesh: invite.mesh, type: "member_joined", actor: newID.rawValue,
                payload: ["invite": .string(invite.id)], at: now))
        return .joined(member)
    }
}

extension InviteRecord {
    /// In the order of wire protocol, section 6.2.
    func state(isArchived: Bool, at now: Moment) -> InviteState {
        if isArchived { return .archived }
        if revokedAt != nil { return .revoked }
        if expiresAt <= now { return .expired }
        return uses >= maxUses ? .usedUp : .open
    }
}
