import Mesh
import MeshCrypto
import MeshProtocol
import Synchronization
import Testing

@testable import Connection

@Suite("A link to a broker", .timeLimit(.minutes(1)))
struct BrokerLinkTests {
    @Test("a session is listed with all that its hello says")
    func listing() async throws {
        try await TestMesh.run { mesh in
            let hello = await mesh.hello(mesh.ada)
            let link = try await mesh.live(hello)
            let peer = try #require(try await link.listPeers().first)
            #expect(peer.id == hello.sessionKeys?.publicKey.hex)
            #expect(peer.memberKey == hello.memberKeys.publicKey.hex)
            #expect(peer.name == "Ada" && peer.role == "reviewer" && peer.agent == "sh")
            #expect(peer.cwd == "/work" && peer.hostname == "host" && peer.sessionID == "session")
            #expect(peer.groups == [GroupMembership(name: "ops", role: "lead")])
            #expect(peer.status == .idle && peer.statusSource == .inferred)
        }
    }

    @Test("an observer sees peers come, change and go, and is none")
    func presence() async throws {
        try await TestMesh.run { mesh in
            let watcher = try await mesh.live(mesh.hello(mesh.ada, observer: true), watches: true)
            var events = EventReader(watcher)
            #expect(await events.link() == .connecting)
            #expect(await events.link() == .live)
            #expect(await events.snapshot() == [])

            let bob = try await mesh.live(mesh.hello(mesh.bob))
            let joined = try #require(await events.changes()?.joined.first)
            #expect(joined.name == "Bob")
            #expect(try await watcher.listPeers().map(\.id) == [joined.id])

            try await bob.setStatus(.working)
            let working = try #require(await events.changes())
            #expect(working.joined.isEmpty && working.left.isEmpty)
            #expect(working.updated.map(\.status) == [.working])
            try await bob.setSummary("building")
            #expect(await events.changes()?.updated.first?.summary == "building")
            try await bob.joinGroup(GroupMembership(name: "dev"))
            #expect(await events.changes()?.updated.first?.groups.map(\.name) == ["ops", "dev"])
            try await bob.leaveGroup("ops")
            #expect(await events.changes()?.updated.first?.groups.map(\.name) == ["dev"])

            await bob.stop()
            #expect(await events.changes() == PeerChanges(left: [joined.id]))
        }
    }

    @Test("after the broker was away everything is as before, by itself")
    func reconnect() async throws {
        try await TestMesh.run { mesh in
            let watcher = try await mesh.live(mesh.hello(mesh.ada, observer: true), watches: true)
            var events = EventReader(watcher)
            let bob = try await mesh.live(mesh.hello(mesh.bob))
            try await bob.setSummary("still here")
            try await bob.setStatus(.dnd)
            try await bob.joinGroup(GroupMembership(name: "dev"))
            _ = await events.next { $0 == .link(.live) ? true : nil }

            await mesh.stopBroker()
            let reason = await events.next { event -> String? in
                if case .link(.retrying(let reason, _)) = event { reason } else { nil }
            }
            #expect(reason == "the broker is shutting down")
            try await mesh.startBroker()
            #expect(await events.next { $0 == .link(.live) ? true : nil } == true)
            // Bob may be back before or after the watcher.
            var peer: Peer?
            while peer?.groups.count != 2 || peer?.status != .dnd || peer?.summary == nil {
                let seen = await events.next { event -> [Peer]? in
                    switch event {
                    case .snapshot(let peers): peers
                    case .changed(let changes): changes.joined + changes.updated
                    case .link: nil
                    }
                }
                peer = try #require(seen).first
            }
            #expect(peer?.summary == "still here")
            #expect(try await watcher.listPeers().count == 1)
        }
    }

