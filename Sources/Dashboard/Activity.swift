import Mesh
import MeshProtocol
import Session

/// One thing that happened on the mesh, made by comparing what was known with what is told.
public struct Activity: Equatable, Sendable {
    public enum What: Equatable, Sendable {
        case joined, left
        case renamed(from: String)
        case status(from: Status, to: Status)
        case summary(String)
        case role(String)
        case groups([String])
        case directory(String)
        case link(LinkState)
    }

    public var moment: Moment
    public var mesh: MeshID
    /// Nil for what is about no peer.
    public var peer: PeerKey?
    /// What the peer was called then.
    public var name: String
    public var what: What

    /// Code points that are kept of a text.
    static let textLimit = 512

    public init(_ what: What, _ peer: Peer? = nil, in mesh: MeshID, at moment: Moment) {
        self.moment = moment
        self.mesh = mesh
        self.peer = peer.map { PeerKey($0.id, in: mesh) }
        name = Self.short(peer?.name ?? "")
        self.what = what
    }

    /// What an event tells, given what was known before it. The first news of who is there is no
    /// activity.
    public static func of(
        _ event: RelayEvent, in mesh: MeshID, before: Presence, at moment: Moment
    ) -> [Activity] {
        switch event {
        case .snapshot(let all):
            guard before.isKnown else { return [] }
            let ids = Set(all.map(\.id))
            let left = before.peers.values.filter { !ids.contains($0.id) }
                .sorted { ($0.name, $0.id) < ($1.name, $1.id) }
            return all.flatMap { of($0, in: mesh, before: before, at: moment) }
                + left.map { Activity(.left, $0, in: mesh, at: moment) }
        case .changed(let changes):
            return (changes.joined + changes.updated).flatMap { of($0, in: mesh, before: before, at: moment) }
                + changes.left.compactMap { before.peers[$0] }.map {
                    Activity(.left, $0, in: mesh, at: moment)
                }
        case .link(let state):
            let isFirst = !before.isKnown && state == .live
            let isNews = !isFirst && !state.isSame(as: before.link)
            return isNews ? [Activity(.link(state), in: mesh, at: moment)] : []
        case .mail, .receipt, .state, .happened:
            return []
        }
    }

    private static func of(
        _ peer: Peer, in mesh: MeshID, before: Presence, at moment: Moment
    ) -> [Activity] {
        guard let old = before.peers[peer.id] else {
            return [Activity(.joined, peer, in: mesh, at: moment)]
        }
        guard old != peer else { return [] }
        var all: [Activity] = []
        func note(_ what: What) { all.append(Activity(what, peer, in: mesh, at: moment)) }
        if old.name != peer.name { note(.renamed(from: short(old.name))) }
        if old.status != peer.status { note(.status(from: old.status, to: peer.status)) }
        if old.role != peer.role { note(.role(short(peer.role ?? ""))) }
        if old.groups.map(\.name) != peer.groups.map(\.name) {
            note(.groups(peer.groups.prefix(8).map { short($0.name) }))
        }
        if old.cwd != peer.cwd { note(.directory(short(peer.cwd))) }
        if old.summary != peer.summary, let summary = peer.summary, !summary.isEmpty {
            note(.summary(short(summary)))
        }
        return all
    }

    private static func short(_ text: String) -> String {
        text.utf8.count <= textLimit
            ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(textLimit)))
    }
}
