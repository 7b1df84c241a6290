/// Whom a target means that a person or an agent typed (protocol decision 13): everyone, a group,
/// a key or the beginning of one, or a name among the peers that are present and the members that
/// are known. Names are matched whole; one that is written in the same case wins.
public struct PeerDirectory: Sendable {
    /// Digits of a key's beginning, at least.
    public static let shortestPrefix = 6
    /// Choices that are listed, at most.
    public static let mostChoices = 8
    /// Digits of a key in a choice, at least.
    private static let shortKey = 8

    private let peers: [Peer]
    /// By name and key, once each.
    private let members: [KnownMember]
    /// The members that have a peer.
    private let present: Set<String>
    /// Every key there is, sorted, for their shortest beginnings.
    private let keys: [String]
    private let names: Set<String>

    /// `members` may be connected or not, and be known under several names.
    public init(peers: [Peer], members: [KnownMember] = []) {
        self.peers = peers
        self.members = Set(members).sorted { ($0.name, $0.memberKey) < ($1.name, $1.memberKey) }
        present = Set(peers.map(\.memberKey))
        keys = Set(peers.map(\.id) + peers.map(\.memberKey) + members.map(\.memberKey)).sorted()
        names = Set((peers.map(\.name) + members.map(\.name)).map { $0.lowercased() })
    }

    /// `name@mesh` in its parts, where `mesh` is one of `meshes`; a name may hold an `@` itself.
    public static func split(
        _ text: String, meshes: Set<String>
    ) -> (target: String, mesh: String?) {
        guard let at = text.lastIndex(of: "@"), at != text.startIndex else { return (text, nil) }
        let mesh = text[text.index(after: at)...].lowercased()
        return meshes.contains(mesh) ? (String(text[..<at]), mesh) : (text, nil)
    }

    public func resolve(_ text: String) throws(TargetFault) -> ResolvedTarget {
        guard !text.isEmpty, text.utf8.count <= PeerName.maximumBytes else { throw .malformed }
        if text == "*" || text.hasPrefix("@") { return try several(text) }
        let key = text.lowercased()
        if PublicKey(hex: key) != nil { return whole(key) }
        let found = named(text).union(beginning(key))
        guard let first = found.first else {
            throw .unknown(choices: choices(near: text), more: max(0, all.count - Self.mostChoices))
        }
        guard found.count == 1 else {
            let sorted = sorted(found)
            throw .ambiguous(
                choices: sorted.prefix(Self.mostChoices).map(choice),
                more: max(0, sorted.count - Self.mostChoices))
        }
        return target(first)
    }
}

// MARK: - Finding

extension PeerDirectory {
    /// One whom mail can be sent to.
    private enum Found: Hashable {
        case session(Peer)
        case member(KnownMember)

        var key: String {
            switch self {
            case .session(let peer): peer.id
            case .member(let member): member.memberKey
            }
        }

        var name: String {
            switch self {
            case .session(let peer): peer.name
            case .member(let member): member.name
            }
        }

        static func == (one: Found, other: Found) -> Bool { one.key == other.key }
        func hash(into hasher: inout Hasher) { hasher.combine(key) }
    }

    private func several(_ text: String) throws(TargetFault) -> ResolvedTarget {
        switch MeshTarget(text) {
        case .everyone:
            return ResolvedTarget(spec: text, name: text, isPresent: !peers.isEmpty)
        case .group(let name):
            let isPresent = peers.contains { peer in
                peer.groups.contains { GroupRules.reaches(name, $0.name) }
            }
            return ResolvedTarget(spec: text, name: text, isPresent: isPresent)
        case .key, nil: throw .malformed
        }
    }

    /// A key that nobody here has may be one of a session that has ended: its broker knows.
    private func whole(_ key: String) -> ResolvedTarget {
        if let peer = peers.first(where: { $0.id == key }) { return target(.session(peer)) }
        let name = nameOfMember(key)
        return ResolvedTarget(
            spec: key, name: name ?? String(key.prefix(Self.shortKey)),
            memberKey: name == nil ? nil : key, isPresent: present.contains(key))
    }

