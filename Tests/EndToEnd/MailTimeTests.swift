import Foundation
import TestSupport
import Testing

@Suite("When mail comes: by priority, at its time, and after whatever was down")
struct MailTimeTests {
    @Test("now reaches a launch that works, next waits until it is idle, low until it is asked for")
    func priorities() async throws {
        try await TwoHomes.with { world in
            let ops = try await RunningLaunch.start(world.bob, "ops")
            try await world.ana.sees("ops")
            #expect(try await ops.call(["status", "set", "working"]).status == 0)
            try await eventually("it to work") {
                try await world.ana.peers()["ops"]?["status"] as? String == "working"
            }
            let low = try await world.ana.send("ops", "low", "--priority", "low")
            let held = try await world.ana.skein("send", "ops", "next")
            #expect(held.status == 0 && held.output.contains("ops is working"), "\(held)")
            let next = held.output.split { $0.isWhitespace }.last.map(String.init) ?? ""
            let now = try await world.ana.send("ops", "now", "--priority", "now")
            try await eventually("now") { try await world.ana.state(of: now) == "acked" }
            #expect(try await world.ana.state(of: next) == "stored")

            #expect(try await ops.call(["status", "set", "idle"]).status == 0)
            try await eventually("next") { try await world.ana.state(of: next) == "acked" }
            #expect(try await world.ana.state(of: low) == "stored")
            // The inbox is in the order in which they came; what was held back is asked for last.
            #expect(try await ops.letters().map(\.text) == ["now", "next"])
            let last = try await ops.letters()
            #expect(last.map(\.text) == ["low"] && last.map(\.priority) == ["low"])
            try await eventually("low") { try await world.ana.state(of: low) == "shown" }
        }
    }

    @Test("what is for later waits for its time, also where the relay is killed meanwhile")
    func scheduled() async throws {
        try await TwoHomes.with { world in
            let begun = ContinuousClock.now
            let id = try await world.ana.send("bob", "later", "--in", "2s")
            let (state, _, _) = try await world.ana.receipts(id)
            #expect(state == "scheduled")
            for relay in world.ana.relays { kill(relay, SIGKILL) }
            // Whatever is asked next starts another one.
            let queue = try await world.ana.data(["queue", "list"])["messages"]
            let rows = try #require(queue as? [[String: any Sendable]])
            #expect(rows.map { $0["id"] as? String } == [id])
            #expect(try await world.bob.letter().text == "later")
            #expect(ContinuousClock.now - begun >= .seconds(2))
        }
    }

    @Test("with no broker, mail is taken, is seen to wait and why, and comes when one is back")
    func brokerDown() async throws {
        try await TwoHomes.with { world in
            // They have seen each other.
            try await world.ana.send("bob", "before")
            #expect(try await world.bob.letter().text == "before")
            try await world.broker.end(SIGKILL)

            let sent = try await world.ana.skein("send", "bob", "during", "--json")
            #expect(sent.status == 0, "\(sent)")
            let data = try sent.json["data"] as? [String: any Sendable]
            let id = try #require(data?["id"] as? String)
            let rows = try #require(
                try await world.ana.data(["queue", "list"])["messages"]
                    as? [[String: any Sendable]])
            #expect(rows.map { $0["id"] as? String } == [id])
            #expect(rows.first?["state"] as? String == "waiting")
            #expect((rows.first?["reason"] as? String)?.isEmpty == false, "\(rows)")
            let (state, reason, _) = try await world.ana.receipts(id)
            #expect(state == "waiting" && reason?.isEmpty == false)
            for relay in world.ana.relays { kill(relay, SIGKILL) }

            let again = try await world.startBroker()
            async let synced = world.ana.skein("sync", "--wait", "10s")
            #expect(try await world.bob.letter().text == "during")
            #expect(try await synced.status == 0)
            try await eventually("it to be shown") {
                try await world.ana.state(of: id) == "shown"
            }
            let left = try await world.ana.data(["queue", "list"])["messages"] as? [any Sendable]
            #expect(left?.isEmpty == true)
            try await again.end()
        }
    }
}
