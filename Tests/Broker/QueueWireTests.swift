import Broker
import Testing

/// Mail that waits, what releases and what ends it (protocol decisions 6–9), over the wire.
@Suite("Mail that waits, over the wire")
struct QueueWireTests {
    static let bobKey = TestBroker.bob.keys.publicHex
    static let session12 = WireKeys(seed: 12).publicHex

    @Test("mail waits for seven days, then its sender is told that it expired")
    func sevenDays() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.joinSkein(TestBroker.ada, session: 11)
            try await ada.mail(to: Self.bobKey, "in time", id: "early")
            await broker.advance(seconds: 3600)
            try await ada.mail(to: Self.bobKey, "later", id: "late")
            await broker.advance(seconds: 7 * 24 * 3600 - 1800)
            let told = try await ada.settled().filter { $0.type == "receipt" }
            #expect(told.map { $0["messageId"]?.string } == ["early"])
            #expect(told.first?["state"]?.string == "expired")
            #expect(told.first?["recipient"]?.string == Self.bobKey)
            let bob = try await broker.join(TestBroker.bob, session: 12)
            #expect(try await bob.words() == ["later"])
        }
    }

    @Test("a full queue refuses in words, keeps what it has, and takes again when there is room")
    func queueFull() async throws {
        let small = BrokerConfiguration(helloSeconds: 600, queueBytesPerMesh: 4096)
        try await TestBroker.run(small) { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            var kept = 0
            while kept < 100 {
                let ack = try await ada.mail(to: Self.bobKey, "\(kept)", id: "q\(kept)")
                if ack.code == "queue_full" { break }
                #expect(ack.isQueued)
                kept += 1
            }
            #expect((4..<100).contains(kept))
            let bob = try await broker.join(TestBroker.bob, session: 12)
            #expect(try await bob.words() == (0..<kept).map(String.init))
            #expect(try await ada.mail(to: Self.bobKey, "room").isQueued)
            #expect(try await bob.words() == ["room"])
        }
    }

    @Test("a session of old that ended is refused; what waited for it is expired, and told")
    func endedOld() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.joinSkein(TestBroker.ada, session: 11)
            let bob = try await broker.join(TestBroker.bob, session: 12)
            bob.send(#"{"type":"set_status","status":"working"}"#)
            _ = try await bob.settled()
            try await ada.mail(to: Self.session12, "held", id: "held")
            try await bob.leave()
            let told = try await ada.settled().filter { $0.type == "receipt" }
            #expect(told.map { $0["state"]?.string } == ["expired"])
            #expect(told.first?["messageId"]?.string == "held")
            #expect(try await ada.mail(to: Self.session12, "too late").code == "session_ended")
        }
    }

    @Test("mail for a session of skein/1 that ended goes to its member's observer")
    func endedSkein() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.joinSkein(TestBroker.ada, session: 11)
            let bob = try await broker.joinSkein(TestBroker.bob, session: 12)
            bob.send(#"{"type":"set_status","status":"working"}"#)
            _ = try await bob.settled()
            try await ada.mail(to: Self.session12, "held")
            try await bob.leave()
            #expect(try await ada.mail(to: Self.session12, "after").isQueued)
            let observer = try await broker.joinSkein(TestBroker.bob) { $0.isObserver = true }
            #expect(try await observer.words() == ["held", "after"])
        }
    }

    @Test("who blocked somebody does not hear him through a session that ended, either")
    func endedAndBlocked() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.joinSkein(TestBroker.ada, session: 11)
            let bob = try await broker.joinSkein(TestBroker.bob, session: 12)
            let observer = try await broker.joinSkein(TestBroker.bob) { $0.isObserver = true }
            let blocked = #","grants":{"\#(TestBroker.ada.keys.publicHex)":[]}"#
            #expect(try await observer.answer("set_grants", blocked).answer.type == "ack")
            try await bob.leave()
            #expect(try await ada.mail(to: Self.session12, "hear me").isQueued)
            #expect(try await observer.words() == [])
        }
    }

    @Test("what was held comes by priority, then by time", arguments: [false, true])
    func release(speaksSkein: Bool) async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let bob = try await broker.join(TestBroker.bob, session: 12) {
                $0.speaksSkein = speaksSkein
            }
            bob.send(#"{"type":"set_status","status":"dnd"}"#)
            _ = try await bob.settled()
            for (words, priority) in [
                ("l1", "low"), ("n1", "next"), ("l2", "low"), ("n2", "next"), ("now", "now"),
            ] {
                try await ada.mail(to: Self.session12, words, priority)
            }
            #expect(try await bob.words() == ["now"])
            bob.send(#"{"type":"set_status","status":"idle"}"#)
            #expect(
                try await bob.words() == (speaksSkein ? ["n1", "n2"] : ["n1", "n2", "l1", "l2"]))
            guard speaksSkein else { return }
            let (pulled, page) = try await bob.answer("inbox_pull", #","priorities":["low"],"limit":1"#)
            #expect(pulled.compactMap(\.words) == ["l1"] && page["pushed"]?.int == 1)
        }
    }

    @Test(
        "the same id is one message: acknowledged again, kept and shown once",
        arguments: [false, true])
    func dedupe(speaksSkein: Bool) async throws {
        try await TestBroker.run { broker in
            var ada = try await broker.join(TestBroker.ada, session: 11) {
                $0.speaksSkein = speaksSkein
            }
            let id = "0198c0de-0000-7000-8000-000000000001"
            let first = try await ada.mail(to: Self.bobKey, "once", id: id, nonce: "AAAA")
            #expect(first.isQueued)
            // The ack was lost with the connection.
            try await ada.drop()
            try await broker.restart()
            ada = try await broker.join(TestBroker.ada, session: 11) {
                $0.speaksSkein = speaksSkein
            }
            let second = try await ada.mail(to: Self.bobKey, "once", id: id, nonce: "AAAA")
            #expect(second == first)
            if speaksSkein { #expect(first["messageId"]?.string == id) }
            let bob = try await broker.join(TestBroker.bob, session: 12)
            #expect(try await bob.words() == ["once"])
            #expect(try await ada.mail(to: Self.bobKey, "once", id: id, nonce: "AAAA") == first)
            #expect(try await bob.words() == [])
        }
    }

    @Test("nothing acknowledged is lost with the broker", arguments: [false, true])
    func restart(isPowerCut: Bool) async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            for number in 0..<20 {
                #expect(try await ada.mail(to: Self.bobKey, "\(number)").isQueued)
            }
            func check(_ broker: TestBroker) async throws {
                let bob = try await broker.join(TestBroker.bob, session: 12)
                #expect(try await bob.words() == (0..<20).map(String.init))
                try await broker.restart()
                let again = try await broker.join(TestBroker.bob, session: 12)
                #expect(try await again.words() == [])
            }
            if isPowerCut { return try await broker.afterPowerCut(check) }
            try await broker.restart()
            try await check(broker)
        }
    }

    @Test("a full disk refuses mail, serves presence, and takes mail again by itself")
    func diskFull() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            #expect(try await ada.mail(to: Self.bobKey, "before").isQueued)
            try await broker.fillDisk(true)
            let long = String(repeating: "x", count: 40_000)
            #expect(try await ada.mail(to: Self.bobKey, long).code == "disk_full")
            let watcher = try await broker.joinSkein(TestBroker.ada, session: 14)
            _ = try await watcher.answer("watch_presence")
            let bob = try await broker.join(TestBroker.bob, session: 12)
            #expect(try await watcher.frame()["joined"]?.list?.count == 1)
            #expect(try await bob.words() == ["before"])
            bob.send(#"{"type":"set_summary","summary":"here"}"#)
            _ = try await bob.listPeers()
            #expect(try await ada.listPeers().contains { $0["summary"]?.string == "here" })
            try await broker.fillDisk(false)
            #expect(try await ada.mail(to: Self.bobKey, long).isQueued)
            #expect(try await bob.words() == [long])
        }
    }

    @Test(
        "a calendar that is set by an hour loses no mail and no presence",
        arguments: [Int64(3600), -3600])
    func wrongCalendar(seconds: Int64) async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let bob = try await broker.joinSkein(TestBroker.bob, session: 12)
            bob.send(#"{"type":"set_status","status":"working"}"#)
            _ = try await bob.settled()
            try await ada.mail(to: Self.session12, "held")
            await broker.setCalendar(secondsWrong: seconds)
            #expect(try await ada.listPeers().count == 2)
            bob.send(#"{"type":"set_status","status":"idle"}"#)
            let message = try await bob.message()
            #expect(message.words == "held")
            bob.keep(message)
            try await ada.mail(to: Self.session12, "after")
            #expect(try await bob.words() == ["after"])
            #expect(try await broker.join(TestBroker.bob, session: 13).listPeers().count == 3)
        }
    }

    @Test("more messages a minute than allowed are refused in words, by member")
    func rateLimit() async throws {
        let slow = BrokerConfiguration(helloSeconds: 600, sendsPerMinute: 5)
        try await TestBroker.run(slow) { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let sibling = try await broker.join(TestBroker.ada, session: 14)
            let bob = try await broker.join(TestBroker.bob, session: 12)
            for number in 0..<5 {
                #expect(try await ada.mail(to: Self.session12, "\(number)").isQueued)
            }
            for sender in [ada, sibling] {
                let ack = try await sender.mail(to: Self.session12, "more")
                #expect(ack.code == "rate_limit" && ack["queued"] == .bool(false))
            }
            #expect(try await bob.mail(to: Self.bobKey, "not he").isQueued)
            await broker.advance(seconds: 13)
            #expect(try await sibling.mail(to: Self.session12, "again").isQueued)
        }
    }

    @Test("a thousand sessions that connect again at once are in the list once each")
    func stampede() async throws {
        try await TestBroker.run { broker in
            var members: [TestBroker.Member] = []
            for number in 0..<20 {
                members.append(
                    TestBroker.Member(
                        id: "member-\(number)", name: "m\(number)",
                        keys: WireKeys(seed: UInt8(100 + number))))
                try await broker.admit(members[number])
            }
            let observer = try await broker.joinSkein(TestBroker.ada) { $0.isObserver = true }
            for round in 0..<2 {
                var clients: [WireClient] = []
                for number in 0..<1000 {
                    let client = try await WireClient.connect(port: broker.port)
                    client.send(
                        broker.hello(members[number % 20])
                            .changed {
                                $0.sessionID = "s\(number)"
                                $0.speaksSkein = true
                            }.json)
                    clients.append(client)
                }
                for client in clients { #expect(try await client.frame().type == "hello_ack") }
                let peers = try await observer.listPeers()
                #expect(peers.count == 1000)
                #expect(Set(peers.map { $0["sessionId"]?.string }).count == 1000)
                if round == 0 { for client in clients { client.kill() } }
            }
        }
    }
}
