import Mesh

/// What changes of presence, and of the link by which they are heard, tell: what was known compared
/// with what is told. Pure; texts are cut to `textLimit`, names too.
extension MeshEvent {
    /// What the changes of a mesh's peers tell, in their order; `before` is who was known, by id.
    /// What nobody knew leaves nothing behind, and what is told twice is told once.
    public static func told(
        by changes: PeerChanges, knowing before: [String: Peer], in mesh: MeshID, at moment: Moment
    ) -> [MeshEvent] {
        var events: [MeshEvent] = []
        for peer in changes.joined + changes.updated {
            for what in differences(of: peer, from: before[peer.id]) {
                events.append(event(what, of: peer, in: mesh, at: moment))
            }
        }
        for peer in changes.left.compactMap({ before[$0] }) {
            events.append(event(.left, of: peer, in: mesh, at: moment))
        }
        return events
    }

    /// What a link's new state tells; nil where that is no news. A next try for the same reason is
    /// none, and nor is that a link which nobody knew is being made.
    public static func told(
        by link: LinkState, after before: LinkState?, in mesh: MeshID, at moment: Moment
    ) -> MeshEvent? {
        switch (link, before) {
        case (.connecting, nil): return nil
        case (.retrying(let reason, _), .retrying(let old, _)) where reason == old: return nil
        case _ where link == before: return nil
        default: break
        }
        return MeshEvent(mesh: mesh, at: moment, peer: nil, name: "", what: .link(link.short))
    }

    /// `text` as an event keeps it: whole characters.
    public static func short(_ text: String) -> String { FrameLimits.cut(text, to: textLimit) }

    private static func event(
        _ what: What, of peer: Peer, in mesh: MeshID, at moment: Moment
    ) -> MeshEvent {
        MeshEvent(mesh: mesh, at: moment, peer: peer.id, name: short(peer.name), what: what)
    }

    private static func differences(of peer: Peer, from old: Peer?) -> [What] {
        guard let old else { return [.joined] }
        guard old != peer else { return [] }
        var all: [What] = []
        if old.name != peer.name { all.append(.renamed(from: short(old.name))) }
        if old.status != peer.status { all.append(.status(from: old.status, to: peer.status)) }
        if old.waitsForPerson != peer.waitsForPerson { all.append(.waiting(peer.waitsForPerson)) }
        if old.role != peer.role { all.append(.role(short(peer.role ?? ""))) }
        if old.groups.map(\.name) != peer.groups.map(\.name) {
            all.append(.groups(peer.groups.prefix(mostGroups).map { short($0.name) }))
        }
        if old.cwd != peer.cwd { all.append(.directory(short(peer.cwd))) }
        if old.summary != peer.summary, let summary = peer.summary, !summary.isEmpty {
            all.append(.summary(short(summary)))
        }
        return all
    }

    /// Groups that one event names.
    private static let mostGroups = 8
}

extension PeerChanges {
    /// What makes `before` into `after`.
    public init(from before: [String: Peer], to after: [Peer]) {
        let ids = Set(after.map(\.id))
        self.init(
            joined: after.filter { before[$0.id] == nil },
            updated: after.filter { peer in before[peer.id].map { $0 != peer } ?? false },
            left: before.values.filter { !ids.contains($0.id) }
                .sorted { ($0.name, $0.id) < ($1.name, $1.id) }.map(\.id))
    }

    public func apply(to peers: inout [String: Peer]) {
        for id in left { peers[id] = nil }
        for peer in joined + updated { peers[peer.id] = peer }
    }
}

extension LinkState {
    /// With a reason no longer than an event keeps it.
    public var short: LinkState {
        switch self {
        case .connecting, .live: self
        case .retrying(let reason, let at): .retrying(reason: MeshEvent.short(reason), at: at)
        case .refused(let reason): .refused(reason: MeshEvent.short(reason))
        }
    }
}

extension Peer {
    /// Who does not work waits for nobody.
    fileprivate var waitsForPerson: Bool { isWaiting && status == .working }
}
