import BrokerEngine
import Foundation
import Mesh
import MeshProtocol

extension Registry {
    // MARK: - Over HTTP

    mutating func showMembers(_ request: PageRequest, at now: Instant) {
        serveSigned(request, at: now) { registry, caller in
            let members = registry.roster.members(of: caller.mesh).filter { $0.revokedAt == nil }
            registry.ask { transaction in
                try members.map { try transaction.savedPresence(of: $0.id)?.lastSeenAt }
            } then: { registry, result, now in
                switch result {
                case .success(let seen):
                    let page = zip(members, seen).map { member, lastSeen in
                        JSONValue(
                            encoding: registry.summary(
                                of: member, lastSeenAt: lastSeen, for: caller, at: now))
                    }
                    registry.answer(request, .json(.ok, ["ok": true, "members": .array(page)]))
                case .failure(let error): registry.refuse(request, error)
                }
            }
        }
    }

    mutating func changeMember(_ request: PageRequest, at now: Instant) {
        serveSigned(request, at: now) { registry, caller throws(PageRefusal) in
            let id = MemberID(rawValue: request.parameters["member"] ?? "")
            guard let mesh = registry.roster.mesh(caller.mesh),
                let member = registry.roster.member(caller.mesh, id: id), member.revokedAt == nil
            else { throw PageRefusal(.badRequest, "member not found") }
            guard let changes = request.decoded(MemberChanges.self) else {
                throw PageRefusal(.badRequest, "invalid JSON, or a field of another kind")
            }
            let changed: BrokerMember
            do throws(MemberRules.Refusal) {
                changed = try MemberRules.changed(
                    member, by: caller, changes, policy: mesh.policy,
                    others: registry.roster.members(of: caller.mesh))
            } catch {
                throw PageRefusal(error.isForbidden ? .forbidden : .badRequest, error.message)
            }
            registry.keep(changed) { registry, result, now in
                if case .failure(let error) = result { return registry.refuse(request, error) }
                registry.tellProfile(of: changed, changes, at: now)
                let summary = registry.summary(
                    of: changed, lastSeenAt: nil, for: caller, at: now)
                registry.answer(
                    request,
                    .json(
                        .ok,
                        [
                            "ok": true, "member": JSONValue(encoding: summary),
                            "changes": JSONValue(encoding: changes),
                        ]))
            }
        }
    }

    mutating func changeSettings(_ request: PageRequest, at now: Instant) {
        serveSigned(request, at: now) { registry, caller throws(PageRefusal) in
            guard let mesh = registry.roster.mesh(caller.mesh) else {
                throw PageRefusal(.badRequest, "mesh not found")
            }
            guard let body = JSONValue.parse(request.body), case .object = body else {
                throw PageRefusal(.badRequest, "invalid JSON")
            }
            let wanted = mesh.policy.selfEditable.merged(body["selfEditable"])
            let changed: BrokerMesh
            do throws(MemberRules.Refusal) {
                changed = try MemberRules.changed(
                    mesh, by: caller, ChangeMesh(selfEditable: wanted), at: now.wall)
            } catch {
                throw PageRefusal(error.isForbidden ? .forbidden : .badRequest, error.message)
            }
            registry.keep(changed) { registry, result, _ in
                switch result {
                case .success: registry.answer(request, .json(.ok, ["ok": true]))
                case .failure(let error): registry.refuse(request, error)
                }
            }
        }
    }

    // MARK: - For frames too

    /// Puts a changed member on the disk. The roster has it at once, so that the next change starts
    /// from it; where the store fails it is as it was.
    mutating func keep(
        _ member: BrokerMember,
        then: @escaping @Sendable (inout Registry, Result<Void, SkeinError>, Instant) -> Void
    ) {
        let former = roster.member(member.mesh, id: member.id)
        roster.put(member)
        ask {
            try $0.update(member)
        } then: { registry, result, now in
            if case .failure = result, let former,
                registry.roster.member(member.mesh, id: member.id) == member
            {
                registry.roster.put(former)
            }
            then(&registry, result, now)
        }
    }

    /// As for a member.
    mutating func keep(
        _ mesh: BrokerMesh,
        then: @escaping @Sendable (inout Registry, Result<Void, SkeinError>, Instant) -> Void
    ) {
        let former = roster.mesh(mesh.id)
        roster.put(mesh)
        ask {
            try $0.update(mesh)
        } then: { registry, result, now in
            if case .failure = result, let former, registry.roster.mesh(mesh.id) == mesh {
                registry.roster.put(former)
            }
            then(&registry, result, now)
        }
    }

    /// A member as `viewer` may see it: hidden sessions count only for their own member.
    func summary(
        of member: BrokerMember, lastSeenAt: Moment?, for viewer: BrokerMember, at now: Instant
    ) -> MemberSummary {
        let sessions = (tables[member.mesh]?.sessions.values).map { sessions in
            sessions.filter {
                $0.key.member == member.id && !$0.isObserver
                    && ($0.peer.isVisible || viewer.id == member.id)
            }.count
        }
        let count = sessions ?? 0
        return MemberSummary(
            id: member.id.rawValue, displayName: member.displayName, roleTag: member.roleTag,
            groups: member.groups, messageMode: member.messageMode,
            permission: member.permission, joinedAt: member.joinedAt,
            lastSeenAt: count > 0 ? now.wall : lastSeenAt, sessionCount: count,
            publicKey: member.publicKey.hex)
    }

    /// Tells a member's own sessions what was changed of it.
    mutating func tellProfile(of member: BrokerMember, _ changes: MemberChanges, at now: Instant) {
        var told = changes
        told.permission = nil
        guard told != MemberChanges() else { return }
        let sockets = (tables[member.mesh]?.sessions.values).map { sessions in
            sessions.filter { $0.key.member == member.id }.compactMap(\.socket)
        }
        send(
            .push(
                .system(
                    .profileUpdated, JSONValue(encoding: told), mesh: member.mesh,
                    id: ids.message(), at: now.wall)),
            to: (sockets ?? []).sorted())
    }
}

extension PageRequest {
    /// The body as JSON of that kind.
    func decoded<Value: Decodable>(_ type: Value.Type) -> Value? {
        guard FrameScan.isSound(body) else { return nil }
        return try? JSONDecoder().decode(type, from: Data(body))
    }
}

extension MeshPolicy.SelfEditable {
    /// What `value` names is as it says; nil where it names nothing.
    fileprivate func merged(_ value: JSONValue?) -> Self? {
        var merged = self
        var isNamed = false
        let fields: [(String, WritableKeyPath<Self, Bool>)] = [
            ("displayName", \.displayName), ("roleTag", \.roleTag), ("groups", \.groups),
            ("messageMode", \.messageMode),
        ]
        for (name, path) in fields {
            guard case .bool(let isEditable)? = value?[name] else { continue }
            merged[keyPath: path] = isEditable
            isNamed = true
        }
        return isNamed ? merged : nil
    }
}
