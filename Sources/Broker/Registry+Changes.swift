import BrokerEngine
import Mesh
import MeshProtocol

/// Why a change is not made.
enum ChangeFailure: Error {
    case refused(Refusal)
    case failed(SkeinError)
}

/// Changing a member or a mesh, for frames and for HTTP alike.
extension Registry {
    struct ChangedMember: Sendable {
        var member: BrokerMember
        /// What is other than it was, as a push tells it.
        var told: [String: JSONValue]
    }

    /// `asking` is of the same mesh. The owner stays an admin, and so does the last one.
    mutating func change(
        _ id: MemberID, _ changes: MemberChanges, by asking: BrokerMember, at now: Instant,
        then: @escaping @Sendable (
            inout Registry, Result<ChangedMember, ChangeFailure>, Instant
        ) -> Void
    ) {
        let change: MemberChange
        do throws(Refusal) {
            guard let member = roster.member(asking.mesh, id: id), member.revokedAt == nil else {
                throw .notFound("member not found")
            }
            change = try MemberChange(
                changes, of: member, by: asking,
                policy: roster.mesh(asking.mesh)?.policy ?? MeshPolicy())
            guard !change.demotes(member) || !roster.isOwner(member) else {
                throw .forbidden("the owner of the mesh is an admin")
            }
        } catch {
            return then(&self, .failure(.refused(error)), now)
        }
        let event = AuditEvent(
            mesh: asking.mesh, type: "member_changed", actor: asking.id.rawValue,
            payload: .object(["member": .string(id.rawValue)].merging(change.told) { $1 }),
            at: now.wall)
        ask {
            try change.made(to: id, in: $0, noting: event)
        } then: { registry, result, now in
            switch result {
            case .success(.success(let member)):
                registry.take(member, change, at: now)
                then(
                    &registry, .success(ChangedMember(member: member, told: change.told)), now)
            case .success(.failure(let refusal)):
                then(&registry, .failure(.refused(refusal)), now)
            case .failure(let error): then(&registry, .failure(.failed(error)), now)
            }
        }
    }

    /// A member is another on the disk: its sockets are told, and its sessions that go by its name
    /// go by the new one.
    private mutating func take(_ member: BrokerMember, _ change: MemberChange, at now: Instant) {
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

    /// `wanted` says what is to be changed of the mesh as it is then.
    mutating func changeMesh(
        by asking: BrokerMember, at now: Instant,
        _ wanted: @escaping @Sendable (BrokerMesh) -> ChangeMesh,
        then: @escaping @Sendable (inout Registry, Result<BrokerMesh, ChangeFailure>, Instant)
            -> Void
    ) {
        guard asking.permission == .admin else {
            return then(&self, .failure(.refused(.forbidden("admin access required"))), now)
        }
        ask { transaction -> Result<BrokerMesh, Refusal> in
            guard var mesh = try transaction.mesh(asking.mesh) else {
                return .failure(.notFound("mesh not found"))
            }
            let told: [String: JSONValue]
            do throws(Refusal) {
                told = try wanted(mesh).apply(to: &mesh, at: now.wall)
            } catch {
                return .failure(error)
            }
            try transaction.update(mesh)
            try transaction.audit(
                AuditEvent(
                    mesh: mesh.id, type: "mesh_changed", actor: asking.id.rawValue,
                    payload: .object(told), at: now.wall))
            return .success(mesh)
        } then: { registry, result, now in
            switch result {
            case .success(.success(let mesh)):
                registry.roster.put(mesh)
                then(&registry, .success(mesh), now)
                if mesh.archivedAt != nil { registry.shut(mesh.id, at: now) }
            case .success(.failure(let refusal)):
                then(&registry, .failure(.refused(refusal)), now)
            case .failure(let error): then(&registry, .failure(.failed(error)), now)
            }
        }
    }

    /// Ends every session of a mesh nobody may come into any more.
    mutating func shut(_ mesh: MeshID, at now: Instant) {
        let sessions = PresenceTable.inOrder(
            (tables[mesh]?.sessions.values).map { Array($0) } ?? [])
        // All sockets first: nobody is told of the others' leaving.
        for session in sessions {
            if let socket = session.socket { close(socket, CloseCode.violation, "archived") }
        }
        for session in sessions { end(session.key, at: now) }
    }

    mutating func refuse(_ asker: Asker, _ failure: ChangeFailure) {
        switch failure {
        case .refused(let refusal): refuse(asker, refusal)
        case .failed(let error): refuse(asker, error)
        }
    }

    mutating func refuse(_ request: PageRequest, _ failure: ChangeFailure) {
        switch failure {
        case .refused(let refusal):
            let isForbidden = refusal.code == Refusal.forbidden("").code
            refuse(request, isForbidden ? .forbidden : .badRequest, refusal.message)
        case .failed(let error): refuse(request, error)
        }
    }
}
