import Testing

/// The faults of delivery that clients of old met (wire protocol, section 9.3), one test each.
@Suite("Mail that was lost, doubled or misled, over the wire")
struct LostMailTests {
    static let bobKey = TestBroker.bob.keys.publicHex
    static let session12 = WireKeys(seed: 12).publicHex
    static let session13 = WireKeys(seed: 13).publicHex

    @Test("L1: what two sessions fetch at once goes to one of them, whole and in order")
    func drainedOnce() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            for number in 0..<20 { try await ada.mail(to: Self.bobKey, "\(number)") }
            var received: [[String]] = []
            try await withThrowingTaskGroup(of: [String].self) { group in
                for session in 12..<18 {
                    group.addTask {
                        let bob = try await broker.join(TestBroker.bob, session: UInt8(session))
                        // Every change of a gate is one more drain.
                        bob.send(#"{"type":"set_status","status":"dnd"}"#)
                        bob.send(#"{"type":"set_status","status":"idle"}"#)
                        let words = try await bob.words()
                        try await bob.leave()
                        return words
                    }
                }
                for try await words in group { received.append(words) }
            }
            let all = received.flatMap { $0 }.compactMap { Int($0) }
            #expect(all.sorted() == Array(0..<20))
            for words in received {
                let numbers = words.compactMap { Int($0) }
                #expect(numbers == numbers.sorted())
            }
            let late = try await broker.join(TestBroker.bob, session: 19)
            #expect(try await late.words() == [])
        }
    }

    @Test("L2: two sessions of one member write to each other")
    func siblings() async throws {
        try await TestBroker.run { broker in
            let first = try await broker.join(TestBroker.bob, session: 12)
            let second = try await broker.join(TestBroker.bob, session: 13)
            #expect(try await first.mail(to: Self.session13, "to you").isQueued)
            #expect(try await second.mail(to: Self.session12, "and back").isQueued)
            #expect(try await first.words() == ["and back"])
            #expect(try await second.words() == ["to you"])
        }
    }

