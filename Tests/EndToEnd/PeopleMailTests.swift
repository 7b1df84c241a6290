import Foundation
import TestSupport
import Testing

@Suite("Mail between two people, each with a home of their own")
struct PeopleMailTests {
    @Test("a receipt says how far a message is, and never more than is so")
    func receipts() async throws {
        try await TwoHomes.with { world in
            let (ana, bob) = (world.ana, world.bob)
            let id = try await ana.send("bob", "Grüße 🦢")
            // Nobody of bob's is there.
            try await eventually("the broker") { try await ana.state(of: id) == "stored" }
            #expect(try await ana.receipts(id).2.first?.name == "bob")

            // His relay takes it; he has not read it.
            let kept = try await bob.letters("--keep", wait: "10s")
            #expect(kept.map(\.text) == ["Grüße 🦢"])
            try await eventually("it to be in his inbox") { try await ana.state(of: id) == "acked" }
            let plain = try await ana.skein("message", id)
            #expect(plain.output.contains("in its inbox, not shown"), "\(plain)")
            #expect(!plain.output.contains("elivered"))
            let early = try await ana.skein(
                "send", "bob", "two", "--wait", "shown", "--timeout", "1s")
            #expect(early.status == 4, "\(early)")

            let letters = try await bob.letters()
            #expect(letters.map(\.text) == ["Grüße 🦢", "two"])
            let letter = try #require(letters.first)
            #expect(letter.id == id && letter.from == "ana" && letter.author == "person")
            #expect(letter.trust == "attested" && letter.priority == "next" && letter.hops == 0)
            #expect(letter.fromMemberKey == (try OldKeys(seed: world.owner.seed).hex))
            try await eventually("it to be shown") { try await ana.state(of: id) == "shown" }
            let receipt = try #require(try await ana.receipts(id).2.first)
            #expect(receipt.path == ["stored", "pushed", "acked", "shown"], "\(receipt)")
            #expect(try await bob.letters().isEmpty)
            #expect(try await bob.letters("--all").map(\.text) == ["Grüße 🦢", "two"])
        }
    }

    @Test("sending waits until the other side has printed it")
    func waiting() async throws {
        try await TwoHomes.with { world in
            async let waited = world.ana.skein("send", "bob", "look", "--wait", "shown", "--json")
            #expect(try await world.bob.letter().text == "look")
            let command = try await waited
            #expect(command.status == 0, "\(command)")
            let data = try command.json["data"] as? [String: any Sendable]
            let rows = data?["recipients"] as? [[String: any Sendable]]
            #expect(rows?.first?["state"] as? String == "shown")
        }
    }

    @Test("launches of two homes write to each other by name, key, prefix and name@mesh")
    func launches() async throws {
        try await TwoHomes.with { world in
            let dev = try await RunningLaunch.start(world.ana, "dev")
            let ops = try await RunningLaunch.start(world.bob, "ops")
            try await dev.sees("ops")
            try await ops.sees("dev")
            let row = try #require(try await dev.peers()["ops"])
            let key = try #require(row["id"] as? String)
            for target in ["ops", "OPS", key, String(key.prefix(12)), "ops@team"] {
                let id = try await dev.send(target, "to \(target)")
                let letter = try await ops.letter()
                #expect(letter.text == "to \(target)" && letter.id == id)
                #expect(letter.from == "dev" && letter.author == "agent")
                #expect(letter.trust == "attested" && letter.to == key)
            }
            // What is for a launch is not the person's, nor another's.
            #expect(try await world.bob.letters().isEmpty)
            // An answer goes to the key that it came from.
            try await ops.send("dev", "and a letter")
            let first = try await dev.letter()
            try await dev.send(first.fromKey, "back to you")
            let back = try await ops.letter()
            #expect(back.text == "back to you" && back.answers == first.id && back.hops == 2)
            // The person's, which no name of a launch is.
            try await dev.send("bob", "for the person")
            #expect(try await world.bob.letter().text == "for the person")
            #expect(try await ops.letters().isEmpty)
        }
    }

    @Test("what comes for a launch that ended the person reads; resumed, it has its address again")
    func endedLaunch() async throws {
        try await TwoHomes.with { world in
            let dev = try await RunningLaunch.start(world.ana, "dev")
            let ops = try await RunningLaunch.start(world.bob, "ops")
            try await dev.sees("ops")
            let key = try #require(try await dev.peers()["ops"]?["id"] as? String)
            try await ops.end()
            let id = try await dev.send(key, "are you there?")
            #expect(try await world.bob.letter().text == "are you there?")
            try await eventually("it to be shown") { try await dev.state(of: id) == "shown" }

            let again = try await RunningLaunch.resume(world.bob, "ops", ops.id)
            try await dev.sees("ops")
            #expect(try await dev.peers()["ops"]?["id"] as? String == key)
            try await dev.send(key, "welcome back")
            #expect(try await again.letter().text == "welcome back")
        }
    }

