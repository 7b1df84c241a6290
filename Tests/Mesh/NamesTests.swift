import Mesh
import Testing

@Suite("Names of peers and groups")
struct NamesTests {
    @Test("a name is kept without the white space around it")
    func trimming() throws {
        #expect(try PeerName.check(" dev 1\t") == "dev 1")
        #expect(try PeerName.check("名前 🪿") == "名前 🪿")
    }

    @Test(
        "what is no name says why",
        arguments: [
            ("", .empty), (" \n ", .empty),
            (String(repeating: "a", count: 65), .tooLong(characters: 65)),
            (String(repeating: "日", count: 64) + String(repeating: "\u{301}", count: 60),
                .tooLong(characters: 64)),
            ("a\u{1b}[31m", .controlCharacter), ("a\u{202e}b", .controlCharacter),
            ("two\nlines", .controlCharacter), ("a\u{2028}b", .controlCharacter),
        ] as [(String, PeerName.Fault)])
    func faults(name: String, fault: PeerName.Fault) {
        #expect(throws: fault) { try PeerName.check(name) }
    }

    @Test("64 characters are allowed")
    func longest() throws {
        let name = String(repeating: "é", count: 64)
        #expect(try PeerName.check(name) == name)
    }

    @Test(
        "a name from a client without rules is made to fit",
        arguments: [
            ("dev", "dev"), ("  a\u{7}b\r\n", "ab"), ("\u{0}\u{202e}", nil), ("", nil),
            (String(repeating: "x", count: 10_000), String(repeating: "x", count: 64)),
        ] as [(String, String?)])
    func cleaning(name: String, cleaned: String?) throws {
        #expect(PeerName.cleaned(name) == cleaned)
        if let cleaned { #expect(try PeerName.check(cleaned) == cleaned) }
    }

    @Test("a pile of combining marks is no way around the length")
    func marks() throws {
        let pile = "a" + String(repeating: "\u{301}", count: 5000)
        #expect(PeerName.cleaned(pile + "b")?.utf8.count ?? 0 <= PeerName.maximumBytes)
        #expect(throws: PeerName.Fault.self) { try PeerName.check(pile) }
    }

    @Test(
        "group names",
        arguments: [
            ("backend", true), ("backend/api", true), ("équipe_1", true), ("", false),
            ("@backend", false), ("a//b", false), ("/a", false), ("a/", false), ("all", false),
            ("*", false), ("two words", false), ("a\u{0}", false), ("a\nb", false),
        ])
    func groups(name: String, isName: Bool) {
        #expect(GroupRules.isName(name) == isName)
    }

    @Test("joining again replaces the role, leaving takes only what was named")
    func membership() {
        let first = GroupRules.joining(GroupMembership(name: "a", role: "lead"), to: [])
        let both = GroupRules.joining(GroupMembership(name: "b"), to: first)
        #expect(
            GroupRules.joining(GroupMembership(name: "a"), to: both)
                == [GroupMembership(name: "a"), GroupMembership(name: "b")])
        #expect(GroupRules.leaving("a", from: both) == [GroupMembership(name: "b")])
        #expect(GroupRules.leaving("c", from: both) == both)
    }
}
