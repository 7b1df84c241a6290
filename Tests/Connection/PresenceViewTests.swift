import Mesh
import MeshProtocol
import Testing

@testable import Connection

@Suite("What snapshots and deltas add up to")
struct PresenceViewTests {
    static func peer(_ presence: String, key: String, at second: Int64 = 1) -> PresencePeer {
        PresencePeer(
            presenceID: presence, publicKey: key, memberKey: "m",
            connectedAt: Moment(milliseconds: second * 1000), displayName: presence,
            sessionID: "s", cwd: "/")
    }

    static func view(_ peers: [PresencePeer]) -> PresenceView {
        var view = PresenceView()
        for page in PresenceSnapshot.pages(revision: 5, peers: peers) { _ = view.apply(page) }
        return view
    }

    @Test("a snapshot is known when its last page is there")
    func pages() throws {
        let peers = (0..<900).map { number in
            var peer = Self.peer("p\(number)", key: "k\(number)")
            peer.summary = String(repeating: "x", count: 500)
            return peer
        }
        let pages = PresenceSnapshot.pages(revision: 1, peers: peers)
        var view = PresenceView()
        for page in pages.dropLast() { #expect(view.apply(page) == .nothing) }
        #expect(view.all.isEmpty)
        #expect(view.apply(try #require(pages.last)) == .snapshot)
        #expect(view.all.count == 900)
    }

    @Test("a missing revision asks for a snapshot, and nothing is believed until it is there")
    func gaps() {
        var view = Self.view([Self.peer("a", key: "k")])
        #expect(view.apply(PresenceDelta(revision: 7, left: ["a"])) == .gap)
        #expect(view.apply(PresenceDelta(revision: 8, left: ["a"])) == .nothing)
        #expect(view.all.count == 1)
        let again = PresenceSnapshot.pages(revision: 9, peers: [])
        for page in again { #expect(view.apply(page) == .snapshot) }
        #expect(view.all.isEmpty)
    }

    @Test("after a restart revisions count anew, and what was known stays until then")
    func restart() {
        var view = Self.view([Self.peer("a", key: "k")])
        view.restart()
        #expect(view.all.count == 1)
        #expect(view.apply(PresenceDelta(revision: 6, left: ["a"])) == .nothing)
        #expect(view.all.count == 1)
    }

    @Test("two sessions that go by one key are one peer, until both are gone")
    func sharedKey() {
        var view = Self.view([Self.peer("a", key: "k", at: 1), Self.peer("b", key: "k", at: 2)])
        #expect(view.all.map(\.name) == ["b"])
        let first = view.apply(PresenceDelta(revision: 6, left: ["b"]))
        #expect(first == .changed(PeerChanges(updated: [Self.peer("a", key: "k", at: 1).peer])))
        let second = view.apply(PresenceDelta(revision: 7, left: ["a"]))
        #expect(second == .changed(PeerChanges(left: ["k"])))
    }

    @Test("a change of what is not known changes nothing")
    func unknown() throws {
        var changed = Self.peer("z", key: "z")
        changed.summary = "x"
        let patch = try #require(PresencePatch(from: Self.peer("z", key: "z"), to: changed))
        var view = Self.view([Self.peer("a", key: "k")])
        let outcome = view.apply(PresenceDelta(revision: 6, changed: [patch], left: ["y"]))
        #expect(outcome == .changed(PeerChanges()))
        #expect(view.all.count == 1)
    }
}
