import Testing

@Suite("Hello, over the wire")
struct HelloTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        var name: String
        var code: String
        var change: @Sendable (inout WireHello) -> Void
        var testDescription: String { name }

        init(
            _ name: String, _ code: String,
            _ change: @escaping @Sendable (inout WireHello) -> Void
        ) {
            (self.name, self.code, self.change) = (name, code, change)
        }
    }

    static let refusals: [Refusal] = [
        Refusal("a minute and a half old", "timestamp_skew") { $0.timestamp -= 90_000 },
        Refusal("a minute and a half ahead", "timestamp_skew") { $0.timestamp += 90_000 },
        Refusal("no timestamp", "timestamp_skew") { $0.timestampText = "null" },
        Refusal("an infinite timestamp", "timestamp_skew") { $0.timestampText = "9e300" },
        Refusal("a key that is not hexadecimal", "malformed") {
            $0.publicKey = String(repeating: "z", count: 64)
        },
        Refusal("a short signature", "malformed") { $0.signature = "00ff" },
        Refusal("no signature", "malformed") { $0.signature = "" },
        Refusal("signed by another key", "bad_signature") { hello in
            let text = "\(hello.mesh)|\(hello.memberID)|\(hello.publicKey)|\(hello.timestamp)"
            hello.signature = TestBroker.bob.keys.sign(text)
        },
        Refusal("another mesh after signing", "bad_signature") { hello in
            let text = "\(hello.mesh)|\(hello.memberID)|\(hello.publicKey)|\(hello.timestamp)"
            hello.signature = hello.member.keys.sign(text)
            hello.mesh = "AnotherMeshAnotherMeshAnotherMes"
        },
        Refusal("an unknown mesh", "unauthorized") { $0.mesh = "Nowhere" },
        Refusal("an unknown member", "unauthorized") { hello in
            let stranger = WireKeys(seed: 99)
            hello.member.keys = stranger
            hello.publicKey = stranger.publicHex
        },
        Refusal("another member's id", "unauthorized") { $0.memberID = TestBroker.bob.id },
        Refusal("a key in upper case", "unauthorized") { $0.publicKey = $0.publicKey.uppercased() },
        Refusal("a session key in upper case", "bad_session_pubkey") {
            $0.sessionKey = $0.sessionKey?.uppercased()
        },
        Refusal("a session key that is no point", "bad_session_pubkey") {
            $0.sessionKey = String(repeating: "f", count: 64)
        },
        Refusal("a session key that is another member's key", "bad_session_pubkey") {
            $0.sessionKey = TestBroker.bob.keys.publicHex
        },
        Refusal("a field beyond its size", "malformed") {
            $0.sessionID = String(repeating: "x", count: 257)
        },
        Refusal("a pid that is no number", "malformed") { $0.pid = "\"1\"" },
        Refusal("no attestation", "bad_attestation") {
            $0.speaksSkein = true
            $0.hasAttestation = false
        },
        Refusal("an attestation of another time", "bad_attestation") {
            $0.speaksSkein = true
            $0.attestation = Self.attestation($0, timestamp: $0.timestamp - 1)
        },
        Refusal("an attestation for another session", "bad_attestation") {
            $0.speaksSkein = true
            $0.attestation = Self.attestation($0, sessionID: "another")
        },
        Refusal("an attestation the session's key did not sign", "bad_attestation") {
            $0.speaksSkein = true
            $0.attestation = Self.attestation($0, session: WireKeys(seed: 50))
        },
        Refusal("an attestation by another member", "bad_attestation") {
            $0.speaksSkein = true
            $0.attestation = Self.attestation($0, by: TestBroker.bob.keys)
        },
    ]

    @Test("what is wrong is named in an error, then in a close", arguments: refusals)
    func refused(_ refusal: Refusal) async throws {
        try await TestBroker.run { broker in
            let hello = broker.hello(TestBroker.ada, session: 11).changed(refusal.change)
            let (client, error) = try await broker.greet(hello)
            #expect(error.type == "error")
            #expect(error["code"]?.string == refusal.code)
            #expect(error["message"]?.string?.isEmpty == false)
            #expect(try await client.closing() == .close(code: 1008, reason: refusal.code))
            // Nothing of it is left behind.
            let other = try await broker.join(TestBroker.bob)
            #expect(try await other.listPeers().count == 1)
        }
    }

    @Test("a valid hello is acknowledged before anything else, with the effective name")
    func accepted() async throws {
        try await TestBroker.run { broker in
            let hello = broker.hello(TestBroker.ada, session: 11)
            let (_, ack) = try await broker.greet(hello)
            #expect(ack.type == "hello_ack")
            #expect(ack["presenceId"]?.string?.count == 32)
            #expect(ack["memberDisplayName"]?.string == "Ada")
            #expect(ack["memberProfile"]?["messageMode"]?.string == "push")
            #expect(ack["services"]?.list == [])
            #expect(ack["capabilities"] == nil)
            let named = broker.hello(TestBroker.bob).changed { $0.displayName = "b\\u001b[31mob" }
            let (_, other) = try await broker.greet(named)
            #expect(other["memberDisplayName"]?.string == "b[31mob")
        }
    }

    @Test("a clock that is off by less than a minute does", arguments: [Int64(-50_000), 50_000])
    func window(offset: Int64) async throws {
        try await TestBroker.run { broker in
            let hello = broker.hello(TestBroker.ada).changed { $0.timestamp += offset }
            let (_, ack) = try await broker.greet(hello)
            #expect(ack.type == "hello_ack")
        }
    }

    @Test("the same bytes again are a replay, the same signature with others asks to try again")
    func replay() async throws {
        try await TestBroker.run { broker in
            let hello = broker.hello(TestBroker.ada, session: 11)
            let (first, ack) = try await broker.greet(hello)
            #expect(ack.type == "hello_ack")
            let (second, replayed) = try await broker.greet(hello)
            #expect(replayed["code"]?.string == "replayed")
            #expect(try await second.closing() == .close(code: 1008, reason: "replayed"))
            let (third, skewed) = try await broker.greet(
                hello.changed {
                    $0.sessionKey = WireKeys(seed: 12).publicHex
                    $0.sessionID = "other"
                })
            #expect(skewed["code"]?.string == "timestamp_skew")
            #expect(try await third.closing() == .close(code: 1008, reason: "timestamp_skew"))
            #expect(try await first.listPeers().count == 1)
        }
    }

    @Test("a session key another member's session holds is refused")
    func heldKey() async throws {
        try await TestBroker.run { broker in
            let holder = try await broker.join(TestBroker.ada, session: 11)
            let (_, error) = try await broker.greet(broker.hello(TestBroker.bob, session: 11))
            #expect(error["code"]?.string == "bad_session_pubkey")
            #expect(try await holder.listPeers().count == 1)
        }
    }

    @Test("before hello nothing else is answered, and the socket stays open")
    func noHello() async throws {
        try await TestBroker.run { broker in
            let client = try await WireClient.connect(port: broker.port)
            client.send(#"{"type":"list_peers"}"#)
            #expect(try await client.frame()["code"]?.string == "no_hello")
            client.send(broker.hello(TestBroker.ada).json)
            #expect(try await client.frame().type == "hello_ack")
        }
    }

    @Test("who says no hello in time is closed")
    func deadline() async throws {
        try await TestBroker.run { broker in
            let client = try await WireClient.connect(port: broker.port)
            // Answered: the broker knows the socket.
            client.send("{}")
            #expect(try await client.frame()["code"]?.string == "no_hello")
            await broker.advance(seconds: 600)
            #expect(try await client.frame()["code"]?.string == "hello_timeout")
            #expect(try await client.closing() == .close(code: 1008, reason: "hello_timeout"))
        }
    }

    @Test("a second hello on a socket is refused, and leaves no ghost")
    func secondHello() async throws {
        try await TestBroker.run { broker in
            let client = try await broker.join(TestBroker.ada, session: 11)
            client.send(broker.hello(TestBroker.ada, session: 12).json)
            #expect(try await client.frame()["code"]?.string == "already_hello")
            #expect(try await client.listPeers().count == 1)
            client.close()
            _ = try await client.closing()
            let other = try await broker.join(TestBroker.bob)
            #expect(try await other.listPeers().count == 1)
        }
    }

    @Test("beyond the sessions a mesh may have there is no room, but one may come back")
    func capacity() async throws {
        try await TestBroker.run(.init(sessionsPerMesh: 1, helloSeconds: 600)) { broker in
            let first = try await broker.join(TestBroker.ada, session: 11)
            let (second, error) = try await broker.greet(broker.hello(TestBroker.bob))
            #expect(error["code"]?.string == "capacity")
            #expect(try await second.closing() == .close(code: 1008, reason: "capacity"))
            first.kill()
            _ = try await broker.join(TestBroker.ada, session: 11)
            let watcher = try await broker.joinSkein(TestBroker.bob) { $0.isObserver = true }
            #expect(try await watcher.listPeers().count == 1)
        }
    }

    private static func attestation(
        _ hello: WireHello, sessionID: String? = nil, timestamp: Int64? = nil,
        by member: WireKeys? = nil, session: WireKeys? = nil
    ) -> String {
        WireHello.attestation(
            mesh: hello.mesh, sessionKey: hello.sessionKey ?? "",
            sessionID: sessionID ?? hello.sessionID, timestamp: timestamp ?? hello.timestamp,
            by: member ?? hello.member.keys, and: session ?? WireKeys(seed: 11))
    }
}
