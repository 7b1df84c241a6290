import Mesh
import Session
import Text
import Widgets

/// Whom a message can be for, as it is typed.
enum Recipients {
    static let most = 50

    /// What begins so among groups, everybody and the names of peers; a name that several have is
    /// offered as the beginnings of their keys.
    static func completions(of typed: String, in presence: Presence?) -> [String] {
        let peers = presence.map { Array($0.peers.values) } ?? []
        let folded = typed.lowercased()
        func matches(_ text: String) -> Bool { text.lowercased().hasPrefix(folded) }
        let groups = Set(peers.flatMap { $0.groups.prefix(32).map { "@\($0.name)" } })
        let several = (typed.isEmpty || typed.hasPrefix("@") ? groups.sorted() : []).filter(matches)
        let names = Dictionary(grouping: peers.filter { matches($0.name) }) { $0.name.lowercased() }
        var found: [String] = []
        var directory: PeerDirectory?
        for (_, bearers) in names.sorted(by: { $0.key < $1.key }).prefix(most) {
            guard let name = bearers.first?.name else { continue }
            if bearers.count == 1, isTypable(name) {
                found.append(name)
            } else {
                let all = directory ?? PeerDirectory(peers: peers)
                directory = all
                found += keys(of: bearers, name, in: all)
            }
        }
        return Array((found + several + (matches("") && typed.isEmpty || typed == "*" ? ["*"] : [])).prefix(most))
    }

    /// A name that a field would change, or that means a group or a mesh, is none that can be typed.
    private static func isTypable(_ name: String) -> Bool {
        FieldText(name).text == name && !name.isEmpty && !name.hasPrefix("@") && name != "*"
            && name != "-"
    }

    private static func keys(of bearers: [Peer], _ name: String, in all: PeerDirectory) -> [String] {
        guard bearers.count > 1 else { return bearers.map(\.id) }
        do throws(TargetFault) {
            _ = try all.resolve(name)
        } catch {
            if case .ambiguous(let choices, _) = error { return choices.map(\.key) }
        }
        // One of them is written in this case, and the others are not.
        return bearers.sorted { $0.id < $1.id }.map(\.id)
    }

    /// How somebody is answered: by name where that means nobody else, else by the key.
    static func address(of key: String, named name: String, in presence: Presence?) -> String {
        let peers = presence?.peers ?? [:]
        guard let peer = peers[key], peer.name == name, isTypable(name) else { return key }
        let folded = name.lowercased()
        return peers.values.contains { $0.id != key && $0.name.lowercased() == folded } ? key : name
    }
}