    /// The name a member is known under, or that of a session of its own; nil for no member's key.
    private func nameOfMember(_ key: String) -> String? {
        let known = members.filter { $0.memberKey == key }.map(\.name).min()
        return known ?? peers.filter { $0.memberKey == key }.map(\.name).min()
    }

    /// A name's peers come before members that are away: who is there under a name that another
    /// had is the sender's to be told.
    private func named(_ text: String) -> Set<Found> {
        let folded = text.lowercased()
        for matches in [{ $0 == text }, { $0.lowercased() == folded }] as [(String) -> Bool] {
            let sessions = peers.filter { matches($0.name) }
            if !sessions.isEmpty { return Set(sessions.map { .session($0) }) }
            let away = members.filter { matches($0.name) }
            if !away.isEmpty { return Set(away.map { .member($0) }) }
        }
        return []
    }

    private func beginning(_ prefix: String) -> Set<Found> {
        let isHex = prefix.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        guard isHex, prefix.utf8.count >= Self.shortestPrefix else { return [] }
        let sessions = peers.filter { $0.id.hasPrefix(prefix) }
        let owners = Set(peers.map(\.memberKey) + members.map(\.memberKey))
            .filter { key in key.hasPrefix(prefix) && !sessions.contains { $0.id == key } }
        return Set(sessions.map { .session($0) })
            .union(owners.map { .member(KnownMember(name: nameOfMember($0) ?? $0, memberKey: $0)) })
    }

    private func target(_ found: Found) -> ResolvedTarget {
        switch found {
        case .session(let peer):
            ResolvedTarget(
                spec: peer.id, name: peer.name, memberKey: peer.memberKey, isPresent: true)
        case .member(let member):
            ResolvedTarget(
                spec: member.memberKey, name: member.name, memberKey: member.memberKey,
                isPresent: present.contains(member.memberKey))
        }
    }
}

// MARK: - Choices

extension PeerDirectory {
    /// Every peer, and every member that has none.
    private var all: Set<Found> {
        let away = members.filter { !present.contains($0.memberKey) }
        return Set(peers.map { .session($0) }).union(away.map { .member($0) })
    }

    /// Those whose names have the most to do with `text` first.
    private func choices(near text: String) -> [TargetChoice] {
        let folded = text.lowercased()
        func distance(_ found: Found) -> Int {
            let name = found.name.lowercased()
            if name.hasPrefix(folded) || folded.hasPrefix(name) { return 0 }
            return name.first == folded.first ? 1 : 2
        }
        let near = all.map { (distance($0), $0.name, $0.key, $0) }
            .sorted { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }
        return near.prefix(Self.mostChoices).map { choice($0.3) }
    }

    private func sorted(_ found: Set<Found>) -> [Found] {
        found.sorted { ($0.name, $0.key) < ($1.name, $1.key) }
    }

    private func choice(_ found: Found) -> TargetChoice {
        switch found {
        case .session(let peer):
            TargetChoice(
                name: peer.name, key: short(peer.id), role: peer.role, directory: peer.cwd)
        case .member(let member):
            TargetChoice(name: member.name, key: short(member.memberKey))
        }
    }

    /// The shortest beginning of a key, of 8 digits or more, that no other key has and that is
    /// nobody's name.
    private func short(_ key: String) -> String {
        // What begins alike stands together.
        let place = keys.partitioningIndex { $0 >= key }
        let beside = [place - 1, place + 1].filter { keys.indices.contains($0) }.map { keys[$0] }
        let shared = beside.map { zip($0.utf8, key.utf8).prefix { $0 == $1 }.count }.max() ?? 0
        var length = max(Self.shortKey, shared + 1)
        while length < key.utf8.count, names.contains(String(key.prefix(length))) { length += 1 }
        return String(key.prefix(length))
    }
}

extension Array {
    /// The first index whose element fulfils what all after it fulfil; `count` where none does.
    fileprivate func partitioningIndex(where isAfter: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
