import Mesh
import MeshProtocol
import Session
import Text

/// The dashboard as lines: everybody at first, then what changes, one line a change.
public struct PlainDashboard {
    private var presence = Presence()
    /// What was said last of the mail.
    private var mail = ""
    private let prefix: String

    /// - Parameter mesh: what every line begins with, where there are several meshes.
    public init(mesh: String? = nil) {
        prefix = mesh.map { SafeText.visible($0, limit: 40) + ": " } ?? ""
    }

    /// What is to be said of an event.
    public mutating func lines(for event: RelayEvent, at moment: Moment) -> [String] {
        told(of: event, at: moment).map { prefix + $0 }
    }

    private mutating func told(of event: RelayEvent, at moment: Moment) -> [String] {
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
            return state.isSame(as: presence.link) ? [] : [link(state)]
        case .mail(let counts): return told(of: counts)
        case .happened(let events): return events.compactMap(told)
        case .receipt, .state: return []
        }
    }

    // MARK: - Mail, and what presence does not tell

    /// What waits on a live link is gone in a moment, and no news.
    private mutating func told(of counts: MailCounts) -> [String] {
        let waiting = presence.link == .live ? 0 : counts.waiting
        let parts = [(waiting, "waiting"), (counts.dead, "given up"), (counts.unread, "unread")]
            .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        let said = parts.isEmpty ? "" : "mail: " + parts.joined(separator: ", ")
        guard said != mail else { return [] }
        defer { mail = said }
        return [said.isEmpty ? "mail: nothing waits" : said]
    }

    private func told(of event: MeshEvent) -> String? {
        let name = event.name.isEmpty ? "you" : safe(event.name)
        switch event.what {
        case .sent(_, let target, _, _): return "sent: \(name) → \(safe(target))"
        case .received(_, let target, _, _): return "received: \(name) → \(safe(target))"
        case .died(_, let target, let reason): return "given up: to \(safe(target)), \(safe(reason))"
        case .state(let key, let value?): return "state: \(safe(key)) = \(safe(value))"
        case .state(let key, nil): return "state: \(safe(key)) is gone"
        case .waiting(true): return "\(name): waits for its person"
        case .waiting(false): return "\(name): goes on"
        case .loop(let other): return "\(name): answers to \(safe(other)) are held back"
        case .invite(let word, let detail): return "invite \(safe(word)): \(safe(detail))"
        // The rest is told by presence, or is too much to be read aloud.
        case .joined, .left, .renamed, .status, .summary, .role, .groups, .directory, .link,
            .delivery, .hook, .other:
            return nil
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
