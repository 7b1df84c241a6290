import Mesh
import Testing

@testable import MeshProtocol

@Suite("What changes of presence tell")
struct MeshEventTests {
    private static let mesh = MeshID(rawValue: "m")
    private static let now = Moment(milliseconds: 9)
    private static let ada = Peer(
        id: "a", memberKey: "a", name: "ada", statusSince: Moment(milliseconds: 1), role: "dev",
        groups: [GroupMembership(name: "x")], sessionID: "s",
        connectedAt: Moment(milliseconds: 1), cwd: "/src")

    private static func told(_ changes: PeerChanges, _ before: [Peer] = [ada]) -> [MeshEvent] {
        MeshEvent.told(
            by: changes, knowing: Dictionary(before.map { ($0.id, $0) }) { $1 }, in: mesh, at: now)
    }

    private static func changed(_ change: (inout Peer) -> Void) -> Peer {
        var peer = ada
        change(&peer)
        return peer
    }

    @Test(
        "each thing that is another one is one event",
        arguments: [
            (changed { $0.name = "bob" }, [.renamed(from: "ada")]),
            (changed { $0.status = .dnd }, [.status(from: .idle, to: .dnd)]),
            (
                changed { ($0.status, $0.isWaiting) = (.working, true) },
                [.status(from: .idle, to: .working), .waiting(true)]
            ),
            // Who does not work waits for nobody.
            (changed { $0.isWaiting = true }, []),
            (changed { $0.role = nil }, [.role("")]),
            (changed { $0.groups = [] }, [.groups([])]),
            (changed { $0.groups = [GroupMembership(name: "x", role: "lead")] }, []),
            (changed { $0.cwd = "/" }, [.directory("/")]),
            (changed { $0.summary = "tests" }, [.summary("tests")]),
            (changed { $0.summary = "" }, []),
            (changed { $0.statusSince = now }, []),
            (ada, []),
            (
                changed { ($0.name, $0.cwd, $0.summary) = ("b", "/b", "c") },
                [.renamed(from: "ada"), .directory("/b"), .summary("c")]
            ),
        ] as [(Peer, [MeshEvent.What])])
    func updates(peer: Peer, expected: [MeshEvent.What]) {
        let events = Self.told(PeerChanges(updated: [peer]))
        #expect(events.map(\.what) == expected)
        #expect(events.allSatisfy { $0.peer == "a" && $0.name == peer.name && $0.at == Self.now })
    }

    @Test("who comes and goes; who was not known leaves nothing behind")
    func comings() {
        let bob = Self.changed { ($0.id, $0.name) = ("b", "bob") }
        let events = Self.told(PeerChanges(joined: [bob], left: ["a", "nobody"]))
        #expect(events.map(\.what) == [.joined, .left])
        #expect(events.map(\.name) == ["bob", "ada"])
        // An update of somebody new is a joining, a joining of somebody known an update.
        #expect(Self.told(PeerChanges(updated: [bob])).map(\.what) == [.joined])
        #expect(Self.told(PeerChanges(joined: [Self.ada])) == [])
    }

    @Test("texts are cut by whole characters")
    func cut() {
        let long = String(repeating: "é👩‍👩‍👧", count: 400)
        let peer = Self.changed {
            ($0.name, $0.summary, $0.cwd) = (long, long, long)
            $0.groups = (0..<20).map { GroupMembership(name: "\($0)" + long) }
        }
        let events = Self.told(PeerChanges(updated: [peer]))
        for event in events {
            #expect(event.name.utf8.count <= MeshEvent.textLimit && long.hasPrefix(event.name))
            if case .summary(let text) = event.what {
                #expect(text.utf8.count <= MeshEvent.textLimit && long.hasPrefix(text))
            }
            if case .groups(let names) = event.what {
                #expect(names.count == 8)
                #expect(names.allSatisfy { $0.utf8.count <= MeshEvent.textLimit })
            }
        }
        #expect(events.count == 4)
    }

    @Test(
        "a link's state is news where it is another one",
        arguments: [
            (.connecting, nil, false), (.live, nil, true), (.live, .connecting, true),
            (.live, .live, false), (.retrying(reason: "r", at: now), .live, true),
            (.retrying(reason: "r", at: now), .retrying(reason: "r", at: ada.statusSince), false),
            (.retrying(reason: "s", at: now), .retrying(reason: "r", at: now), true),
            (.refused(reason: "r"), .retrying(reason: "r", at: now), true),
            (.connecting, .live, true),
        ] as [(LinkState, LinkState?, Bool)])
    func links(state: LinkState, before: LinkState?, isNews: Bool) {
        let event = MeshEvent.told(by: state, after: before, in: Self.mesh, at: Self.now)
        #expect((event != nil) == isNews)
        if let event { #expect(event.what == .link(state) && event.peer == nil) }
    }

    @Test("what differs between two lists makes the one into the other")
    func differences() {
        let bob = Self.changed { $0.id = "b" }
        let before = ["a": Self.ada, "b": bob]
        let after = [Self.changed { $0.name = "x" }, Self.changed { $0.id = "c" }]
        let changes = PeerChanges(from: before, to: after)
        #expect(changes.joined.map(\.id) == ["c"])
        #expect(changes.updated.map(\.id) == ["a"] && changes.left == ["b"])
        var peers = before
        changes.apply(to: &peers)
        #expect(peers == ["a": after[0], "c": after[1]])
    }
}
