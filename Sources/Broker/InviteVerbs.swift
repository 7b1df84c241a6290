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
            let event = invite.made(by: asker, at: now)
            registry.keep(invite, for: asker, event, at: now)
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

extension KeepInviteTerms: BrokerVerb {
    static var isForAdmins: Bool { true }
    static var isSkein: Bool { true }

    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        do throws(Refusal) {
            let mesh = registry.roster.mesh(asker.session.mesh)
            let invite = try record(
                for: asker, mesh: mesh, brokerURL: registry.publicURL, at: now.wall)
            registry.keep(invite, for: asker, invite.made(by: asker, at: now), at: now)
        } catch {
            registry.refuse(asker, error)
        }
    }

    private func record(
        for asker: Asker, mesh: BrokerMesh?, brokerURL: String, at now: Moment
    ) throws(Refusal) -> InviteRecord {
        guard terms.isSound, terms.maxUses <= FrameLimits.inviteUses, let mesh,
            terms.groups.allSatisfy({ GroupMembership(name: $0).isBearable })
        else { throw .invalid("that is no invite") }
        guard terms.mesh == mesh.id, terms.slug == mesh.slug else {
            throw Refusal("invite_mesh_mismatch", "the invite is for another mesh")
        }
        guard terms.ownerKey == mesh.ownerKey else {
            throw Refusal("invite_owner_mismatch", "the invite is not by this mesh's owner")
        }
        guard let bytes = Hex.bytes(signature),
            Signature.isValid(bytes, of: terms.canonical, by: mesh.ownerKey)
        else { throw Refusal("invite_bad_signature", "the invite's signature does not hold") }
        guard let here = BrokerSite(url: brokerURL), let there = BrokerSite(url: terms.brokerURL),
            there.isSame(as: here)
        else { throw Refusal("invite_broker_mismatch", "the invite leads to another broker") }
        guard terms.expiresAt > now,
            terms.expiresAt.milliseconds(since: now) / 1000 <= Lifetime.longest + 86_400
        else { throw Refusal("invite_expired", "the invite is over, or never will be") }
        return InviteRecord(
            id: terms.id, mesh: mesh.id, tokenHash: terms.codeHash, permission: terms.permission,
            maxUses: terms.maxUses, createdBy: asker.member.id, createdAt: now,
            expiresAt: terms.expiresAt,
            signed: InviteRecord.SignedTerms(terms: terms, signature: signature))
    }
}

extension Registry {
    /// Asked again, after an answer was lost, it is the one that was kept.
    fileprivate mutating func keep(
        _ invite: InviteRecord, for asker: Asker, _ event: AuditEvent, at now: Instant
    ) {
        change(for: asker) { transaction -> Result<String, Refusal> in
            let invites = try transaction.invites(of: invite.mesh)
            if let kept = invites.first(where: { $0.tokenHash == invite.tokenHash }) {
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
    }
}

extension GetAddress: BrokerVerb {
    static var isSkein: Bool { true }

    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        guard let mesh = registry.roster.mesh(asker.session.mesh) else { return }
        registry.reply(
            BrokerAddress(url: registry.publicURL, slug: mesh.slug, name: mesh.name), to: asker)
    }
}

extension ListInvites: BrokerVerb {
    static var isForAdmins: Bool { true }
    static var isSkein: Bool { true }

    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        let mesh = asker.session.mesh
        registry.ask(for: asker) {
            (
                try $0.invites(of: mesh),
                try $0.inviteUses(in: mesh, limit: FrameLimits.inviteUsesListed)
            )
        } then: { registry, found, _ in
            let uses = Dictionary(grouping: found.1.reversed(), by: \.invite)
            let list = InviteList(invites: found.0.map { $0.entry(usedBy: uses[$0.id] ?? []) })
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
    fileprivate func made(by asker: Asker, at now: Instant) -> AuditEvent {
        asker.event(
            "invite_made",
            [
                "id": .string(id), "permission": .string(permission.rawValue),
                "maxUses": .integer(Int64(maxUses)),
                "expiresAt": .string(ISOMoment(expiresAt).description),
            ], at: now)
    }

    fileprivate func entry(usedBy uses: [InviteUse]) -> InviteList.Entry {
        InviteList.Entry(
            id: id, permission: permission, maxUses: maxUses, uses: self.uses,
            createdAt: createdAt, expiresAt: expiresAt, revokedAt: revokedAt,
            version: signed == nil ? 1 : 2, role: signed?.terms.role,
            groups: signed?.terms.groups,
            claims: uses.map {
                InviteList.Entry.Claim(member: $0.member, name: $0.name, at: $0.at)
            })
    }

    /// Whether somebody can still come in by it.
    func isOpen(at now: Moment) -> Bool {
        revokedAt == nil && uses < maxUses && expiresAt > now
    }
}
