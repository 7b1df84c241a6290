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
        registry.change(MemberID(rawValue: memberId), changes, by: asker.member, at: now) {
            registry, result, _ in
            switch result {
            case .success: registry.acknowledge(asker)
            case .failure(let failure): registry.refuse(asker, failure)
            }
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

extension ListGrants: BrokerVerb {
    static var isSkein: Bool { true }

    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        registry.reply(GrantList(asker.member.grants), to: asker)
    }
}

extension Registry {
    /// The members of a mesh, as frames and HTTP list them. Hidden sessions count only for their
    /// own member.
    func summaries(of mesh: MeshID, seenBy viewer: MemberID, at now: Instant) -> [MemberSummary] {
        roster.members(of: mesh).filter { $0.revokedAt == nil }
            .map { summary(of: $0, seenBy: viewer, at: now) }
    }

    func summary(
        of member: BrokerMember, seenBy viewer: MemberID, at now: Instant
    ) -> MemberSummary {
        let sessions = tables[member.mesh]?.sessions(of: member.id) ?? []
        let count = sessions.count {
            !$0.isObserver && ($0.peer.isVisible || member.id == viewer)
        }
        let isAway = sessions.allSatisfy(\.isObserver)
        let left = isAway ? groups(of: member) : member.groups
        return MemberSummary(
            id: member.id.rawValue, displayName: member.displayName, roleTag: member.roleTag,
            groups: member.groups, messageMode: member.messageMode,
            permission: member.permission, joinedAt: member.joinedAt,
            lastSeenAt: count > 0 ? now.wall : saved[member.id]?.lastSeenAt,
            sessionCount: count, publicKey: member.publicKey.hex,
            leftGroups: left == member.groups ? nil : left, speaksSkein: spokeSkein[member.id])
    }
}
