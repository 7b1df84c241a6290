import Foundation
import TestSupport
import Testing

@Suite("Who may write, and who it really is, from the command line")
struct MailGrantTests {
    @Test("a blocked sender sees nothing unusual and reaches nobody; unblocked, what is new comes")
    func blocks() async throws {
        try await TwoHomes.with { world in
            let ops = try await RunningLaunch.start(world.bob, "ops")
            let dev = try await RunningLaunch.start(world.ana, "dev")
            try await dev.sees("ops")
            let before = try await dev.call(["send", "ops", "before"])
            #expect(try await ops.letter().text == "before")
            let blocked = try await world.bob.data(["block", "ana"])
            #expect(blocked["is_blocked"] as? Bool == true)

            let after = try await dev.call(["send", "ops", "blocked"])
            #expect(after.status == 0)
            #expect(
                after.output.split(separator: "\n").dropLast()
                    == before.output.split(separator: "\n").dropLast())
            let group = try await dev.send("@all", "blocked, to all")
            let person = try await world.ana.send("bob", "blocked, to bob")
            try await eventually("the broker to have it") {
                try await world.ana.state(of: person) == "stored"
            }
            #expect(try await dev.receipts(group).2.allSatisfy { $0.state != "refused" })
            #expect(try await dev.peers()["ops"] != nil)

            #expect(try await world.bob.data(["unblock", "ana"])["is_blocked"] as? Bool == false)
            try await dev.send("ops", "after")
            try await world.ana.send("bob", "after")
            #expect(try await ops.letter().text == "after")
            #expect(try await world.bob.letter().text == "after")
            #expect(try await ops.letters().isEmpty)
            #expect(try await world.bob.letters().isEmpty)
            #expect(try await world.ana.state(of: person) == "stored")
        }
    }

    @Test("without broadcast a group's mail does not come, and direct mail does")
    func grants() async throws {
        try await TwoHomes.with { world in
            let ops = try await RunningLaunch.start(world.bob, "ops")
            try await world.ana.sees("ops")
            let row = try await world.bob.data(["revoke", "ana", "broadcast"])
            #expect((row["capabilities"] as? [String])?.contains("broadcast") == false)
            let many = try await world.ana.send("@all", "to all")
            try await eventually("the broker to have it") {
                try await world.ana.receipts(many).state == "sent"
            }
            try await world.ana.send("ops", "to you")
            #expect(try await ops.letter().text == "to you")
            #expect(try await world.bob.skein("grant", "ana", "broadcast").status == 0)
            try await world.ana.send("@all", "to all again")
            #expect(try await ops.letter().text == "to all again")
        }
    }

    @Test("both sides see one safety number; who has compared it sees mail as verified")
    func safetyNumbers() async throws {
        try await TwoHomes.with { world in
            let mine = try await world.ana.data(["verify", "bob"])
            let theirs = try await world.bob.data(["verify", "ana"])
            let number = try #require(mine["safety_number"] as? String)
            #expect(theirs["safety_number"] as? String == number)
            #expect(number.filter(\.isNumber).count == 30)
            #expect(mine["is_verified"] as? Bool == false && mine["former_key"] is NSNull)
            try await world.ana.send("bob", "before")
            #expect(try await world.bob.letter().trust == "attested")
            let done = try await world.bob.data(["verify", "ana", "--confirm"])
            #expect(done["is_verified"] as? Bool == true)
            try await world.ana.send("bob", "after")
            #expect(try await world.bob.letter().trust == "verified")
            #expect(try await world.bob.skein("verify", "ana", "--undo").status == 0)
            try await world.ana.send("bob", "undone")
            #expect(try await world.bob.letter().trust == "attested")
        }
    }

    @Test("who has a name that another key had before is told to be another")
    func changedKey() async throws {
        try await TwoHomes.with { world in
            let first = try world.oldClient("cem", seed: 50)
            try await world.ana.sees("cem")
            #expect(try await world.ana.data(["send", "cem", "hello"])["notes"] as? [String] == [])
            #expect(try first.message().text == "hello")
            try first.leave()
            let second = try world.oldClient("cem", seed: 51)
            let key = try #require(second.keys?.member.hex)
            try await eventually("the other one") {
                try await world.ana.peers()["cem"]?["member_key"] as? String == key
            }
            let sent = try await world.ana.data(["send", "cem", "hello again"])
            let notes = try #require(sent["notes"] as? [String])
            #expect(notes.contains { $0.contains("another key") }, "\(notes)")
            let report = try await world.ana.data(["verify", "cem"])
            #expect(report["former_key"] as? String == first.keys?.member.hex)
        }
    }
}