    @Test("L3, L13: a push names the keys it was sealed by: the sender's session and its member")
    func senders() async throws {
        try await TestBroker.run { broker in
            let bob = try await broker.join(TestBroker.bob, session: 12)
            let ada = try await broker.join(TestBroker.ada, session: 11) { $0.displayName = "A" }
            let plain = try await broker.join(TestBroker.ada)
            try await ada.mail(to: Self.session12, "by a session")
            try await plain.mail(to: Self.session12, "by the member")
            let pushes = try await bob.messages()
            let member = TestBroker.ada.keys.publicHex
            #expect(
                pushes.map { $0["senderPubkey"]?.string } == [WireKeys(seed: 11).publicHex, member])
            #expect(pushes.map { $0["senderMemberPubkey"]?.string } == [member, member])
            #expect(pushes.map { $0["senderName"]?.string } == ["A", "Ada"])
        }
    }

    @Test("L5: words to a group come as they were sent, marked to those who know the mark")
    func plaintextGroups() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let old = try await broker.join(TestBroker.bob, session: 12) { $0.groups = [("ops", nil)] }
            let new = try await broker.joinSkein(TestBroker.bob, session: 13) {
                $0.groups = [("ops", nil)]
            }
            try await ada.mail(to: "@ops", "grüße", nonce: "AAAA")
            let toOld = try #require(try await old.messages().first)
            let toNew = try #require(try await new.messages().first)
            for push in [toOld, toNew] {
                #expect(push.words == "grüße" && push["nonce"]?.string == "AAAA")
            }
            #expect(toNew["unencrypted"] == .bool(true) && toNew["targetSpec"]?.string == "@ops")
            #expect(toOld["unencrypted"] == nil && toOld["targetSpec"] == nil)
        }
    }

    @Test(
        "L6, L9: a name, part of a key, a channel or a key of nobody is refused, not called sent",
        arguments: [
            ("Bob", "unknown_target"), ("bob", "unknown_target"), ("", "unknown_target"),
            ("#general", "unknown_target"), ("@", "unknown_target"),
            (String(session12.prefix(16)), "unknown_target"),
            (session12.uppercased(), "unknown_target"),
            (WireKeys(seed: 99).publicHex, "unknown_recipient"),
        ])
    func refused(target: String, code: String) async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let bob = try await broker.join(TestBroker.bob, session: 12)
            let ack = try await ada.mail(to: target, "anybody?")
            #expect(ack.code == code)
            #expect(ack["queued"] == .bool(false) && ack["messageId"]?.string == "")
            #expect(ack["error"]?.string?.hasPrefix("\(code): ") == true)
            #expect(try await bob.words() == [])
        }
    }

    @Test("L7: what a socket took and nobody acknowledged comes again, until it is acknowledged")
    func twoPhases() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let bob = try await broker.joinSkein(TestBroker.bob, session: 12)
            try await ada.mail(to: Self.session12, "precious")
            #expect(try await bob.words() == ["precious"])
            // It died with the message in its hands.
            try await bob.drop()
            let again = try await broker.joinSkein(TestBroker.bob, session: 12)
            let message = try await again.message()
            #expect(message.words == "precious")
            // It is there, and silent for longer than a claim holds.
            await broker.advance(seconds: 31)
            let repeated = try await again.message()
            #expect(repeated == message)
            again.keep(repeated)
            _ = try await again.settled()
            await broker.advance(seconds: 31)
            #expect(try await again.words() == [])
            try await again.drop()
            let third = try await broker.joinSkein(TestBroker.bob, session: 12)
            #expect(try await third.words() == [])
        }
    }

    @Test("L7: a socket that is stopped loses nothing: what it did not take is still queued")
    func stoppedSocket() async throws {
        try await TestBroker.run(.init(outboundBytes: 64 << 10, helloSeconds: 600)) { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let slow = try await WireClient.connect(
                port: broker.port, answersPings: false, receiveBuffer: 4096)
            slow.send(broker.hello(TestBroker.bob, session: 12).json)
            #expect(try await slow.frame().type == "hello_ack")
            let long = String(repeating: "x", count: 44_000)
            let count = 120
            for number in 0..<count {
                #expect(try await ada.mail(to: Self.bobKey, "\(number) \(long)").isQueued)
            }
            try await GhostTests.pass(seconds: 100, broker, [ada])
            #expect(try await ada.listPeers().count == 1)
            // What its system had taken before.
            var taken: [Int] = []
            while case .frame(let frame) = try await slow.receive() {
                if let number = Self.number(frame) { taken.append(number) }
            }
            #expect(taken.count < count)
            let again = try await broker.join(TestBroker.bob, session: 12)
            while taken.last != count - 1 {
                guard let number = Self.number(try await again.message()) else { continue }
                taken.append(number)
            }
            // What was half way when the lease ended may come once more.
            #expect(Set(taken) == Set(0..<count) && taken.count <= count + 1)
            #expect(taken == taken.sorted())
        }
    }

    @Test(
        "L7: who comes back to more mail than may wait for a socket gets all of it",
        arguments: [false, true])
    func muchMail(speaksSkein: Bool) async throws {
        try await TestBroker.run(.init(outboundBytes: 64 << 10, helloSeconds: 600)) { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let long = String(repeating: "x", count: 30_000)
            for number in 0..<40 { try await ada.mail(to: Self.bobKey, "\(number) \(long)") }
            let bob = try await broker.join(TestBroker.bob, session: 12) {
                $0.speaksSkein = speaksSkein
            }
            for number in 0..<40 {
                let message = try await bob.message()
                #expect(Self.number(message) == number)
                if speaksSkein { bob.keep(message) }
            }
        }
    }

    private static func number(_ frame: Json) -> Int? {
        frame.words.flatMap { Int($0.prefix { $0 != " " }) }
    }

    @Test("L8: who is away gets its mail when it comes back")
    func offline() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            #expect(try await ada.mail(to: Self.bobKey, "one").isQueued)
            #expect(try await ada.mail(to: Self.bobKey, "two", "low").isQueued)
            #expect(try await ada.mail(to: "@all", "all of you").isQueued)
            await broker.advance(seconds: 6 * 24 * 3600)
            let bob = try await broker.join(TestBroker.bob)
            #expect(try await bob.words() == ["one", "all of you", "two"])
        }
    }

    @Test("L10: a reply to a session that came back reaches it; a broadcast spares one's siblings")
    func replies() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let sibling = try await broker.join(TestBroker.ada, session: 14)
            let bob = try await broker.join(TestBroker.bob, session: 12)
            for target in ["*", "@all"] {
                try await ada.mail(to: target, "to \(target)")
                #expect(try await bob.words() == ["to \(target)"])
                #expect(try await nothingReached(sibling, ada))
            }
            try await ada.drop()
            #expect(try await bob.mail(to: WireKeys(seed: 11).publicHex, "reply").isQueued)
            let again = try await broker.join(TestBroker.ada, session: 11)
            #expect(try await again.words() == ["reply"])
        }
    }

    @Test("L11: mail to a session's key reaches it, not its observer or its siblings")
    func toSession() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let observer = try await broker.joinSkein(TestBroker.bob) { $0.isObserver = true }
            let first = try await broker.joinSkein(TestBroker.bob, session: 12)
            let second = try await broker.joinSkein(TestBroker.bob, session: 13)
            try await ada.mail(to: Self.session13, "to the second")
            #expect(try await second.words() == ["to the second"])
            #expect(try await nothingReached(first, observer))
        }
    }

    @Test("L12: mail to one's own member key goes to one other session, not back and not to all")
    func toOwnMember() async throws {
        try await TestBroker.run { broker in
            let first = try await broker.join(TestBroker.bob, session: 12)
            let second = try await broker.join(TestBroker.bob, session: 13)
            let third = try await broker.join(TestBroker.bob, session: 14)
            for sender in [first, second] {
                #expect(try await sender.mail(to: Self.bobKey, "to myself").isQueued)
            }
            let received = try await [first.words(), second.words(), third.words()]
            #expect(received.joined().count == 2)
            #expect(received[0].count <= 1 && received[1].count <= 1)
        }
    }

    @Test("L15: what is for one session, member or mesh reaches no other")
    func noLeaks() async throws {
        try await TestBroker.run { broker in
            try await broker.admit(TestBroker.cyd)
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let bob = try await broker.join(TestBroker.bob, session: 12)
            let cyd = try await broker.join(TestBroker.cyd, session: 15)
            try await ada.mail(to: Self.bobKey, "for Bob")
            try await ada.mail(to: Self.session12, "for his session")
            try await ada.mail(to: "@nobody", "for nobody")
            #expect(try await bob.words() == ["for Bob", "for his session"])
            #expect(try await nothingReached(cyd, ada))
        }
    }

    @Test("L17: pushes come in the order in which they were acknowledged to their senders")
    func order() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let bob = try await broker.join(TestBroker.bob, session: 12)
            let count = 200
            for number in 0..<count {
                ada.send(
                    #"{"type":"send","targetSpec":"\#(Self.session12)","priority":"now","#
                        + #""id":"\#(number)","nonce":"n\#(number)","#
                        + #""ciphertext":"\#(WireClient.base64("\(number)"))"}"#)
            }
            var acks: [String] = []
            while acks.count < count {
                let frame = try await ada.frame()
                if frame.type == "ack" { acks.append(frame["messageId"]?.string ?? "") }
            }
            var pushes: [Json] = []
            while pushes.count < count { pushes.append(try await bob.message()) }
            #expect(pushes.compactMap(\.words) == (0..<count).map(String.init))
            #expect(pushes.map { $0["messageId"]?.string ?? "" } == acks)
        }
    }

    @Test("L18: answers name their request, however many are asked at once")
    func requestIDs() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let answers = [
                ("list_peers", "", "peers_list"), ("mesh_info", "", "mesh_info_result"),
                ("get_state", #","key":"k""#, "state_result"), ("list_state", "", "state_list"),
                ("recall", #","query":"q""#, "memory_results"),
                ("message_status", #","messageId":"m""#, "error"),
                ("no_such_verb", "", "error"), ("set_visible", #","visible":true"#, "ack"),
                ("audit_verify", "", "audit_verify_result"),
            ]
            var expected: [String: String] = [:]
            for number in 0..<180 {
                let (verb, fields, answer) = answers[number % answers.count]
                expected["r\(number)"] = answer
                ada.send(#"{"type":"\#(verb)","_reqId":"r\#(number)"\#(fields)}"#)
            }
            while !expected.isEmpty {
                let frame = try await ada.frame()
                let id = try #require(frame["_reqId"]?.string)
                #expect(expected.removeValue(forKey: id) == frame.type)
            }
        }
    }

    @Test("L20: a sender is told whether its mail is held, where nobody is, or delivered")
    func honest() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            func told(_ id: String) async throws -> [Json?] {
                let status = try await ada.status(of: id)
                #expect(status["targetSpec"]?.string == Self.bobKey)
                return [status["delivered"], status["recipients"]?.list?.first?["status"]]
            }
            let sent = try await ada.mail(to: Self.bobKey, "there?")
            let id = try #require(sent["messageId"]?.string)
            #expect(try await told(id) == [.bool(false), .text("disconnected")])
            let bob = try await broker.join(TestBroker.bob, session: 12)
            _ = try await bob.messages()
            #expect(try await told(id) == [.bool(true), .text("delivered")])
            bob.send(#"{"type":"set_status","status":"dnd"}"#)
            _ = try await bob.listPeers()
            let next = try await ada.mail(to: Self.bobKey, "busy?")
            #expect(
                try await told(next["messageId"]?.string ?? "") == [.bool(false), .text("held")])
        }
    }

    @Test("L21: what is no point of the curve is never listed, and never a target")
    func noPoint() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            for key in [
                String(repeating: "f", count: 64), String(repeating: "0", count: 64),
                "01" + String(repeating: "0", count: 62),
            ] {
                let (client, answer) = try await broker.greet(
                    broker.hello(TestBroker.bob, session: 12).changed { $0.sessionKey = key })
                #expect(answer.code == "bad_session_pubkey")
                #expect(
                    try await client.closing() == .close(code: 1008, reason: "bad_session_pubkey"))
                #expect(try await ada.mail(to: key, "hm").isQueued == false)
            }
            #expect(try await ada.listPeers().count == 1)
        }
    }

    @Test("L22: any change that opens the gate releases what was held", arguments: ["idle", "dnd"])
    func released(by status: String) async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let bob = try await broker.join(TestBroker.bob, session: 12)
            bob.send(#"{"type":"set_status","status":"working"}"#)
            _ = try await bob.listPeers()
            try await ada.mail(to: Self.session12, "when you can")
            #expect(try await bob.words() == [])
            bob.send(#"{"type":"set_status","status":"\#(status)"}"#)
            #expect(try await bob.words() == (status == "idle" ? ["when you can"] : []))
        }
    }

    @Test("L23: who is stuck in working is idle after a minute, and gets what was held")
    func stuck() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let bob = try await broker.join(TestBroker.bob, session: 12)
            bob.send(#"{"type":"set_status","status":"working"}"#)
            _ = try await bob.listPeers()
            try await ada.mail(to: Self.session12, "held")
            await broker.advance(seconds: 59)
            #expect(try await bob.words() == [])
            await broker.advance(seconds: 3)
            #expect(try await bob.words() == ["held"])
        }
    }
}