    @Test("what is refused for good is not tried again, and says why")
    func refused() async throws {
        try await TestMesh.run { mesh in
            var hello = await mesh.hello(mesh.ada)
            hello.memberKeys = .generate()
            let link = await mesh.link(hello)
            var events = EventReader(link)
            await link.start()
            let error = await #expect(throws: SkeinError.self) { try await link.firstHello() }
            #expect(error?.code == .brokerRefused)
            #expect(await events.link() == .connecting)
            let reason = "the broker knows no such member of this mesh"
            #expect(await events.link() == .refused(reason: reason))
            await #expect(throws: SkeinError(.brokerRefused, reason)) {
                try await link.listPeers()
            }
        }
    }

    @Test("a session that is taken over elsewhere lets go")
    func replaced() async throws {
        try await TestMesh.run { mesh in
            let hello = await mesh.hello(mesh.ada)
            let first = try await mesh.live(hello)
            var events = EventReader(first)
            let second = try await mesh.live(hello)
            let reason = await events.next { event -> String? in
                if case .link(.refused(let reason)) = event { reason } else { nil }
            }
            #expect(reason == "another connection took this session over")
            #expect(try await second.listPeers().count == 1)
        }
    }

    @Test("sessions of one member that say hello in the same millisecond all get in")
    func sameMillisecond() async throws {
        try await TestMesh.run { mesh in
            let stopped = TestMesh.now
            var links: [BrokerLink] = []
            for number in 0..<4 {
                // A clock that stands still for its first reads.
                let clock = SlowClock(stopped, reads: 1 + number % 2)
                let link = await mesh.link(mesh.hello(mesh.ada), now: { clock.read() })
                await link.start()
                links.append(link)
            }
            for link in links {
                try await link.firstHello()
                // Nobody is told of a failure that is none.
                var events = EventReader(link)
                var state = await events.link()
                while state == .connecting { state = await events.link() }
                #expect(state == .live)
            }
            #expect(try await links.first?.listPeers().count == 4)
        }
    }

    @Test("a broker that is not there is retried, and is found when asked to look at once")
    func retryNow() async throws {
        try await TestMesh.run { mesh in
            let port = await mesh.port
            await mesh.stopBroker()
            let hello = await mesh.hello(mesh.ada)
            // Its waits are too long for this test to sit through.
            let link = BrokerLink(
                endpoint: .loopback(port: port), hello: hello, watchesPresence: false,
                now: { TestMesh.now }, random: { 100 })
            var events = EventReader(link)
            await link.start()
            let reason = await events.next { event -> String? in
                if case .link(.retrying(let reason, let at)) = event, at > TestMesh.now {
                    reason
                } else {
                    nil
                }
            }
            #expect(reason?.contains("connection refused") == true)
            try await mesh.startBroker()
            await link.retryNow()
            try await link.firstHello()
            await link.stop()
        }
    }

    @Test("stopped, it says goodbye and answers nobody any more")
    func stopping() async throws {
        try await TestMesh.run { mesh in
            let watcher = try await mesh.live(mesh.hello(mesh.ada, observer: true))
            let bob = try await mesh.live(mesh.hello(mesh.bob))
            await bob.stop()
            #expect(try await watcher.listPeers().isEmpty)
            let error = await #expect(throws: SkeinError.self) { try await bob.listPeers() }
            #expect(error?.code == .brokerUnreachable)
            await bob.start()
            await bob.stop()
        }
    }

    @Test("a reader that fell behind is given what is true now")
    func slowReader() async throws {
        let link = BrokerLink(
            endpoint: .loopback(port: 1),
            hello: HelloParameters(
                mesh: TestMesh.mesh, member: MemberID(rawValue: "m"), memberKeys: .generate(),
                sessionKeys: nil, displayName: "n", sessionID: "s", pid: 1, cwd: "/"),
            watchesPresence: true, now: { TestMesh.now })
        var peer = PresencePeer(
            presenceID: "p", publicKey: "k", memberKey: "m",
            connectedAt: Moment(milliseconds: 0), displayName: "n", sessionID: "s", cwd: "/")
        let quiet = PresencePeer(
            presenceID: "q", publicKey: "q", memberKey: "m",
            connectedAt: Moment(milliseconds: 0), displayName: "q", sessionID: "s", cwd: "/")
        for page in PresenceSnapshot.pages(revision: 0, peers: [peer, quiet]) {
            await link.receive(ServerFrame(.snapshot(page)))
        }
        for revision in 1...200 {
            var changed = peer
            changed.summary = "\(revision)"
            changed.role = revision == 3 ? "kept" : peer.role
            let patch = try #require(PresencePatch(from: peer, to: changed))
            let delta = PresenceDelta(revision: revision, changed: [patch])
            await link.receive(ServerFrame(.delta(delta)))
            peer = changed
        }
        await link.stop()
        var events = EventReader(link)
        var known: [String: Peer] = [:]
        var count = 0
        while let event = await events.next({ $0 }) {
            count += 1
            switch event {
            case .snapshot(let peers): known = Dictionary(peers.map { ($0.id, $0) }) { $1 }
            case .changed(let changes):
                for peer in changes.joined + changes.updated { known[peer.id] = peer }
            case .link: break
            }
        }
        #expect(count <= 64)
        #expect(known == ["k": peer.peer, "q": quiet.peer])
    }
}

/// Stands still for a number of reads, then goes with the machine's.
final class SlowClock: Sendable {
    private let stopped: Moment
    private let left: Mutex<Int>

    init(_ stopped: Moment, reads: Int) {
        self.stopped = stopped
        left = Mutex(reads)
    }

    func read() -> Moment {
        let stands = left.withLock { left in
            left -= 1
            return left >= 0
        }
        return stands ? stopped : TestMesh.now
    }
}
