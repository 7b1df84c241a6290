import Testing

@Suite("Watching presence, over the wire")
struct WatchTests {
    @Test("a snapshot, then what changed and no more, revision by revision")
    func watching() async throws {
        try await TestBroker.run { broker in
            let watcher = try await broker.joinSkein(TestBroker.ada) { $0.isObserver = true }
            let bob = try await broker.joinSkein(TestBroker.bob, session: 12)
            let (_, snapshot) = try await watcher.answer("watch_presence")
            #expect(snapshot.type == "presence_snapshot")
            #expect(snapshot["page"]?.int == 0 && snapshot["last"] == .bool(true))
            #expect(snapshot["totals"]?["peers"]?.int == 1)
            let peer = try #require(snapshot["peers"]?.list?.first)
            #expect(peer["role"]?.string == "reviewer" && peer["agent"]?.string == "sh")
            #expect(peer["attestation"]?["memberSignature"]?.string?.count == 128)
            let id = try #require(peer["presenceId"])
            let revision = try #require(snapshot["revision"]?.int)

            let (_, ack) = try await bob.answer("set_summary", #","summary":"here""#)
            #expect(ack.type == "ack")
            let changed = try await watcher.frame()
            #expect(changed.type == "presence_delta")
            #expect(changed["revision"]?.int == revision + 1)
            #expect(
                changed["changed"]?.list
                    == [.object(["presenceId": id, "summary": .text("here")])])
            #expect(changed["joined"]?.list == [] && changed["left"]?.list == [])

            bob.close()
            _ = try await bob.closing()
            let left = try await watcher.frame()
            #expect(left["revision"]?.int == revision + 2)
            #expect(left["left"]?.list == [id])
        }
    }

    @Test("what joins is told whole")
    func joining() async throws {
        try await TestBroker.run { broker in
            let watcher = try await broker.joinSkein(TestBroker.ada) { $0.isObserver = true }
            let (_, snapshot) = try await watcher.answer("watch_presence")
            #expect(snapshot["peers"]?.list == [])
            _ = try await broker.join(TestBroker.bob, session: 12)
            let delta = try await watcher.frame()
            #expect(delta["joined"]?.list?.first?["displayName"]?.string == "Bob")
        }
    }

    @Test("coming back within the lease is no news")
    func returning() async throws {
        try await TestBroker.run { broker in
            let watcher = try await broker.joinSkein(TestBroker.ada) { $0.isObserver = true }
            let bob = try await broker.join(TestBroker.bob, session: 12)
            _ = try await watcher.answer("watch_presence")
            bob.kill()
            let again = try await broker.join(TestBroker.bob, session: 12)
            #expect(try await again.listPeers().count == 1)
            #expect(try await watcher.answer("list_peers").before.isEmpty)
        }
    }

    @Test("a client of old cannot watch")
    func old() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada)
            let (_, error) = try await ada.answer("watch_presence")
            #expect(error["code"]?.string == "unknown_type")
        }
    }

    @Test("a peer that hides leaves, but not for its own member")
    func hiding() async throws {
        try await TestBroker.run { broker in
            let stranger = try await broker.joinSkein(TestBroker.ada) { $0.isObserver = true }
            let own = try await broker.joinSkein(TestBroker.bob) { $0.isObserver = true }
            let bob = try await broker.joinSkein(TestBroker.bob, session: 12)
            for watcher in [stranger, own] { _ = try await watcher.answer("watch_presence") }
            _ = try await bob.answer("set_visible", #","visible":false"#)
            let seen = try await stranger.frame()
            #expect(seen["left"]?.list?.count == 1 && seen["changed"]?.list == [])
            let known = try await own.frame()
            #expect(known["left"]?.list == [] && known["changed"]?.list?.count == 1)
            #expect(seen["revision"] == known["revision"])
            _ = try await bob.answer("set_visible", #","visible":true"#)
            #expect(try await stranger.frame()["joined"]?.list?.count == 1)
        }
    }
}
