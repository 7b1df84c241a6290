import MeshProtocol

extension TellHook: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> HookAnswer {
        await relay.takeInSpool()
        // Hooks belong to launches: what runs elsewhere has nothing to say here.
        guard let launch = asker.launch else { return HookAnswer() }
        return await relay.hear(extract, of: launch, over: asker.connection)
    }
}
