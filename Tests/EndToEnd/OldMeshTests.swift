import Foundation
import TestSupport
import Testing

@Suite("A client of old in a mesh, from its invite on")
struct OldMeshTests {
    static func seed(_ byte: UInt8) -> [UInt8] { [UInt8](repeating: byte, count: 32) }

    /// Its members, let in by a token of the owner's, and what they say hello with.
    struct Team {
        let owner, bea, cem: OldClient.Member

        init(_ owner: OldClient.Member, port: Int) throws {
            self.owner = owner
            let expiresAt = Int64(Date().timeIntervalSince1970) + 3600
            let token = try OldClient.token(
                by: owner, slug: "payments", port: port, expiresAt: expiresAt)
            // As the owner's own machine makes it known.
            let machine = try OldClient(port: port)
            _ = try machine.hello(
                owner, named: "ana", ["capabilities": ["skein/1"], "kind": "observer"])
            let kept = try machine.ask("invite_keep", ["token": token, "maxUses": 2])
            #expect(kept["type"] as? String == "invite_kept", "\(kept)")
            try machine.leave()

            func join(_ name: String, _ byte: UInt8) throws -> OldClient.Member {
                let (member, answer) = try OldClient.join(
                    token: token, seed: seed(byte), named: name, port: port)
                #expect(answer["ok"] as? Bool == true, "\(answer)")
                return member
            }
            bea = try join("bea", 21)
            cem = try join("cem", 22)
            // A second time it is the same member, and no use is spent; a third one is too many.
            let again = try OldClient.join(token: token, seed: seed(21), named: "b", port: port)
            #expect(again.answer["alreadyMember"] as? Bool == true)
            #expect(again.member.id == bea.id)
            let late = try OldClient.join(token: token, seed: seed(23), named: "d", port: port)
            #expect(late.answer["error"] as? String == "invite_exhausted")
        }

        func hello(_ member: OldClient.Member, _ name: String, port: Int) throws -> OldClient {
            let client = try OldClient(port: port)
            let session = (0..<32).map { _ in UInt8.random(in: 0...255) }
            let ack = try client.hello(member, named: name, session: session)
            #expect(ack["type"] as? String == "hello_ack", "\(ack)")
            return client
        }
    }

    static func withTeam(
        _ words: [String] = [], _ work: (Place, RunningBroker, Team) async throws -> Void
    ) async throws {
        try await Place.with { place in
            let data = place.root + "/data"
            let owner = try await place.addMesh("Payments", data: data)
            let broker = try await RunningBroker.start(place, ["--data", data] + words)
            try await work(place, broker, try Team(owner, port: broker.port))
        }
    }

