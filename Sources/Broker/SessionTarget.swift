import BrokerEngine
import Mesh
import MeshProtocol

/// Finding whom an admin means: by a session's key, a member's key or a display name. A name that
/// fits several is refused, never guessed.
extension Registry {
    /// The sessions `target` means.
    func sessions(_ target: String, in mesh: MeshID) throws(Refusal) -> [Session] {
        let table = tables[mesh] ?? PresenceTable()
        if PublicKey(hex: target) != nil {
            var found = table.sessions(by: target)
            if let member = roster.member(mesh, key: target) {
                found = table.sessions(of: member.id)
            }
            guard !found.isEmpty else { throw .notFound("no session goes by that key") }
            return found
        }
        let named = PresenceTable.inOrder(
            table.sessions.values.filter {
                !$0.isObserver && Self.isSame($0.peer.displayName, target)
            })
        if named.count == 1 { return named }
        guard named.isEmpty else {
            throw Self.ambiguous(named.map { ($0.peer.displayName, $0.peer.publicKey) })
        }
        let found = table.sessions(of: try member(named: target, in: mesh) { $0.revokedAt == nil }.id)
        guard !found.isEmpty else { throw .notFound("that member has no session") }
        return found
    }

    /// The member `target` means, of those that are in the mesh.
    func member(_ target: String, in mesh: MeshID) throws(Refusal) -> BrokerMember {
        let table = tables[mesh] ?? PresenceTable()
        if PublicKey(hex: target) != nil {
            let key = table.sessions(by: target).first.map(\.peer.memberKey) ?? target
            guard let member = roster.member(mesh, key: key), member.revokedAt == nil else {
                throw .notFound("the mesh has no member of that key")
            }
            return member
        }
        let holders = Set(
            table.sessions.values.filter { Self.isSame($0.peer.displayName, target) }
                .map(\.key.member))
        return try member(named: target, orAmong: holders, in: mesh) { $0.revokedAt == nil }
    }

    /// The member `target` means, of those that were put out of the mesh.
    func bannedMember(_ target: String, in mesh: MeshID) throws(Refusal) -> BrokerMember {
        if let member = roster.member(mesh, key: target), member.revokedAt != nil { return member }
        return try member(named: target, in: mesh) { $0.revokedAt != nil }
    }

    private func member(
        named name: String, orAmong others: Set<MemberID> = [], in mesh: MeshID,
        where isMeant: (BrokerMember) -> Bool
    ) throws(Refusal) -> BrokerMember {
        let found = roster.members(of: mesh).filter {
            isMeant($0) && (others.contains($0.id) || Self.isSame($0.displayName, name))
        }
        guard let member = found.first else { throw .notFound("the mesh has nobody of that name") }
        guard found.count == 1 else {
            throw Self.ambiguous(found.map { ($0.displayName, $0.publicKey.hex) })
        }
        return member
    }

    private static func isSame(_ left: String, _ right: String) -> Bool {
        left.lowercased() == right.lowercased()
    }

    private static func ambiguous(_ choices: [(name: String, key: String)]) -> Refusal {
        let shown = choices.prefix(8).map { "\($0.name) \($0.key)" }.joined(separator: ", ")
        let more = choices.count > 8 ? ", and \(choices.count - 8) more" : ""
        return Refusal("ambiguous", "that name fits several: \(shown)\(more)")
    }
}
