import Foundation
import Testing

/// The faults of status that clients of old met (wire protocol, section 9.4), one test each.
@Suite("Status, over the wire")
struct StatusFaultTests {
    /// A peer with its hook's token.
    static func hooked(
        _ broker: TestBroker, session: UInt8
    ) async throws -> (WireClient, token: String) {
        let hello = broker.hello(TestBroker.bob, session: session)
            .changed { $0.speaksSkein = true }
        let (client, ack) = try await broker.greet(hello)
        return (client, try #require(ack["hookToken"]?.string))
    }

    static func hook(_ broker: TestBroker, _ token: String?, _ body: String) async throws -> Json {
        let answer = try await PageSocketTests.ask(
            broker.port, "POST /hook/set-status", body,
            token.map { ["Authorization: Bearer \($0)"] } ?? [])
        return try PageSocketTests.json(answer)
    }

    static func status(_ client: WireClient, session: UInt8) async throws -> String? {
        let key = WireKeys(seed: session).publicHex
        return try await client.listPeers().first { $0["pubkey"]?.string == key }?["status"]?.string
    }

    @Test("S1: a change is pushed to who watches, without being asked for")
    func pushed() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.joinSkein(TestBroker.ada, session: 11)
            let bob = try await broker.join(TestBroker.bob, session: 12)
            let snapshot = try await ada.answer("watch_presence").answer
            var revision = try #require(snapshot["revision"]?.int)
            for status in ["working", "dnd", "idle"] {
                bob.send(#"{"type":"set_status","status":"\#(status)"}"#)
                let delta = try await ada.frame()
                #expect(delta.type == "presence_delta")
                #expect(delta["revision"]?.int == revision + 1)
                #expect(delta["changed"]?.list?.first?["status"]?.string == status)
                revision += 1
                // Past the time within which changes are joined.
                await broker.advance(seconds: 1)
            }
        }
    }

    @Test("S2: a turn of more than a minute is shown as working while its hooks say so")
    func longTurn() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let (bob, token) = try await Self.hooked(broker, session: 12)
            _ = try await Self.hook(broker, token, #"{"status":"working","tool_open":true}"#)
            for _ in 0..<5 {
                try await GhostTests.pass(seconds: 80, broker, [ada, bob])
                #expect(try await Self.status(ada, session: 12) == "working")
            }
            // A tool call that never ends is ended by its own limit.
            try await GhostTests.pass(seconds: 600, broker, [ada, bob])
            #expect(try await Self.status(ada, session: 12) == "idle")
        }
    }

    @Test("S3: two sessions in one directory have a status each, and nobody sets another's")
    func oneDirectory() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let (_, first) = try await Self.hooked(broker, session: 12)
            let (_, second) = try await Self.hooked(broker, session: 13)
            #expect(first != second)
            #expect(
                try await Self.hook(broker, first, #"{"status":"working"}"#)["ok"] == .bool(true))
            #expect(try await Self.status(ada, session: 12) == "working")
            #expect(try await Self.status(ada, session: 13) == "idle")
            let old = #"{"cwd":"/work","status":"dnd","pid":4242}"#
            #expect(try await Self.hook(broker, nil, old)["ok"] != .bool(true))
            #expect(try await Self.hook(broker, "not" + second, old)["ok"] != .bool(true))
            #expect(try await Self.status(ada, session: 13) == "idle")
        }
    }

    @Test("S4: the broker reads nobody's disk: what was said by hand stands when mail is fetched")
    func noGuessing() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let bob = try await broker.join(TestBroker.bob, session: 12)
            bob.send(#"{"type":"set_status","status":"working"}"#)
            _ = try await bob.listPeers()
            await broker.advance(seconds: 45)
            try await ada.mail(to: WireKeys(seed: 12).publicHex, "held")
            #expect(try await bob.words() == [])
            #expect(try await Self.status(ada, session: 12) == "working")
        }
    }

    @Test("S5: waiting for permission is seen by who watches, and is working to clients of old")
    func waiting() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.joinSkein(TestBroker.ada, session: 11)
            let old = try await broker.join(TestBroker.ada, session: 14)
            let (_, token) = try await Self.hooked(broker, session: 12)
            _ = try await ada.answer("watch_presence")
            _ = try await Self.hook(broker, token, #"{"status":"working","waiting":true}"#)
            await broker.advance(seconds: 1)
            let patch = try await ada.settled().compactMap { $0["changed"]?.list?.first }.last
            #expect(patch?["status"]?.string == "working" && patch?["waiting"] == .bool(true))
            #expect(try await Self.status(old, session: 12) == "working")
        }
    }

    @Test("a hook's working holds mail, its idle releases it; dnd by hand is no hook's to end")
    func hooksAndGates() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let (bob, token) = try await Self.hooked(broker, session: 12)
            let key = WireKeys(seed: 12).publicHex
            _ = try await Self.hook(broker, token, #"{"status":"working"}"#)
            try await ada.mail(to: key, "next")
            try await ada.mail(to: key, "now", "now")
            let urgent = try await bob.message()
            #expect(urgent.words == "now")
            bob.keep(urgent)
            _ = try await Self.hook(broker, token, #"{"status":"idle"}"#)
            #expect(try await bob.words() == ["next"])
            bob.send(#"{"type":"set_status","status":"dnd"}"#)
            _ = try await bob.settled()
            for status in ["idle", "working"] {
                _ = try await Self.hook(broker, token, #"{"status":"\#(status)"}"#)
                #expect(try await Self.status(ada, session: 12) == "dnd")
            }
        }
    }
}
