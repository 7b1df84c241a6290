import Testing

@testable import Mesh

@Suite("The token of an account")
struct AccountTokenTests {
    /// Their checksums are zlib's, computed elsewhere.
    private static let samples: [(text: String, kind: AccountToken.Kind)] = [
        ("sk_session_0000000000000000000000000000004DdUsY", .session),
        ("sk_session_0123456789ABCDEFGHIJabcdefghij1pddlK", .session),
        ("sk_pat_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz3wjPZ2", .personal),
        ("sk_pat_Rk2nXw8Qb1Lz5Vt7Yc3Mh9Pd4Gs6Jf4BI2dm", .personal),
    ]

    @Test("A token is known with its kind", arguments: samples)
    func known(text: String, kind: AccountToken.Kind) throws {
        let token = try #require(AccountToken(text))
        #expect(token.kind == kind)
        #expect(token.text == text)
    }

    @Test("Any one character changed is no token", arguments: samples.map(\.text))
    func changed(text: String) {
        for index in text.indices {
            let other: Character = text[index] == "a" ? "b" : "a"
            var wrong = text
            wrong.replaceSubrange(index...index, with: [other])
            #expect(AccountToken(wrong) == nil, "\(wrong)")
        }
    }

    @Test(
        "What is no token",
        arguments: [
            "", "sk_", "sk_session_", "sk_pat_", "sk_other_0123456789ABCDEFGHIJabcdefghij1pddlK",
            "sk_pat_0123456789ABCDEFGHIJabcdefghij1pddlK",
            "sk_session_0123456789ABCDEFGHIJabcdefghij1pddlK ",
            " sk_session_0123456789ABCDEFGHIJabcdefghij1pddlK",
            "sk_session_0123456789ABCDEFGHIJabcdefghij1pddlK\n",
            "sk_session_0123456789ABCDEFGHIJabcdefghij1pddl",
            "sk_session_0123456789ABCDEFGHIJabcdefghij1pddlKK",
            "SK_SESSION_0123456789ABCDEFGHIJabcdefghij1pddlK",
            "sk_session_é0123456789ABCDEFGHIJabcdefgh1pddlK",
            String(repeating: "sk_session_", count: 10_000),
        ])
    func refused(text: String) {
        #expect(AccountToken(text) == nil)
    }

    @Test("A new one is read back, and differs from the next", arguments: AccountToken.Kind.allCases)
    func made(kind: AccountToken.Kind) {
        var generator = SystemRandomNumberGenerator()
        let tokens = (0..<50).map { _ in
            AccountToken.make(kind) { UInt8.random(in: .min ... .max, using: &generator) }
        }
        for token in tokens {
            #expect(AccountToken(token.text) == token)
            #expect(token.kind == kind)
        }
        #expect(Set(tokens).count == 50)
    }

    @Test("It does not tell itself")
    func silent() throws {
        let text = "sk_pat_Rk2nXw8Qb1Lz5Vt7Yc3Mh9Pd4Gs6Jf4BI2dm"
        let token = try #require(AccountToken(text))
        var dumped = ""
        dump(token, to: &dumped)
        for told in ["\(token)", String(reflecting: token), dumped, "\([token])"] {
            #expect(!told.contains("Rk2nXw8"), "\(told)")
        }
    }

    @Test("The checksum is that of IEEE 802.3")
    func checksum() {
        #expect(CRC32.of("123456789".utf8) == 0xcbf4_3926)
        #expect(CRC32.of([]) == 0)
        #expect(Base62.digits(.max, width: 6) == "4gfFC3")
    }
}
