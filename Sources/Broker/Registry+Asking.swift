import BrokerEngine
import Mesh
import MeshProtocol

extension Registry {
    /// As `ask`, for a request: where the store fails, its asker is told, and nothing follows.
    mutating func ask<Value: Sendable>(
        for asker: Asker, _ work: @escaping @Sendable (any StoreTransaction) throws -> Value,
        then: @escaping @Sendable (inout Registry, Value, Instant) -> Void
    ) {
        change(for: asker, { .success(try work($0)) }, then: then)
    }

    /// As `ask`, for a request that what is in the store may speak against. `work` writes nothing
    /// where it refuses: a refusal is no failure, and what others wrote with it stays.
    mutating func change<Value: Sendable>(
        for asker: Asker,
        _ work: @escaping @Sendable (any StoreTransaction) throws -> Result<Value, Refusal>,
        then: @escaping @Sendable (inout Registry, Value, Instant) -> Void
    ) {
        ask(work) { registry, result, now in
            switch result {
            case .success(.success(let value)): then(&registry, value, now)
            case .success(.failure(let refusal)): registry.refuse(asker, refusal)
            case .failure(let error): registry.refuse(asker, error)
            }
        }
    }

    mutating func refuse(_ asker: Asker, _ refusal: Refusal) {
        refuse(asker, refusal.code, refusal.message)
    }

    /// That it is done, to who waits for that. Clients of old do so for a few verbs only
    /// (`isExpected`).
    mutating func acknowledge(_ asker: Asker, isExpected: Bool = false) {
        guard isExpected || (asker.speaksSkein && asker.requestID != nil) else { return }
        reply(.ack(AckFrame(id: asker.requestID ?? "")), to: asker)
    }

    /// Every socket of a mesh that said hello, but one.
    func sockets(of mesh: MeshID, besides asking: SocketID? = nil) -> [SocketID] {
        (tables[mesh]?.sessions.values.compactMap(\.socket) ?? []).filter { $0 != asking }.sorted()
    }

    /// Every socket of a member.
    func sockets(of member: BrokerMember) -> [SocketID] {
        (tables[member.mesh]?.sessions(of: member.id) ?? []).compactMap(\.socket).sorted()
    }
}

extension Asker {
    /// Something this member did, for the mesh's log.
    func event(_ type: String, _ payload: JSONValue, at now: Instant) -> AuditEvent {
        AuditEvent(
            mesh: session.mesh, type: type, actor: member.id.rawValue, payload: payload,
            at: now.wall)
    }
}
