import Mesh
import MeshProtocol
import Session
import Text

/// The dashboard as lines: everybody at first, then what changes, one line a change.
public struct PlainDashboard {
    private var presence = Presence()

    public init() {}

    /// What is to be said of an event.
    public mutating func lines(for event: RelayEvent, at moment: Moment) -> [String] {
        // What was known before is asked first, and never copied.
        defer { presence.take(event, at: moment) }
        switch event {
        case .snapshot(let all):
            var told = Presence()
            told.take(event, at: moment)
            let peers = all.isEmpty ? [] : told.inOrder
            return ["\(peers.count) \(peers.count == 1 ? "peer" : "peers")"] + peers.map(whole)
        case .changed(let changes):
            return changes.joined.map { "joined: " + whole($0) }
                + changes.updated.compactMap { peer in
                    presence.peers[peer.id].flatMap { change(from: $0, to: peer) }
                }
                + changes.left.compactMap { presence.peers[$0] }.map { "left: " + safe($0.name) }
        case .link(let state):
            return state == presence.link ? [] : [link(state)]
        case .mail, .receipt, .state, .happened:
            return []
        }
    }

    private func whole(_ peer: Peer) -> String {
        let parts = [peer.role, peer.agent, peer.cwd, peer.hostname].compactMap { $0 }
            .filter { !$0.isEmpty }.map(safe)
        return "\(safe(peer.name)), \(peer.status.rawValue)"
            + (parts.isEmpty ? "" : ", " + parts.joined(separator: ", "))
    }

    private func change(from old: Peer, to new: Peer) -> String? {
        var changes: [String] = []
        if old.name != new.name { changes.append("is now called \(safe(new.name))") }
        if old.status != new.status { changes.append("\(old.status.rawValue) → \(new.status.rawValue)") }
        if old.summary != new.summary, let summary = new.summary { changes.append("“\(safe(summary))”") }
        return changes.isEmpty ? nil : "\(safe(old.name)): \(changes.joined(separator: ", "))"
    }

    private func link(_ state: LinkState) -> String {
        switch state {
        case .connecting: "connecting"
        case .live: "live"
        case .retrying(let reason, _): "offline, trying again: \(safe(reason))"
        case .refused(let reason): "refused: \(safe(reason))"
        }
    }

    private func safe(_ text: String) -> String { SafeText.visible(text, limit: 120) }
}
