import BrokerEngine
import Mesh
import MeshCrypto
import MeshProtocol

extension KeepInvite: BrokerVerb {
    static var isForAdmins: Bool { true }
    static var isSkein: Bool { true }

    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        do throws(Refusal) {
            let invite = try record(
                for: asker, mesh: registry.roster.mesh(asker.session.mesh),
                id: registry.ids.base62(), at: now.wall)
            let event = asker.event(
                "invite_made",
                [
                    "id": .string(invite.id), "permission": .string(invite.permission.rawValue),
                    "maxUses": .integer(Int64(invite.maxUses)),
                    "expiresAt": .string(ISOMoment(invite.expiresAt).description),
                ], at: now)
            registry.change(for: asker) { transaction -> Result<String, Refusal> in
                let invites = try transaction.invites(of: invite.mesh)
                if let kept = invites.first(where: { $0.tokenHash == invite.tokenHash }) {
                    // Asked again, after an answer was lost.
                    return .success(kept.id)
                }
                guard invites.count(where: { $0.isOpen(at: now.wall) }) < FrameLimits.openInvites
                else { return .failure(.limit("the mesh has too many open invites")) }
                try transaction.keepInvite(invite)
                try transaction.audit(event)
                return .success(invite.id)
            } then: { registry, id, _ in
                registry.reply(InviteKept(id: id), to: asker)
            }
        } catch {
            registry.refuse(asker, error)
        }
    }

    /// What is kept of the token, where it is one this mesh's owner signed.
    private func record(
        for asker: Asker, mesh: BrokerMesh?, id: String, at now: Moment
    ) throws(Refusal) -> InviteRecord {
        guard (1...FrameLimits.inviteUses).contains(maxUses) else {
            throw .invalid("an invite has 1 to \(FrameLimits.inviteUses) uses")
        }
        guard let invite = InviteToken.parse(token), let mesh else {
            throw .invalid("that is no invite")
        }
        guard invite.mesh == mesh.id.rawValue else {
            throw Refusal("invite_mesh_mismatch", "the invite is for another mesh")
        }
        guard invite.ownerKey == mesh.ownerKey.hex else {
            throw Refusal("invite_owner_mismatch", "the invite is not by this mesh's owner")
        }
        guard let signature = Hex.bytes(invite.signature),
            Signature.isValid(signature, of: invite.signedBytes, by: mesh.ownerKey)
        else { throw Refusal("invite_bad_signature", "the invite's signature does not hold") }
        guard (0...Self.lastSecond).contains(invite.expiresAt) else {
            throw .invalid("the invite's end is no time")
        }
        let expiresAt = Moment(milliseconds: invite.expiresAt * 1000)
        guard expiresAt > now else { throw Refusal("invite_expired", "the invite is over") }
        return InviteRecord(
            id: id, mesh: mesh.id, tokenHash: Hex.text(SHA256.of(Array(token.utf8))),
            permission: invite.permission, maxUses: maxUses, createdBy: asker.member.id,
            createdAt: now, expiresAt: expiresAt)
    }

    /// Of the year 9999, the last that frames can write.
    private static let lastSecond: Int64 = 253_402_300_799
}

extension ListInvites: BrokerVerb {
    static var isForAdmins: Bool { true }
    static var isSkein: Bool { true }

    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        let mesh = asker.session.mesh
        registry.ask(for: asker) {
            try $0.invites(of: mesh)
        } then: { registry, invites, _ in
            let list = InviteList(
                invites: invites.map {
                    InviteList.Entry(
                        id: $0.id, permission: $0.permission, maxUses: $0.maxUses, uses: $0.uses,
                        createdAt: $0.createdAt, expiresAt: $0.expiresAt, revokedAt: $0.revokedAt)
                })
            registry.reply(list, to: asker)
        }
    }
}

extension RevokeInvite: BrokerVerb {
    static var isForAdmins: Bool { true }
    static var isSkein: Bool { true }

    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        let id = id
        let mesh = asker.session.mesh
        registry.change(for: asker) { transaction -> Result<Void, Refusal> in
            let invite = try transaction.invites(of: mesh).first { $0.id == id }
            guard let invite else { return .failure(.notFound("the mesh has no such invite")) }
            if invite.revokedAt == nil { try transaction.revokeInvite(id, at: now.wall) }
            return .success(())
        } then: { registry, _, _ in
            registry.acknowledge(asker)
        }
    }
}

extension InviteRecord {
    /// Whether somebody can still come in by it.
    func isOpen(at now: Moment) -> Bool {
        revokedAt == nil && uses < maxUses && expiresAt > now
    }
}
