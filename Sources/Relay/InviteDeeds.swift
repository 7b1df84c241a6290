import MeshProtocol

extension InviteOrder: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> MadeInvite {
        try await relay.makeInvite(self)
    }
}

extension ListMeshInvites: RelayDeed {
    func perform(
        _ relay: RelayServer, for asker: Asker
    ) async throws(SkeinError) -> [InviteList.Entry] {
        try await relay.invites(of: mesh)
    }
}

extension RevokeMeshInvite: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> Done {
        try await relay.revokeInvite(id, of: mesh)
        return Done()
    }
}
