import Keys
import Mesh
import MeshProtocol
import Session

/// The dashboard: the session, and what is looked at of it.
public struct DashboardState: Equatable, Sendable {
    public var session: SessionState
    public var meshName: String
    /// The chosen peer: it stays chosen wherever its row goes.
    public internal(set) var selected: String?
    /// What narrows the list, and whether it is being typed.
    public internal(set) var filter = ""
    public internal(set) var isFiltering = false
    public internal(set) var showsHelp = false
    /// The time that ages are told for. It moves only when a visible text changes.
    public var now: Moment
    public var keymap: Keymap

    public init(
        session: SessionState, meshName: String, now: Moment, keymap: Keymap = .standard
    ) {
        self.session = session
        self.meshName = meshName
        self.now = now
        self.keymap = keymap
    }

    /// The peers that are shown, in order.
    public var peers: [Peer] {
        let words = filter.lowercased().split(separator: " ")
        return session.presence.inOrder.filter { peer in
            words.allSatisfy { word in
                Self.texts(of: peer).contains { $0.lowercased().contains(word) }
            }
        }
    }

    public var selectedIndex: Int? {
        selected.flatMap { id in peers.firstIndex { $0.id == id } }
    }

    private static func texts(of peer: Peer) -> [String] {
        [peer.name, peer.status.rawValue, peer.role ?? "", peer.agent ?? "", peer.cwd]
            + [peer.hostname ?? "", peer.summary ?? ""] + peer.groups.map(\.name)
    }

    /// "9 peers, 4 working": one line of totals.
    public var totals: String {
        let all = session.presence.peers.values
        let count = all.count == 1 ? "1 peer" : "\(all.count) peers"
        let byStatus = Status.allCases.compactMap { status -> String? in
            let number = all.count { $0.status == status }
            return number == 0 ? nil : "\(number) \(status.rawValue)"
        }
        return ([count] + byStatus).joined(separator: " · ")
    }
}
