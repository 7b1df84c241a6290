import BrokerEngine
import Mesh
import MeshProtocol

extension ChangeMesh: BrokerVerb {
    static var isForAdmins: Bool { true }
    static var isSkein: Bool { true }

    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        do throws(Refusal) {
            let change = try sound()
            let id = asker.session.mesh
            let event = asker.event("mesh_changed", .object(change.told), at: now)
            registry.change(for: asker) { transaction -> Result<BrokerMesh, Refusal> in
                guard var mesh = try transaction.mesh(id) else {
                    return .failure(.notFound("there is no such mesh"))
                }
                change.apply(to: &mesh, at: now.wall)
                try transaction.update(mesh)
                try transaction.audit(event)
                return .success(mesh)
            } then: { registry, mesh, now in
                registry.roster.put(mesh)
                registry.acknowledge(asker)
                if mesh.archivedAt != nil { registry.shut(mesh.id, at: now) }
            }
        } catch {
            registry.refuse(asker, error)
        }
    }

    private func sound() throws(Refusal) -> ChangeMesh {
        var sound = self
        if let name {
            guard let checked = try? PeerName.check(name) else {
                throw .invalid(
                    "a name has 1 to \(PeerName.maximumLength) characters, none of them a control")
            }
            sound.name = checked
        }
        guard !sound.told.isEmpty else { throw .invalid("no settings to update") }
        return sound
    }

    private func apply(to mesh: inout BrokerMesh, at moment: Moment) {
        if let name { mesh.name = name }
        if let archived { mesh.archivedAt = archived ? mesh.archivedAt ?? moment : nil }
        if let selfEditable { mesh.policy.selfEditable = selfEditable }
        if let stateWrite { mesh.policy.stateWrite = stateWrite }
        if let allowPlaintext { mesh.policy.allowPlaintext = allowPlaintext }
    }

    private var told: [String: JSONValue] {
        var fields: [String: JSONValue] = [:]
        fields["name"] = name.map { .string($0) }
        fields["archived"] = archived.map { .bool($0) }
        fields["selfEditable"] = selfEditable.map {
            [
                "displayName": .bool($0.displayName), "roleTag": .bool($0.roleTag),
                "groups": .bool($0.groups), "messageMode": .bool($0.messageMode),
            ]
        }
        fields["stateWrite"] = stateWrite.map { .string($0.rawValue) }
        fields["allowPlaintext"] = allowPlaintext.map { .bool($0) }
        return fields
    }
}

extension Registry {
    /// Ends every session of a mesh nobody may come into any more.
    fileprivate mutating func shut(_ mesh: MeshID, at now: Instant) {
        let sessions = PresenceTable.inOrder(
            (tables[mesh]?.sessions.values).map { Array($0) } ?? [])
        // All sockets first: nobody is told of the others' leaving.
        for session in sessions {
            if let socket = session.socket { close(socket, CloseCode.violation, "archived") }
        }
        for session in sessions { end(session.key, at: now) }
    }
}
