import Mesh
import MeshProtocol

extension ListPeers: RelayDeed {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> [Peer] {
        try await relay.observer(of: mesh).peersNow()
    }
}
