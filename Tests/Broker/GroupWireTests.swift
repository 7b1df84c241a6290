import Testing

/// Whom mail reaches, sealed or not, and what its sender is told (protocol decisions 10, 11, 13
/// and 14), over the wire.
@Suite("Groups, blocks and receipts, over the wire")
struct GroupWireTests {
    static let adaKey = TestBroker.ada.keys.publicHex
    static let bobKey = TestBroker.bob.keys.publicHex
    static let cydKey = TestBroker.cyd.keys.publicHex
    static let session12 = WireKeys(seed: 12).publicHex

    /// As skein/1 seals a body's key.
    static func sealed(_ members: [String]) -> String {
        let keys = members.map { #"{"member":"\#($0)","key":"\#(key(for: $0))"}"# }
        return #","keys":[\#(keys.joined(separator: ","))]"#
    }

    static func key(for member: String) -> String { WireClient.base64("for " + member.prefix(8)) }

    static func states(_ frames: [Json], of id: String) -> [String] {
        frames.filter { $0.type == "receipt" && $0["messageId"]?.string == id }
            .compactMap { $0["state"]?.string }
    }

    @Test("a group has its subgroups, and nothing that only begins like it")
    func hierarchy() async throws {
        try await TestBroker.run { broker in
            try await broker.admit(TestBroker.cyd)
            let ada = try await broker.join(TestBroker.ada, session: 11) { $0.groups = [("a", nil)] }
            let below = try await broker.join(TestBroker.bob, session: 12) {
                $0.groups = [("a/b/c", nil), ("a/b", nil)]
            }
            let at = try await broker.join(TestBroker.cyd, session: 15) { $0.groups = [("a", nil)] }
            let beside = try await broker.join(TestBroker.cyd, session: 16) {
                $0.groups = [("ab", nil)]
            }
            for target in ["@a", "@a/b", "@a/b/c", "@a/b/c/d", "@b"] {
                #expect(try await ada.mail(to: target, target).isQueued)
            }
            #expect(try await below.words() == ["@a", "@a/b", "@a/b/c"])
            #expect(try await at.words() == ["@a"])
            #expect(try await nothingReached(beside, ada))
        }
    }

    @Test("a member that is away gets what was for its groups and their parents")
    func queuedHierarchy() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.joinSkein(TestBroker.ada, session: 11)
            let change =
                #","memberId":"\#(TestBroker.bob.id)","changes":{"groups":[{"name":"a/b"}]}"#
            #expect(try await ada.answer("change_member", change).answer.type == "ack")
            let old = try await broker.join(TestBroker.ada, session: 14)
            for target in ["@a", "@a/b", "@a/b/c", "@ab"] { try await old.mail(to: target, target) }
            let bob = try await broker.join(TestBroker.bob, session: 12)
            #expect(try await bob.words() == ["@a", "@a/b"])
        }
    }

    @Test("who is hidden hears what is for it alone, and nothing for many")
    func hidden() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let bob = try await broker.join(TestBroker.bob, session: 12) { $0.groups = [("a", nil)] }
            #expect(try await bob.answer("set_visible", #","visible":false"#).answer.type == "ack")
            for target in ["@all", "*", "@a", Self.session12, Self.bobKey] {
                #expect(try await ada.mail(to: target, target).isQueued)
            }
            #expect(try await bob.words() == [Self.session12, Self.bobKey])
            #expect(try await ada.listPeers().count == 1)
            let told = try await ada.settled().compactMap { $0["event"]?.string }
            #expect(told == ["peer_joined", "peer_hidden"])
        }
    }

    @Test("hello_ack goes before whatever waits, and mail of one member's key keeps to one session")
    func helloFirst() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            for number in 0..<5 { try await ada.mail(to: Self.bobKey, "\(number)") }
            let (bob, first) = try await broker.greet(broker.hello(TestBroker.bob, session: 12))
            #expect(first.type == "hello_ack")
            #expect(try await bob.words() == (0..<5).map(String.init))
            let sibling = try await broker.join(TestBroker.bob, session: 13)
            for number in 5..<10 { try await ada.mail(to: Self.bobKey, "\(number)") }
            #expect(try await bob.words() == (5..<10).map(String.init))
            #expect(try await nothingReached(sibling))
            try await bob.leave()
            try await ada.mail(to: Self.bobKey, "10")
            #expect(try await sibling.words() == ["10"])
        }
    }

    @Test("a sealed body brings each member its own key, and reaches who is away")
    func sealedBody() async throws {
        try await TestBroker.run { broker in
            try await broker.admit(TestBroker.cyd)
            let ada = try await broker.joinSkein(TestBroker.ada, session: 11)
            let bob = try await broker.joinSkein(TestBroker.bob, session: 12) {
                $0.groups = [("ops/db", nil)]
            }
            let id = "0198c0de-0000-7000-8000-00000000000a"
            let ack = try await ada.mail(
                to: "@ops", "body", id: id, more: Self.sealed([Self.bobKey, Self.cydKey]))
            #expect(ack.isQueued && ack["messageId"]?.string == id)
            let cyd = try await broker.joinSkein(TestBroker.cyd) { $0.isObserver = true }
            for (client, member) in [(bob, Self.bobKey), (cyd, Self.cydKey)] {
                let push = try await client.message()
                #expect(push["messageId"]?.string == id && push.words == "body")
                #expect(push["sealedKey"]?.string == Self.key(for: member))
                #expect(push["targetSpec"]?.string == "@ops" && push["unencrypted"] == nil)
                #expect(!"\(push)".contains(Self.key(for: member == Self.bobKey ? Self.cydKey : Self.bobKey)))
                client.keep(push, more: #","shown":true"#)
                _ = try await client.settled()
            }
            let status = try await ada.status(of: id)
            #expect(status["delivered"] == .bool(true))
            for recipient in try #require(status["recipients"]?.list) {
                #expect(recipient["receipts"]?.keys.isSuperset(of: ["stored", "pushed", "shown", "acked"]) == true)
            }
        }
    }

    @Test("a session of old is skipped where a body is sealed, and the sender told why")
    func cannotRead() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.joinSkein(TestBroker.ada, session: 11)
            let old = try await broker.join(TestBroker.bob, session: 12) { $0.groups = [("ops", nil)] }
            try await ada.mail(to: "@ops", "body", id: "g", more: Self.sealed([Self.bobKey]))
            #expect(try await nothingReached(old))
            let status = try await ada.status(of: "g")
            let recipient = try #require(status["recipients"]?.list?.first)
            #expect(recipient["reason"]?.string == "unencrypted")
            #expect(recipient["receipts"]?["refused"] != nil)
            let receipts = try await ada.settled().filter { $0.type == "receipt" }
            #expect(receipts.map { $0["state"]?.string } == ["refused"])
            #expect(receipts.first?["reason"]?.string == "unencrypted")
        }
    }

    @Test("what was sealed for a member that was away waits for who can read it")
    func sealedWaits() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.joinSkein(TestBroker.ada, session: 11)
            try await ada.mail(to: "@all", "body", id: "g", more: Self.sealed([Self.bobKey]))
            let old = try await broker.join(TestBroker.bob, session: 12)
            #expect(try await nothingReached(old))
            let observer = try await broker.joinSkein(TestBroker.bob) { $0.isObserver = true }
            let push = try await observer.message()
            #expect(push.words == "body" && push["sealedKey"]?.string == Self.key(for: Self.bobKey))
        }
    }

    @Test("the mesh may allow plaintext: then it is taken, and marked wherever it is shown")
    func allowPlaintext() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.joinSkein(TestBroker.ada, session: 11)
            let bob = try await broker.joinSkein(TestBroker.bob, session: 12)
            #expect(
                try await bob.answer("change_mesh", #","allowPlaintext":true"#).answer.code == "forbidden")
            #expect(try await ada.mail(to: "@all", "plain").code == "unencrypted")
            #expect(
                try await ada.answer("change_mesh", #","allowPlaintext":true"#).answer.type == "ack")
            #expect(try await ada.mail(to: "@all", "plain").isQueued)
            let push = try await bob.message()
            #expect(push.words == "plain" && push["unencrypted"] == .bool(true))
        }
    }

    @Test("who was put out reads nothing new, and is no recipient")
    func putOut() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.joinSkein(TestBroker.ada, session: 11)
            let bob = try await broker.joinSkein(TestBroker.bob, session: 12)
            let target = #","target":"\#(Self.bobKey)""#
            #expect(try await ada.answer("ban", target).answer.type == "ban_ack")
            guard case .close(let code, _) = try await bob.closing() else { return }
            #expect(code == 4002)
            #expect(try await ada.mail(to: Self.bobKey, "you?").code == "unknown_recipient")
            #expect(try await ada.mail(to: Self.session12, "you?").isQueued == false)
            try await ada.mail(to: "@all", "body", more: Self.sealed([Self.bobKey]))
            #expect(try await ada.answer("unban", target).answer.type == "unban_ack")
            let again = try await broker.joinSkein(TestBroker.bob, session: 12)
            #expect(try await nothingReached(again))
        }
    }

    @Test("4,096 recipients, and not one more")
    func tooMany() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.joinSkein(TestBroker.ada, session: 11)
            let keys = [String](repeating: Self.bobKey, count: 4097)
            let ack = try await ada.mail(to: "@all", "body", more: Self.sealed(keys))
            #expect(ack.code == "too_many_recipients")
        }
    }

    @Test("a key that is named twice makes one delivery")
    func namedTwice() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.joinSkein(TestBroker.ada, session: 11)
            let bob = try await broker.joinSkein(TestBroker.bob, session: 12)
            let ack = try await ada.mail(
                to: "@all", "body", more: Self.sealed([Self.bobKey, Self.bobKey]))
            #expect(ack.isQueued)
            #expect(try await bob.words() == ["body"])
        }
    }

    @Test("a sender hears pushed, shown and acked, in this order, each once")
    func receipts() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.joinSkein(TestBroker.ada, session: 11)
            let bob = try await broker.joinSkein(TestBroker.bob, session: 12)
            try await ada.mail(to: Self.session12, "a", id: "a")
            try await ada.mail(to: Self.session12, "b", id: "b")
            let first = try await bob.message()
            let second = try await bob.message()
            for _ in 0..<2 { bob.keep(first, more: #","shown":true"#) }
            bob.keep(second, more: #","refused":"cannot be read""#)
            _ = try await bob.settled()
            let told = try await ada.settled()
            #expect(Self.states(told, of: "a") == ["pushed", "shown", "acked"])
            #expect(Self.states(told, of: "b") == ["pushed", "refused"])
            let refusal = told.last { $0["messageId"]?.string == "b" && $0.type == "receipt" }
            #expect(refusal?["reason"]?.string == "cannot be read")
            #expect(told.filter { $0.type == "receipt" }.allSatisfy {
                $0["recipient"]?.string == Self.session12 && $0["at"]?.string?.hasSuffix("Z") == true
            })
        }
    }

    @Test("nobody acknowledges another's mail")
    func foreignAck() async throws {
        try await TestBroker.run { broker in
            try await broker.admit(TestBroker.cyd)
            let ada = try await broker.joinSkein(TestBroker.ada, session: 11)
            let bob = try await broker.joinSkein(TestBroker.bob, session: 12)
            let cyd = try await broker.joinSkein(TestBroker.cyd, session: 15)
            try await ada.mail(to: Self.session12, "mine", id: "m")
            let message = try await bob.message()
            for thief in [cyd, ada] {
                thief.keep(message, more: #","shown":true"#)
                #expect(Self.states(try await thief.settled(), of: "m").allSatisfy { $0 == "pushed" })
            }
            await broker.advance(seconds: 31)
            #expect(try await bob.message() == message)
        }
    }

    @Test("a block is silent: the sender sees what he would if nobody were there")
    func block() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.joinSkein(TestBroker.ada, session: 11)
            let old = try await broker.join(TestBroker.ada, session: 14)
            let bob = try await broker.joinSkein(TestBroker.bob, session: 12)
            let block = #","grants":{"\#(Self.adaKey)":[]}"#
            #expect(try await bob.answer("set_grants", block).answer.type == "ack")
            for sender in [ada, old] {
                for target in [Self.bobKey, Self.session12] {
                    #expect(try await sender.mail(to: target, "hear me").isQueued)
                }
            }
            #expect(try await ada.mail(to: Self.session12, "m", id: "m").isQueued)
            #expect(try await old.mail(to: "@all", "all").isQueued)
            #expect(try await nothingReached(bob))
            let status = try await ada.status(of: "m")
            let recipient = try #require(status["recipients"]?.list?.first)
            #expect(recipient["pubkey"]?.string == Self.session12)
            #expect(["held", "disconnected"].contains(recipient["status"]?.string))
            #expect(!"\(status)".contains("block"))
            await broker.advance(seconds: 8 * 24 * 3600)
            let told = try await ada.settled()
            #expect(Self.states(told, of: "m") == ["expired"])
            #expect(!"\(told)".contains("block"))
            let unblock = #","grants":{"\#(Self.adaKey)":null}"#
            #expect(try await bob.answer("set_grants", unblock).answer.type == "ack")
            #expect(try await ada.mail(to: Self.session12, "friends?").isQueued)
            #expect(try await bob.words() == ["friends?"])
        }
    }

    @Test("grants name what they allow: broadcasts without direct messages, and the other way")
    func grants() async throws {
        try await TestBroker.run { broker in
            let ada = try await broker.join(TestBroker.ada, session: 11)
            let bob = try await broker.joinSkein(TestBroker.bob, session: 12)
            for (grants, expected) in [
                (#"["broadcast"]"#, ["many"]), (#"["dm","read"]"#, ["one"]), ("null", ["one", "many"]),
            ] {
                let entry = #","grants":{"\#(Self.adaKey)":\#(grants)}"#
                #expect(try await bob.answer("set_grants", entry).answer.type == "ack")
                try await ada.mail(to: Self.session12, "one")
                try await ada.mail(to: "@all", "many")
                #expect(try await bob.words() == expected)
            }
        }
    }

    @Test(
        "a send that is wrong is answered by an ack with its id",
        arguments: [
            #""targetSpec":"*","priority":"soon","nonce":"n","ciphertext":"Yg==""#,
            #""targetSpec":"*","priority":"now","ciphertext":"Yg==""#,
            #""targetSpec":"*","priority":"now","nonce":"n""#,
            #""targetSpec":7,"priority":"now","nonce":"n","ciphertext":"Yg==""#,
            #""priority":"now","nonce":"n","ciphertext":"Yg==""#,
        ])
    func wrongSends(fields: String) async throws {
        try await TestBroker.run { broker in
            for speaksSkein in [false, true] {
                let ada = try await broker.join(TestBroker.ada, session: speaksSkein ? 11 : 14) {
                    $0.speaksSkein = speaksSkein
                }
                ada.send(#"{"type":"send","id":"w",\#(fields)}"#)
                let ack = try await ada.frame()
                #expect(ack.type == "ack" && ack["id"]?.string == "w")
                #expect(ack["messageId"]?.string == "" && ack["queued"] == .bool(false))
                #expect(ack["error"]?.string?.contains(": ") == true)
            }
        }
    }
}