    @Test("writes to a name, a key, a group and everyone, and reads what is written to it")
    func mail() async throws {
        try await Self.withTeam { _, broker, team in
            let ana = try team.hello(team.owner, "ana", port: broker.port)
            let bea = try team.hello(team.bea, "bea", port: broker.port)
            let cem = try team.hello(team.cem, "cem", port: broker.port)
            #expect(try ana.event("peer_joined")["name"] as? String == "bea")
            #expect(try bea.peers().sorted() == ["ana", "bea", "cem"])
            try cem.send(["type": "join_group", "name": "backend/db"])
            #expect(
                ((try cem.ask("mesh_info")["yourGroups"] as? [[String: Any]])?.first?["name"])
                    as? String == "backend/db")

            // A name is a session's key by the time it is sent.
            let named = try bea.tell(try bea.key(of: "cem"), "Grüße 🦢")
            #expect(named["queued"] as? Bool == true && named["error"] == nil, "\(named)")
            let (text, push) = try cem.message()
            #expect(text == "Grüße 🦢")
            #expect(push["messageId"] as? String == named["messageId"] as? String)
            #expect(push["senderPubkey"] as? String == bea.keys?.session.hex)
            #expect(push["senderMemberPubkey"] as? String == bea.keys?.member.hex)
            #expect(push["meshId"] as? String == team.cem.mesh)
            #expect(push["targetSpec"] == nil && push["sealedKey"] == nil)

            try bea.tell(try bea.key(of: "cem", "memberPubkey"), "to the member")
            #expect(try cem.message().text == "to the member")
            try cem.tell(try #require(push["senderPubkey"] as? String), "back", priority: "now")
            #expect(try bea.message().text == "back")

            // The group below is reached by the one above, and by nobody else.
            try bea.tell("@backend", "to the group")
            #expect(try cem.message().text == "to the group")
            for everyone in ["@all", "*"] {
                try cem.tell(everyone, "to \(everyone)")
                #expect(try ana.message().text == "to \(everyone)")
                #expect(try bea.message().text == "to \(everyone)")
            }

            let refused = try bea.tell(try OldKeys(seed: Self.seed(99)).hex, "nobody")
            #expect(refused["queued"] as? Bool == false)
            #expect((refused["error"] as? String)?.hasPrefix("unknown_recipient: ") == true)

            let metrics = try OldClient.page("/metrics", port: broker.port)
                .components(separatedBy: "\r\n\r\n").last?.split(separator: "\n") ?? []
            for line in [
                #"broker_messages_routed_total{priority="next"} 5"#,
                #"broker_messages_routed_total{priority="now"} 1"#,
                #"broker_messages_rejected_total{reason="unknown_recipient"} 1"#,
                "broker_delivery_latency_seconds_count 8",
            ] { #expect(metrics.contains { $0 == line }, "\(line)") }

            let status = try bea.ask(
                "message_status", ["messageId": named["messageId"] as? String ?? ""])
            #expect(status["delivered"] as? Bool == true, "\(status)")
            let recipients = status["recipients"] as? [[String: Any]]
            #expect(recipients?.first?["name"] as? String == "cem")
            #expect(recipients?.first?["status"] as? String == "delivered")
            try await broker.end()
        }
    }

    @Test(
        "what it keeps and what is written to it outlive the broker",
        arguments: [SIGTERM, SIGKILL])
    func restart(signal: Int32) async throws {
        try await Self.withTeam { place, broker, team in
            let bea = try team.hello(team.bea, "bea", port: broker.port)
            let cem = try team.hello(team.cem, "cem", port: broker.port)
            try bea.send(["type": "set_state", "key": "release", "value": ["version": 3]])
            let change = try cem.receive { $0["type"] as? String == "state_change" }
            #expect(change["key"] as? String == "release")
            #expect(change["updatedBy"] as? String == "bea")
            let memory = try cem.ask(
                "remember", ["content": "Deployments freeze on Fridays", "tags": ["ops"]])
            #expect((memory["id"] as? String)?.count == 32)

            let session = try #require(cem.keys?.session.hex)
            let member = try #require(cem.keys?.member.hex)
            try cem.leave()
            #expect(try bea.event("peer_left")["name"] as? String == "cem")
            // What is for a session that has ended is refused, what is for the member waits.
            let ended = try bea.tell(session, "too late")
            #expect((ended["error"] as? String)?.hasPrefix("session_ended: ") == true, "\(ended)")
            let texts = (1...20).map { "message \($0)" }
            let ids = try texts.map { text in
                let ack = try bea.tell(member, text)
                #expect(ack["queued"] as? Bool == true)
                return ack["messageId"] as? String
            }
            let waiting = try bea.ask("message_status", ["messageId": ids[0] ?? ""])
            #expect(waiting["delivered"] as? Bool == false)
            #expect(waiting["deliveredAt"] is NSNull)

            #expect(try await broker.end(signal) == (signal == SIGTERM ? 0 : -SIGKILL))
            let next = try await RunningBroker.start(place, ["--data", place.root + "/data"])
            let back = try team.hello(team.cem, "cem", port: next.port)
            for (text, id) in zip(texts, ids) {
                let (read, push) = try back.message()
                #expect(read == text)
                #expect(push["messageId"] as? String == id)
            }
            let state = try back.ask("get_state", ["key": "release"])
            #expect((state["value"] as? [String: Any])?["version"] as? Int == 3)
            #expect(state["updatedBy"] as? String == "bea")
            let states = try back.ask("list_state")["entries"] as? [[String: Any]]
            #expect(states?.compactMap { $0["key"] as? String } == ["release"])
            let found = try back.ask("recall", ["query": "freeze friday"])
            let memories = found["memories"] as? [[String: Any]]
            #expect(memories?.first?["content"] as? String == "Deployments freeze on Fridays")

            let info = try back.ask("mesh_info")
            #expect(info["mesh"] as? String == team.cem.mesh)
            #expect(info["stateKeys"] as? [String] == ["release"])
            #expect(info["memoryCount"] as? Int == 1)
            #expect(info["yourName"] as? String == "cem")
            // The log is a chain that the end of a broker does not break.
            let sent = try back.ask("audit_query", ["eventType": "message_sent", "limit": 5])
            #expect(sent["total"] as? Int == 20)
            #expect((sent["entries"] as? [[String: Any]])?.count == 5)
            #expect(try back.ask("audit_verify")["valid"] as? Bool == true)
            try await next.end()
        }
    }

    @Test("sessions of one member write to each other by its own key, whoever was there first")
    func siblings() async throws {
        try await Self.withTeam { _, broker, team in
            let first = try team.hello(team.bea, "first", port: broker.port)
            let key = try #require(first.keys?.member.hex)
            // Nobody is there to read it yet.
            try first.tell(key, "early")
            let second = try team.hello(team.bea, "second", port: broker.port)
            #expect(try second.message().text == "early")
            try first.tell(key, "to the second")
            #expect(try second.message().text == "to the second")
            try second.tell(key, "to the first")
            #expect(try first.message().text == "to the first")
            // Another member's mail goes to one of them, and once.
            let cem = try team.hello(team.cem, "cem", port: broker.port)
            for number in 1...3 { try cem.tell(key, "from cem \(number)") }
            for number in 1...3 { #expect(try first.message().text == "from cem \(number)") }
            try first.tell(key, "the last")
            #expect(try second.message().text == "the last")
            try await broker.end()
        }
    }

    @Test("comes into a mesh of this machine by skein invite, and each sees the other come and go")
    func localMesh() async throws {
        try await Place.with { place in
            try await place.settle()
            let made = try await place.skein("invite", "--v1", "--json")
            let report = try #require(try made.json["data"] as? [String: any Sendable])
            let token = try #require(report["token"] as? String)
            let url = try #require(report["broker_url"] as? String)
            let port = try #require(URLComponents(string: url)?.port)
            let (member, answer) = try OldClient.join(
                token: token, seed: Self.seed(31), named: "old", port: port)
            #expect(answer["ok"] as? Bool == true, "\(answer)")
            let client = try OldClient(port: port)
            let ack = try client.hello(member, named: "old", session: Self.seed(32))
            #expect(ack["type"] as? String == "hello_ack", "\(ack)")
            #expect(try client.peers() == ["old"])

            let agent = try place.window(
                ["launch", "--non-interactive", "--name", "dev1", "--agent", "cat"])
            #expect(try client.event("peer_joined")["name"] as? String == "dev1")
            #expect(try client.peers().sorted() == ["dev1", "old"])
            try await eventually("both") { try await place.peerNames().sorted() == ["dev1", "old"] }

            agent.send("\u{4}")
            #expect(try await agent.waitForExit() == .exited(0))
            #expect(try client.event("peer_left")["name"] as? String == "dev1")
            try client.leave()
            try await eventually("nobody") { try await place.peerNames() == [] }
        }
    }
}
