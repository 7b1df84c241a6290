import MeshProtocol

extension ListEvents: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> EventPage {
        try await relay.events(self)
    }
}

extension AskPast: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> PastMesh {
        try await relay.past(self)
    }
}
