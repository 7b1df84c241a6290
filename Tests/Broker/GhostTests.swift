import Testing

/// The faults of presence that clients of old met (wire protocol, section 9.2), one test each.
@Suite("Ghosts, over the wire")
struct GhostTests {
    /// The events of system pushes, in order.
    static func events(_ frames: [Json]) -> [String] {
        frames.compactMap { $0["event"]?.string }
    }

    static func names(_ client: WireClient) async throws -> [String] {
        try await client.listPeers().compactMap { $0["displayName"]?.string }
    }

    /// Time passes in which everybody who is named answers what is asked.
    static func pass(
        seconds: Int64, _ broker: TestBroker, _ clients: [WireClient]
    ) async throws {
        for _ in 0..<(seconds / 20) {
            await broker.advance(seconds: 20)
            for client in clients { _ = try await client.listPeers() }
        }
    }

    @Test("G1: a session that connects again is one row", arguments: [UInt8?.none, 12])
    func oneRow(session: UInt8?) async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let first = try await broker.join(TestBroker.bob, session: session)
            _ = try await broker.join(TestBroker.bob, session: session)
            #expect(try await first.closing() == .close(code: 1000, reason: "session_replaced"))
            #expect(try await Self.names(ada) == ["Ada", "Bob"])
            for _ in 0..<3 {
                try await broker.join(TestBroker.bob, session: session).drop()
                #expect(try await Self.names(ada) == ["Ada", "Bob"])
            }
            _ = try await broker.join(TestBroker.bob, session: session)
            #expect(try await Self.names(ada) == ["Ada", "Bob"])
            #expect(Self.events(try await ada.settled()) == [])
        }
    }

    @Test("G2: a ghost does not win the mail of the session that is there")
    func ghostWinsNothing() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let ghost = try await broker.join(TestBroker.bob, session: 12)
            try await ada.mail(to: TestBroker.bob.keys.publicHex, "first")
            #expect(try await ghost.words() == ["first"])
            try await ghost.drop()
            let bob = try await broker.join(TestBroker.bob, session: 13)
            try await ada.mail(to: TestBroker.bob.keys.publicHex, "second")
            #expect(try await bob.words() == ["second"])
        }
    }

    @Test("G3: a half-dead socket is ended after ninety seconds, and its presence with it, once")
    func halfDead() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let bob = try await broker.join(TestBroker.bob, session: 12, answersPings: false)
            try await Self.pass(seconds: 80, broker, [ada])
            #expect(try await Self.names(ada) == ["Ada", "Bob"])
            await broker.advance(seconds: 20)
            let (told, answer) = try await ada.answer("list_peers")
            #expect(answer["peers"]?.list?.count == 1)
            #expect(Self.events(told) == ["peer_left"])
            #expect(try await bob.closing() == .close(code: 1008, reason: "lease_expired"))
            try await Self.pass(seconds: 200, broker, [ada])
            #expect(Self.events(try await ada.settled()) == [])
        }
    }

    @Test("G4: a blip of the network makes no noise, for others and for siblings")
    func noNoise() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let sibling = try await broker.join(TestBroker.bob, session: 13)
            let watcher = try await broker.joinSkein(TestBroker.ada, session: 14)
            _ = try await ada.settled()
            _ = try await sibling.settled()
            var bob = try await broker.join(TestBroker.bob, session: 12)
            #expect(Self.events(try await ada.settled()) == ["peer_joined"])
            #expect(try await watcher.answer("watch_presence").answer.type == "presence_snapshot")
            for _ in 0..<5 {
                try await bob.drop()
                await broker.advance(seconds: 10)
                bob = try await broker.join(TestBroker.bob, session: 12)
            }
            #expect(Self.events(try await ada.settled()) == [])
            #expect(Self.events(try await sibling.settled()) == [])
            #expect(try await watcher.settled().filter { $0.type == "presence_delta" } == [])
        }
    }

    @Test("G5: who only looks is no peer; a command of old is gone when it says goodbye")
    func oneShot() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let observer = try await broker.joinSkein(TestBroker.bob) { $0.isObserver = true }
            #expect(try await Self.names(ada) == ["Ada"])
            #expect(try await Self.names(observer) == ["Ada"])
            let info = try await observer.answer("mesh_info").answer
            #expect(info["peers"]?.int == 1)
            let command = try await broker.join(TestBroker.bob)
            _ = try await command.listPeers()
            // As libraries do that give no code.
            command.close(code: nil)
            _ = try await command.closing()
            #expect(try await Self.names(ada) == ["Ada"])
        }
    }

    @Test("G6: who only looks comes back to nothing, and nobody is told")
    func noChatter() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            for _ in 0..<2 {
                let (observer, ack) = try await broker.greet(
                    broker.hello(TestBroker.bob).changed {
                        $0.speaksSkein = true
                        $0.isObserver = true
                    })
                #expect(ack["restored"] != .bool(true))
                try await observer.leave()
                try await broker.joinSkein(TestBroker.bob) { $0.isObserver = true }.drop()
            }
            #expect(Self.events(try await ada.settled()) == [])
        }
    }

    @Test(
        "G7: after the broker was started again a session is the one it was",
        arguments: [false, true])
    func sameAfterRestart(isPowerCut: Bool) async throws {
        try await TestBroker.run { broker in
            let bob = try await broker.joinSkein(TestBroker.bob, session: 12)
            let ada = try await broker.join(TestBroker.ada, session: 11)
            try await bob.drop()
            #expect(try await ada.mail(to: WireKeys(seed: 12).publicHex, "before").isQueued)
            func check(_ broker: TestBroker) async throws {
                let ada = try await broker.join(TestBroker.ada, session: 11)
                #expect(try await ada.mail(to: WireKeys(seed: 12).publicHex, "while").isQueued)
                let bob = try await broker.joinSkein(TestBroker.bob, session: 12)
                #expect(try await bob.words() == ["before", "while"])
                #expect(try await Self.names(ada) == ["Ada", "Bob"])
            }
            if isPowerCut { return try await broker.afterPowerCut(check) }
            try await broker.restart()
            try await check(broker)
        }
    }

    @Test("G8: a session outlives its attestation by days, and is never taken for an observer")
    func longSession() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let bob = try await broker.joinSkein(TestBroker.bob, session: 12)
            for _ in 0..<3 {
                await broker.advance(seconds: 13 * 3600)
                _ = try await bob.listPeers()
                _ = try await ada.listPeers()
            }
            #expect(try await Self.names(ada) == ["Ada", "Bob"])
            try await ada.mail(to: WireKeys(seed: 12).publicHex, "still there?")
            #expect(try await bob.words() == ["still there?"])
        }
    }

    @Test("G9: a kick ends the session, not the observer that would only come back")
    func kick() async throws {
        try await TestBroker.run { broker in
            let admin = try await broker.join(TestBroker.ada, session: 11)
            let observer = try await broker.joinSkein(TestBroker.bob) { $0.isObserver = true }
            let bob = try await broker.joinSkein(TestBroker.bob, session: 12)
            let target = #","target":"\#(TestBroker.bob.keys.publicHex)""#
            let answer = try await admin.answer("kick", target).answer
            #expect(answer["kicked"]?.list == [.text("Bob")])
            #expect(try await bob.closing() == .close(code: 4001, reason: "kicked"))
            #expect(try await Self.names(admin) == ["Ada"])
            // It is there as before.
            #expect(try await Self.names(observer) == ["Ada"])
            let refused = try await observer.answer("kick", target).answer
            #expect(refused.code == "forbidden")
        }
    }

    @Test("G10: who stalled past the lease is not connected and invisible, but out, and comes back")
    func reverseGhost() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let bob = try await broker.join(TestBroker.bob, session: 12, answersPings: false)
            try await Self.pass(seconds: 100, broker, [ada])
            #expect(try await Self.names(ada) == ["Ada"])
            // The pong that comes too late.
            bob.send(opcode: 10, [])
            #expect(try await bob.closing() == .close(code: 1008, reason: "lease_expired"))
            #expect(try await Self.names(ada) == ["Ada"])
            let again = try await broker.join(TestBroker.bob, session: 12)
            #expect(try await Self.names(ada) == ["Ada", "Bob"])
            try await ada.mail(to: WireKeys(seed: 12).publicHex, "you are back")
            #expect(try await again.words() == ["you are back"])
        }
    }

    @Test("G11: a second hello on a socket leaves nobody behind")
    func secondHello() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let bob = try await broker.join(TestBroker.bob, session: 12)
            bob.send(broker.hello(TestBroker.bob, session: 13).json)
            #expect(try await bob.frame().code == "already_hello")
            bob.send(broker.hello(TestBroker.ada, session: 14).json)
            #expect(try await bob.frame().code == "already_hello")
            #expect(try await Self.names(ada) == ["Ada", "Bob"])
            try await bob.leave()
            #expect(try await Self.names(ada) == ["Ada"])
        }
    }

    @Test(
        "G12: a name is never null, empty or a control",
        arguments: [nil, "", " ", #"\u0000"#, #"\u001b[2J"#, #"\u202e\u200b"#])
    func names(given: String?) async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let (_, ack) = try await broker.greet(
                broker.hello(TestBroker.bob, session: 12).changed { $0.displayName = given })
            let shown = try #require(ack["memberDisplayName"]?.string)
            #expect(shown.contains { !$0.isWhitespace })
            #expect(!shown.unicodeScalars.contains { $0.properties.generalCategory == .control })
            #expect(try await Self.names(ada) == ["Ada", shown])
            let told = try await ada.settled().compactMap { $0["eventData"]?["name"]?.string }
            #expect(told.allSatisfy { $0 == shown })
        }
    }

    @Test("G13: a name that two peers go by is nobody's: neither mail nor a kick goes to the first")
    func oneNameTwoPeers() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let first = try await broker.join(TestBroker.bob, session: 12) { $0.displayName = "w" }
            let second = try await broker.join(TestBroker.bob, session: 13) { $0.displayName = "w" }
            #expect(try await ada.mail(to: "w", "whose?").code == "unknown_target")
            let refused = try await ada.answer("kick", #","target":"w""#).answer
            #expect(refused.code == "ambiguous")
            for session in [UInt8(12), 13] {
                #expect(refused["message"]?.string?.contains(
                    WireKeys(seed: session).publicHex.prefix(6)) == true)
            }
            #expect(try await nothingReached(first, second))
        }
    }
}
