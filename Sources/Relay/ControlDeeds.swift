import MeshProtocol

extension AskStatus: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> RelayStatus {
        await relay.status()
    }
}

extension StopRelay: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> Done {
        await relay.shutDown()
        return Done()
    }
}

extension RefreshMeshes: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> Done {
        try await relay.refresh()
        return Done()
    }
}

extension RegisterLaunch: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> Done {
        try await relay.register(record, token: token)
        return Done()
    }
}

extension WhoAmI: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> Speaker {
        Speaker(launch: asker.launch)
    }
}
