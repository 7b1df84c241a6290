import Mesh
import MeshProtocol

extension ListPeers: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> [Peer] {
        try await relay.observer(of: mesh).peersNow()
    }
}

extension AskBroker: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> ServerFrame {
        try await relay.askBroker(self, for: asker)
    }
}

extension ResolveTarget: RelayDeed {
    func perform(
        _ relay: RelayServer, for asker: Asker
    ) async throws(SkeinError) -> ResolvedTarget {
        try await relay.checkMayUse(mesh, asker)
        return try await relay.resolve(target, in: mesh, for: asker)
    }
}

extension AskSafetyNumber: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> SafetyReport {
        try await relay.checkMayUse(mesh, asker)
        return try await relay.safetyReport(of: target, in: mesh, for: asker)
    }
}

extension MarkVerified: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> Done {
        _ = try await relay.membership(of: mesh)
        guard PublicKey(hex: memberKey) != nil else {
            throw SkeinError(.arguments, "that is no member's key", subject: memberKey)
        }
        try await relay.mail.store.setVerified(
            memberKey, in: mesh, to: isVerified, at: relay.now())
        return Done()
    }
}
