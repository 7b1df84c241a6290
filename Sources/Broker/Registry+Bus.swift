import BrokerEngine
import Mesh
import MeshProtocol

/// What the brokers of one store tell each other (protocol decision 20). A broker that has its
/// store to itself publishes nothing.
extension Registry {
    mutating func publish(_ event: BusEvent) {
        if hasBus { effects.append(.publish(event)) }
    }

    /// Another broker of the store did something.
    mutating func heard(_ event: BusEvent, at now: Instant) -> [Effect] {
        notice(now)
        switch event {
        case .mail(let mesh, let addresses): fetchMail(for: addresses, in: mesh)
        case .receipt(let mesh, let key, let receipt):
            let hearer = tables[mesh]?.holder(of: key)?.socket
            if let hearer, sockets[hearer]?.speaksSkein == true {
                send(.answer(receipt), to: [hearer])
            }
        case .state(let mesh, let entry): tellState(entry, in: mesh, besides: nil)
        case .roster(let mesh): reloadRoster(of: mesh)
        }
        return take(at: now)
    }

    /// Everybody in the mesh who is connected here.
    mutating func tellState(_ entry: StateEntry, in mesh: MeshID, besides asker: SocketID?) {
        let change = StateChange(key: entry.key, value: entry.value, updatedBy: entry.updatedBy)
        send(.answer(change), to: sockets(of: mesh, besides: asker))
    }

    private mutating func fetchMail(for addresses: [String], in mesh: MeshID) {
        for address in addresses {
            let member =
                tables[mesh]?.holder(of: address)?.key.member
                ?? roster.member(mesh, key: address)?.id
            guard let member, let session = taker(of: address, member, in: mesh) else { continue }
            serveAnew(session.key)
        }
    }

    private mutating func reloadRoster(of mesh: MeshID) {
        ask { transaction in
            (try transaction.mesh(mesh), try transaction.members().filter { $0.mesh == mesh })
        } then: { registry, result, now in
            guard case .success(let (record?, members)) = result else { return }
            registry.roster.put(record)
            for member in members { registry.roster.put(member) }
            // It is no news to who told it.
            _ = registry.roster.takeChanges()
            registry.closeTheUnwelcome(in: mesh, at: now)
        }
    }

    /// Sessions of members that were put out elsewhere.
    private mutating func closeTheUnwelcome(in mesh: MeshID, at now: Instant) {
        for session in tables[mesh]?.sessions.values ?? [:].values
        where roster.member(mesh, id: session.key.member)?.revokedAt != nil {
            end(session.key, at: now)
            if let socket = session.socket { close(socket, CloseCode.banned, "banned") }
        }
    }
}
