import BrokerEngine
import Mesh
import MeshProtocol

extension SetState: BrokerVerb {
    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        if let refusal = refusal(to: asker, by: registry.roster.mesh(asker.session.mesh)?.policy) {
            return registry.refuse(asker, refusal)
        }
        let mesh = asker.session.mesh
        let entry = StateEntry(
            key: key, value: value, updatedBy: asker.member.displayName, updatedAt: now.wall)
        let event = asker.event("state_set", ["key": .string(key), "value": value], at: now)
        registry.change(for: asker) { transaction -> Result<Void, Refusal> in
            if try transaction.state(entry.key, in: mesh) == nil {
                guard try transaction.stateKeys(in: mesh).count < FrameLimits.stateKeys else {
                    return .failure(.limit("the mesh has \(FrameLimits.stateKeys) keys already"))
                }
            }
            try transaction.setState(entry, in: mesh)
            try transaction.audit(event)
            return .success(())
        } then: { registry, _, _ in
            registry.tellState(entry, in: mesh, besides: asker.socket)
            registry.publish(.state(mesh, entry))
            registry.acknowledge(asker)
        }
    }

    private func refusal(to asker: Asker, by policy: MeshPolicy?) -> Refusal? {
        if policy?.stateWrite == .admin, asker.member.permission != .admin {
            return .forbidden("only an admin may change the state of this mesh")
        }
        guard !key.isEmpty, key.utf8.count <= FrameLimits.stateKey else {
            return .invalid("a key has 1 to \(FrameLimits.stateKey) bytes")
        }
        guard value.canonical.utf8.count <= FrameLimits.stateValue else {
            return .invalid("a value has at most \(FrameLimits.stateValue) bytes")
        }
        return nil
    }
}

extension GetState: BrokerVerb {
    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        let key = key
        let mesh = asker.session.mesh
        registry.ask(for: asker) {
            try $0.state(key, in: mesh)
        } then: { registry, entry, _ in
            registry.reply(
                StateResult(
                    key: key, value: entry?.value ?? .null, updatedBy: entry?.updatedBy ?? "",
                    updatedAt: entry.map { ISOMoment($0.updatedAt).description } ?? ""),
                to: asker)
        }
    }
}

extension ListState: BrokerVerb {
    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        let mesh = asker.session.mesh
        registry.change(for: asker) { transaction -> Result<[StateEntry], Refusal> in
            let entries = try transaction.states(in: mesh)
            let bytes = entries.reduce(0) { $0 + $1.value.canonical.utf8.count + 512 }
            // A part of the state would pass for all of it.
            guard bytes <= FrameLimits.listing else {
                return .failure(
                    Refusal("too_large", "the state is too large for one answer: get it by key"))
            }
            return .success(entries)
        } then: { registry, entries, _ in
            let list = StateList(
                entries: entries.map {
                    StateList.Entry(
                        key: $0.key, value: $0.value, updatedBy: $0.updatedBy,
                        updatedAt: $0.updatedAt)
                })
            registry.reply(list, to: asker)
        }
    }
}
