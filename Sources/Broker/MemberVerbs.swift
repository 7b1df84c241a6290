import BrokerEngine
import Mesh
import MeshProtocol

extension ListMembers: BrokerVerb {
    static var isSkein: Bool { true }

    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        let members = registry.summaries(
            of: asker.session.mesh, seenBy: asker.member.id, at: now)
        registry.reply(MemberList(members: members), to: asker)
    }
}

extension ChangeMember: BrokerVerb {
    static var isSkein: Bool { true }

    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        do throws(Refusal) {
            let mesh = asker.session.mesh
            let id = MemberID(rawValue: memberId)
            guard let member = registry.roster.member(mesh, id: id), member.revokedAt == nil else {
                throw .notFound("the mesh has no such member")
            }
            let change = try MemberChange(
                changes, of: member, by: asker.member,
                policy: registry.roster.mesh(mesh)?.policy ?? MeshPolicy())
            guard !change.demotes(member) || !registry.roster.isOwner(member) else {
                throw .forbidden("the owner of the mesh is an admin")
            }
            let event = asker.event(
                "member_changed", .object(["member": .string(id.rawValue)].merging(change.told) { $1 }),
                at: now)
            registry.change(for: asker) {
                try change.made(to: id, in: $0, noting: event)
            } then: { registry, changed, now in
                registry.take(changed, change, at: now)
                registry.acknowledge(asker)
            }
        } catch {
            registry.refuse(asker, error)
        }
    }
}

extension SetGrants: BrokerVerb {
    static var isSkein: Bool { true }

    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        let grants = grants
        guard grants.keys.allSatisfy({ PublicKey(hex: $0) != nil }) else {
            return registry.refuse(asker, .invalid("a grant is for a member's or session's key"))
        }
        let id = asker.member.id
        // No log tells of it: a block is silent to whom it is against.
        registry.change(for: asker) { transaction -> Result<BrokerMember, Refusal> in
            guard var member = try transaction.member(id) else {
                return .failure(.notFound("the mesh has no such member"))
            }
            for (key, capabilities) in grants {
                member.grants.entries[key] = capabilities.map { Set($0) }
            }
            guard member.grants.entries.count <= FrameLimits.grants else {
                return .failure(.limit("at most \(FrameLimits.grants) keys have grants"))
            }
            try transaction.update(member)
            return .success(member)
        } then: { registry, member, _ in
            registry.roster.put(member)
            registry.acknowledge(asker)
        }
    }
}

extension MemberChange {
    /// In one transaction, so that two admins cannot demote each other at once.
    fileprivate func made(
        to id: MemberID, in transaction: any StoreTransaction, noting event: AuditEvent
    ) throws -> Result<BrokerMember, Refusal> {
        guard var member = try transaction.member(id), member.revokedAt == nil else {
            return .failure(.notFound("the mesh has no such member"))
        }
        if demotes(member) {
            let hasOther = try transaction.members().contains {
                $0.mesh == member.mesh && $0.id != id && $0.revokedAt == nil
                    && $0.permission == .admin
            }
            guard hasOther else { return .failure(.forbidden("a mesh has at least one admin")) }
        }
        apply(to: &member)
        try transaction.update(member)
        try transaction.audit(event)
        return .success(member)
    }
}

extension Registry {
    /// The members of a mesh, as frames and HTTP list them. Hidden sessions count only for their
    /// own member.
    func summaries(of mesh: MeshID, seenBy viewer: MemberID, at now: Instant) -> [MemberSummary] {
        roster.members(of: mesh).filter { $0.revokedAt == nil }.map { member in
            let sessions = tables[mesh]?.sessions(of: member.id) ?? []
            let count = sessions.count {
                !$0.isObserver && ($0.peer.isVisible || member.id == viewer)
            }
            return MemberSummary(
                id: member.id.rawValue, displayName: member.displayName, roleTag: member.roleTag,
                groups: member.groups, messageMode: member.messageMode,
                permission: member.permission, joinedAt: member.joinedAt,
                lastSeenAt: count > 0 ? now.wall : saved[member.id]?.lastSeenAt,
                sessionCount: count, publicKey: member.publicKey.hex)
        }
    }

    /// A member is another on the disk: its sockets are told, and its sessions that go by its name
    /// go by the new one.
    mutating func take(_ member: BrokerMember, _ change: MemberChange, at now: Instant) {
        let former = roster.member(member.mesh, id: member.id)
        roster.put(member)
        if let formerName = former.flatMap({ PeerName.cleaned($0.displayName) }),
            formerName != member.displayName
        {
            for session in tables[member.mesh]?.sessions(of: member.id) ?? []
            where session.peer.displayName == formerName {
                update(session.key, at: now) { $0.peer.displayName = member.displayName }
            }
        }
        let push = PushFrame.system(
            .profileUpdated, .object(change.told), mesh: member.mesh, id: ids.message(),
            at: now.wall)
        send(.push(push), to: sockets(of: member))
    }
}
