import Testing

/// The faults of security that a broker can commit (wire protocol, section 9.5), one test each.
@Suite("What nobody gets by asking, over the wire")
struct SecurityFaultTests {
    static func status(_ broker: TestBroker, _ line: String, _ body: String = "") async throws -> Int {
        let answer = try await PageSocketTests.ask(
            broker.port, line, body, ["X-Member-Id: \(TestBroker.ada.id)", "X-Mesh-Id: \(TestBroker.mesh)"])
        return Int(answer.split(separator: " ").dropFirst().first ?? "") ?? 0
    }

    @Test("X2, X3, X4: what anybody could ask for wants a proof, or is not there")
    func unauthenticated() async throws {
        try await TestBroker.run { broker in
            _ = try await broker.join(TestBroker.bob, session: 12)
            let mesh = "/mesh/\(TestBroker.mesh)"
            let refused = [
                ("GET \(mesh)/members", ""),
                ("PATCH \(mesh)/member/\(TestBroker.bob.id)", #"{"permission":"admin"}"#),
                ("PATCH \(mesh)/settings", #"{"selfEditable":{"displayName":false}}"#),
                ("POST /hook/set-status", #"{"cwd":"/work","status":"dnd"}"#),
                ("POST /hook/\(TestBroker.mesh)/secret", #"{"a":1}"#),
            ]
            for (line, body) in refused {
                #expect(try await Self.status(broker, line, body) == 401, "\(line)")
            }
            let absent = [
                "POST /tg/token", "POST /cli/token", "POST /cli/device-code",
                "POST /cli/device-code/x/approve", "GET /cli/sessions?user_id=1",
                "GET /cli/meshes?user_id=1", "POST /cli/mesh/create", "POST /cli-sync",
                "POST /upload", "GET /download/1", "GET /test/html", "GET /test/clock",
            ]
            for line in absent {
                let body = line.hasPrefix("POST") ? #"{"user_id":"1","email":"a@b"}"# : ""
                let status = try await Self.status(broker, line, body)
                #expect([401, 403, 404].contains(status), "\(line)")
            }
        }
    }

    @Test("X5: a group's name is text, whatever it would mean to a database")
    func injection() async throws {
        try await TestBroker.run { broker in
            let names = [
                "x' OR '1'='1", "x'); DROP TABLE messages;--", "%", "_", "a\\\\b",
            ]
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let bob = try await broker.join(TestBroker.bob, session: 12)
            for name in names {
                bob.send(#"{"type":"join_group","name":"\#(name)"}"#)
                let ack = try await ada.mail(to: "@\(name)", "to \(name)")
                #expect(ack.isQueued || ack.code == "unknown_target")
            }
            try await ada.mail(to: "@secret", "for others")
            #expect(try await !bob.words().contains("for others"))
            try await bob.leave()
            let again = try await broker.join(TestBroker.bob, session: 12)
            #expect(try await !again.words().contains("for others"))
        }
    }

    @Test("X6: nothing the broker sends has the mesh's root key")
    func noRootKey() async throws {
        try await TestBroker.run { broker in
            let (ada, ack) = try await broker.greet(broker.hello(TestBroker.ada, session: 11))
            let info = try await ada.answer("mesh_info").answer
            for frame in [ack, info] {
                #expect(!"\(frame)".lowercased().contains("root"))
            }
        }
    }

    @Test("X8: the log's chain does not depend on the order of keys")
    func auditOrder() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let bob = try await broker.join(TestBroker.bob, session: 12)
            for value in [#"{"b":{"y":1,"x":[2,1]},"a":null}"#, #"{"a":null,"b":{"x":[2,1],"y":1}}"#] {
                ada.send(#"{"type":"set_state","key":"k","value":\#(value)}"#)
            }
            try await ada.mail(to: WireKeys(seed: 12).publicHex, "words")
            _ = try await bob.settled()
            let verdict = try await ada.answer("audit_verify").answer
            #expect(verdict["valid"] == .bool(true))
            #expect((verdict["entries"]?.int ?? 0) >= 5)
            try await broker.restart()
            let again = try await broker.join(TestBroker.ada, session: 11)
            #expect(try await again.answer("audit_verify").answer["valid"] == .bool(true))
            let page = try await again.answer("audit_query", #","limit":500"#).answer
            let entries = try #require(page["entries"]?.list)
            #expect(!"\(entries)".contains("words") && !"\(entries)".contains(WireClient.base64("words")))
        }
    }

    @Test("X10: words of skein/1 for a group are sealed, or refused")
    func sealedGroups() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.joinSkein(TestBroker.ada, session: 11)
            let bob = try await broker.joinSkein(TestBroker.bob, session: 12) {
                $0.groups = [("ops", nil)]
            }
            for target in ["@ops", "@all", "*"] {
                #expect(try await ada.mail(to: target, "plain").code == "unencrypted")
            }
            #expect(try await bob.words() == [])
        }
    }

    @Test("X11: ids cannot be guessed: none is another's neighbour")
    func ids() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            var ids: Set<String> = []
            for number in 0..<50 {
                let ack = try await ada.mail(to: TestBroker.bob.keys.publicHex, "\(number)")
                let id = try #require(ack["messageId"]?.string)
                #expect(id.utf8.count == 32 && id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
                ids.insert(String(id.prefix(8)))
            }
            #expect(ids.count == 50)
        }
    }

    @Test("replay: a hello that was seen is refused, also as a second one at the same moment")
    func replay() async throws {
        try await TestBroker.run { broker in
            let hello = broker.hello(TestBroker.bob, session: 12)
            let (bob, ack) = try await broker.greet(hello)
            #expect(ack.type == "hello_ack")
            let (thief, answer) = try await broker.greet(hello)
            #expect(answer.code == "replayed")
            #expect(try await thief.closing() == .close(code: 1008, reason: "replayed"))
            #expect(try await bob.listPeers().count == 1)
        }
    }

    @Test("a member's mail is not told to others: only who sent it, who gets it, and admins ask")
    func statusIsPrivate() async throws {
        try await TestBroker.run { broker in
            try await broker.admit(TestBroker.cyd)
            let bob = try await broker.join(TestBroker.bob, session: 12)
            let cyd = try await broker.join(TestBroker.cyd, session: 15)
            let ack = try await bob.mail(to: TestBroker.ada.keys.publicHex, "between us")
            let id = try #require(ack["messageId"]?.string)
            #expect(try await bob.status(of: id).type == "message_status_result")
            #expect(try await cyd.status(of: id).code == "not_found")
        }
    }
}
