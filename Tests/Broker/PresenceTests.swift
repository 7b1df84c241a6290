import Testing

@Suite("Presence, over the wire")
struct PresenceTests {
    @Test("peers come and go in the list of another")
    func comeAndGo() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let bob = try await broker.join(TestBroker.bob, session: 12) {
                $0.groups = [("backend", "lead"), ("@bad", nil), ("ops", nil)]
            }
            let listed = try await ada.listPeers()
            #expect(listed.map { $0["displayName"]?.string } == ["Ada", "Bob"])
            let peer = try #require(listed.last)
            #expect(peer["pubkey"]?.string == WireKeys(seed: 12).publicHex)
            #expect(peer["memberPubkey"]?.string == TestBroker.bob.keys.publicHex)
            #expect(peer["status"]?.string == "idle")
            #expect(peer["summary"] == .null)
            #expect(peer["cwd"]?.string == "/work" && peer["hostname"]?.string == "host")
            #expect(peer["peerType"]?.string == "ai" && peer["channel"]?.string == "claude-code")
            #expect(peer["groups"]?.list?.map { $0["name"]?.string } == ["backend", "ops"])
            #expect(peer["groups"]?.list?.first?["role"]?.string == "lead")
            #expect(peer["connectedAt"]?.string?.hasSuffix("Z") == true)
            bob.close()
            #expect(try await bob.closing() == .close(code: 1000, reason: ""))
            #expect(try await ada.listPeers().count == 1)
        }
    }

    @Test("clients of old are told of joining and leaving, once, by the names on the wire")
    func pushes() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let bob = try await broker.join(TestBroker.bob, session: 12) {
                $0.groups = [("ops", nil)]
            }
            bob.close(code: nil)
            _ = try await bob.closing()
            let (pushes, _) = try await ada.answer("list_peers")
            #expect(pushes.map { $0["event"]?.string } == ["peer_joined", "peer_left"])
            for push in pushes {
                #expect(push.type == "push" && push["subtype"]?.string == "system")
                #expect(push["senderPubkey"]?.string == "system")
                #expect(push["meshId"]?.string == TestBroker.mesh)
                #expect(push["priority"]?.string == "low")
                #expect(push["nonce"]?.string == "" && push["ciphertext"]?.string == "")
                #expect(push["messageId"]?.string?.count == 36)
                #expect(push["eventData"]?["name"]?.string == "Bob")
                #expect(push["eventData"]?["pubkey"]?.string == WireKeys(seed: 12).publicHex)
            }
            #expect(pushes.first?["eventData"]?["groups"]?.list?.count == 1)
            #expect(pushes.last?["eventData"]?.keys == ["name", "pubkey"])
        }
    }

    @Test("another session of the same member is no news to it")
    func siblings() async throws {
        try await TestBroker.run { broker in
            let first = try await broker.join(TestBroker.ada, session: 11)
            let second = try await broker.join(TestBroker.ada, session: 12)
            second.close()
            _ = try await second.closing()
            let (pushes, answer) = try await first.answer("list_peers")
            #expect(pushes.isEmpty)
            #expect(answer["peers"]?.list?.count == 1)
        }
    }

    @Test("a killed socket keeps its presence for the lease; then it is gone, and said so once")
    func lease() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.joinSkein(TestBroker.ada) { $0.isObserver = true }
            let old = try await broker.join(TestBroker.ada, session: 13)
            let bob = try await broker.join(TestBroker.bob, session: 12)
            bob.kill()
            #expect(try await ada.listPeers().count == 2)
            // Everybody else answers the pings that are due meanwhile.
            for _ in 0..<3 {
                await broker.advance(seconds: 27)
                _ = try await old.answer("list_peers")
                _ = try await ada.answer("list_peers")
            }
            #expect(try await ada.listPeers().count == 2)
            await broker.advance(seconds: 27)
            #expect(try await ada.listPeers().map { $0["displayName"]?.string } == ["Ada"])
            let (pushes, _) = try await old.answer("list_peers")
            #expect(pushes.map { $0["event"]?.string } == ["peer_left"])
        }
    }

    @Test("who comes back within the lease has never been away")
    func returning() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let (bob, ack) = try await broker.greet(broker.hello(TestBroker.bob, session: 12))
            _ = try await bob.answer("set_visible", #","visible":true"#)
            bob.send(#"{"type":"set_summary","summary":"thinking"}"#)
            bob.send(#"{"type":"set_status","status":"dnd"}"#)
            _ = try await bob.listPeers()
            bob.kill()
            await broker.advance(seconds: 20)
            let (again, second) = try await broker.greet(broker.hello(TestBroker.bob, session: 12))
            #expect(second["presenceId"] == ack["presenceId"])
            let (pushes, answer) = try await ada.answer("list_peers")
            #expect(pushes.map { $0["event"]?.string } == ["peer_joined"])
            let peer = try #require(answer["peers"]?.list?.last)
            #expect(peer["summary"]?.string == "thinking" && peer["status"]?.string == "dnd")
            #expect(try await again.listPeers().count == 2)
        }
    }

    @Test("a process that is stopped for longer than the lease is gone, its socket with it")
    func stopped() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let bob = try await broker.join(TestBroker.bob, session: 12, answersPings: false)
            for _ in 0..<4 {
                await broker.advance(seconds: 25)
                _ = try await ada.answer("list_peers")
            }
            #expect(try await ada.listPeers().count == 1)
            #expect(try await bob.closing() == .close(code: 1008, reason: "lease_expired"))
            // It wakes, and comes back.
            _ = try await broker.join(TestBroker.bob, session: 12)
            #expect(try await ada.listPeers().count == 2)
        }
    }

    @Test("the same session on a new socket takes the place of the old one, silently")
    func replaced() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let first = try await broker.join(TestBroker.bob, session: 12)
            let second = try await broker.join(TestBroker.bob, session: 12)
            #expect(try await first.closing() == .close(code: 1000, reason: "session_replaced"))
            // The answer to that close is no goodbye.
            first.close()
            #expect(try await first.closing() == .end)
            let (pushes, answer) = try await ada.answer("list_peers")
            #expect(pushes.map { $0["event"]?.string } == ["peer_joined"])
            #expect(answer["peers"]?.list?.count == 2)
            #expect(try await second.listPeers().count == 2)
        }
    }

    @Test("without a session key, session id and pid make the session")
    func keyless() async throws {
        try await TestBroker.run { broker in
            let first = try await broker.join(TestBroker.ada)
            _ = try await broker.join(TestBroker.ada) { $0.pid = "4243" }
            #expect(try await first.listPeers().count == 2)
            let again = try await broker.join(TestBroker.ada)
            #expect(try await first.closing() == .close(code: 1000, reason: "session_replaced"))
            let peers = try await again.listPeers()
            #expect(peers.count == 2)
            #expect(Set(peers.map { $0["pubkey"]?.string }) == [TestBroker.ada.keys.publicHex])
            #expect(Set(peers.map { $0["presenceId"]?.string }).count == 2)
        }
    }

    @Test("an observer is not listed, not counted, and makes no noise")
    func observer() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let watcher = try await broker.joinSkein(TestBroker.bob, session: 12) {
                $0.isObserver = true
            }
            #expect(try await watcher.listPeers().count == 1)
            let refusal = try await watcher.answer("set_status", #","status":"dnd""#).answer
            #expect(refusal["code"]?.string == "forbidden")
            watcher.kill()
            let again = try await broker.joinSkein(TestBroker.bob, session: 12) {
                $0.isObserver = true
            }
            again.close()
            _ = try await again.closing()
            let (pushes, answer) = try await ada.answer("list_peers")
            #expect(pushes.isEmpty)
            #expect(answer["peers"]?.list?.count == 1)
        }
    }

    @Test("status, summary, groups and visibility are shown to the others")
    func telling() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let bob = try await broker.join(TestBroker.bob, session: 12)
            bob.send(#"{"type":"set_status","status":"working"}"#)
            bob.send(#"{"type":"set_summary","summary":"fixing the build"}"#)
            bob.send(#"{"type":"join_group","name":"ops","role":"lead"}"#)
            bob.send(#"{"type":"join_group","name":"dev"}"#)
            bob.send(#"{"type":"leave_group","name":"dev"}"#)
            bob.send(#"{"type":"join_group","name":"ops"}"#)
            // Clients of old are answered none of these.
            #expect(try await bob.answer("list_peers").before.isEmpty)
            let peer = try #require(try await ada.listPeers().last)
            #expect(peer["status"]?.string == "working")
            #expect(peer["statusSource"]?.string == "manual")
            #expect(peer["summary"]?.string == "fixing the build")
            #expect(peer["groups"]?.list == [.object(["name": .text("ops")])])

            let (_, ack) = try await bob.answer("set_visible", #","visible":false"#)
            #expect(ack.type == "ack" && ack["queued"] == .bool(false))
            #expect(ack["id"] == ack["_reqId"] && ack["messageId"]?.string == "")
            let (pushes, answer) = try await ada.answer("list_peers")
            #expect(pushes.map { $0["event"]?.string } == ["peer_hidden"])
            #expect(answer["peers"]?.list?.count == 1)
            #expect(try await bob.listPeers().count == 2)
        }
    }

    @Test("working that nobody renews becomes idle by itself")
    func ageing() async throws {
        try await TestBroker.run { broker in
            let bob = try await broker.join(TestBroker.bob, session: 12)
            bob.send(#"{"type":"set_status","status":"working"}"#)
            #expect(try await bob.listPeers().first?["status"]?.string == "working")
            await broker.advance(seconds: 50)
            #expect(try await bob.listPeers().first?["status"]?.string == "working")
            await broker.advance(seconds: 11)
            let peer = try await bob.listPeers().first
            #expect(peer?["status"]?.string == "idle")
            #expect(peer?["statusSource"]?.string == "inferred")
        }
    }
}
