import BrokerEngine
import Mesh
import MeshProtocol

extension ChangeMesh: BrokerVerb {
    static var isSkein: Bool { true }

    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        let wanted = self
        registry.changeMesh(by: asker.member, at: now, { _ in wanted }) { registry, result, _ in
            switch result {
            case .success: registry.acknowledge(asker)
            case .failure(let failure): registry.refuse(asker, failure)
            }
        }
    }
}

extension ChangeMesh {
    /// Answers what is changed, as the log tells it.
    func apply(
        to mesh: inout BrokerMesh, at moment: Moment
    ) throws(Refusal) -> [String: JSONValue] {
        var told = told
        guard !told.isEmpty else { throw .invalid("no settings to update") }
        if let name {
            guard let checked = try? PeerName.check(name) else {
                throw .invalid(
                    "a name has 1 to \(PeerName.maximumLength) characters, none of them a control")
            }
            mesh.name = checked
            told["name"] = .string(checked)
        }
        if let archived { mesh.archivedAt = archived ? mesh.archivedAt ?? moment : nil }
        if let selfEditable { mesh.policy.selfEditable = selfEditable }
        if let stateWrite { mesh.policy.stateWrite = stateWrite }
        if let allowPlaintext { mesh.policy.allowPlaintext = allowPlaintext }
        return told
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