    @Test("siblings write to each other and to their person, who reads what an ended one had not")
    func siblings() async throws {
        try await TwoHomes.with { world in
            let one = try await RunningLaunch.start(world.ana, "one")
            let two = try await RunningLaunch.start(world.ana, "two")
            try await one.sees("two")
            try await one.send("two", "to the other")
            #expect(try await two.letter().text == "to the other")
            for target in ["ana", try OldKeys(seed: world.owner.seed).hex] {
                try await one.send(target, "to \(target)")
                #expect(try await world.ana.letter().text == "to \(target)")
            }
            #expect(try await one.call(["send", "one", "to myself"]).status == 5)
            try await world.ana.send("@all", "to all of us")
            #expect(try await one.letter().text == "to all of us")
            let unread = try await one.send("two", "unread")
            try await eventually("it to come") { try await one.state(of: unread) == "acked" }
            let all = try await two.letters("--keep").map(\.text)
            #expect(all == ["to all of us", "unread"])
            try await two.end()
            #expect(try await world.ana.letters().map(\.text) == all)
            try await eventually("it to be shown") { try await one.state(of: unread) == "shown" }
            #expect(try await world.bob.letter().text == "to all of us")
            // An answer finds the person, also when nobody of theirs is there.
            let id = try await world.bob.send("one", "from bob")
            let letter = try await one.letter()
            #expect(letter.id == id)
            for relay in world.bob.relays { kill(relay, SIGKILL) }
            try await one.send(letter.fromKey, "to bob, away")
            #expect(try await world.bob.letter().text == "to bob, away")
        }
    }

    @Test("a group reaches who is in it, below it, and who is away; everybody reaches everybody")
    func groups() async throws {
        try await TwoHomes.with { world in
            let dev = try await RunningLaunch.start(world.ana, "dev")
            let ops = try await RunningLaunch.start(world.bob, "ops", ["--groups", "backend/db"])
            let doc = try await RunningLaunch.start(world.bob, "doc", ["--groups", "docs"])
            try await dev.sees("ops", "doc")
            try await dev.send("@backend", "to the group")
            let letter = try await ops.letter()
            #expect(letter.text == "to the group" && letter.to == "@backend")
            #expect(letter.trust == "attested" && letter.from == "dev")
            for everyone in ["@all", "*"] {
                let id = try await dev.send(everyone, "to \(everyone)")
                #expect(try await ops.letter().text == "to \(everyone)")
                #expect(try await doc.letter().text == "to \(everyone)")
                try await eventually("both") {
                    let (_, _, receipts) = try await dev.receipts(id)
                    return receipts.count { $0.state == "shown" } >= 2
                }
            }
            #expect(try await dev.letters().isEmpty)
            #expect(try await doc.letters().isEmpty)

            // Bob is away by the groups he left with.
            try await doc.end()
            try await ops.end()
            let id = try await dev.send("@backend", "while you were away")
            let late = try await world.bob.letter()
            #expect(late.text == "while you were away" && late.to == "@backend")
            try await eventually("it to be shown") {
                try await dev.receipts(id).2.map(\.state) == ["shown"]
            }
        }
    }

    @Test("what is for a key that nobody has, or that is none, is seen to be dead, and why")
    func strangers() async throws {
        try await TwoHomes.with { world in
            try await world.ana.send("bob", "so that all is up")
            #expect(try await world.bob.letter().text == "so that all is up")
            let stranger = try OldKeys(seed: [UInt8](repeating: 99, count: 32)).hex
            let none = [String(repeating: "0", count: 64), String(repeating: "f", count: 64)]
            for key in [stranger] + none {
                let sent = try await world.ana.skein("send", key, "hello?", "--json")
                guard sent.status == 0 else {
                    // Refused at once is as well.
                    #expect(sent.status == 5 || sent.status == 3, "\(sent)")
                    #expect(key != stranger)
                    continue
                }
                let data = try sent.json["data"] as? [String: any Sendable]
                let id = try #require(data?["id"] as? String)
                try await eventually("\(key) to be given up", within: .seconds(10)) {
                    try await world.ana.receipts(id).state == "dead"
                }
                #expect(try await world.ana.receipts(id).reason?.isEmpty == false)
            }
            // And it goes on.
            try await world.ana.send("bob", "after")
            #expect(try await world.bob.letter().text == "after")
        }
    }

    @Test("a name of several, or of nobody, is refused with the choices, and nothing is sent")
    func choices() async throws {
        try await TwoHomes.with { world in
            let dev = try await RunningLaunch.start(world.ana, "dev")
            let one = try await RunningLaunch.start(world.bob, "twin")
            let two = try await RunningLaunch.start(world.bob, "twin")
            try await eventually("the twins", within: .seconds(10)) {
                let rows = try await dev.data(["peers"])["peers"] as? [[String: any Sendable]]
                return rows?.count { $0["name"] as? String == "twin" } == 2
            }
            for (target, named) in [("twin", "twin"), ("twim", "twin"), ("abcdef12", "dev")] {
                let refused = try await dev.call(["send", target, "x"])
                #expect(refused.status == 5, "\(refused)")
                #expect(refused.errors.contains(named) || target == "abcdef12", "\(refused)")
            }
            let rows = try #require(
                try await dev.data(["peers"])["peers"] as? [[String: any Sendable]])
            for row in rows where row["name"] as? String == "twin" {
                let key = try #require(row["id"] as? String)
                let refused = try await dev.call(["send", "twin", "x"])
                // What is offered can be typed.
                let word = refused.errors.split { !$0.isHexDigit }
                    .first { $0.count >= 8 && key.hasPrefix($0) }
                try await dev.send(String(try #require(word, "\(refused)")), "you alone")
            }
            #expect(try await one.letter().text == "you alone")
            #expect(try await two.letter().text == "you alone")
            #expect(try await one.letters().isEmpty)
            #expect(try await two.letters().isEmpty)
            let queue = try await dev.data(["queue", "list"])["messages"] as? [any Sendable]
            #expect(queue?.isEmpty == true)
        }
    }
}
