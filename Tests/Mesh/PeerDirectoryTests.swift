import Mesh
import TestSupport
import Testing

@Suite("Whom a target means")
struct PeerDirectoryTests {
    /// A key that begins so.
    static func key(_ start: String) -> String {
        start + String(repeating: "0", count: 64 - start.count)
    }

    static func peer(
        _ name: String, _ session: String, of member: String, groups: [String] = []
    ) -> Peer {
        Peer(
            id: key(session), memberKey: key(member), name: name,
            statusSince: Moment(milliseconds: 0), role: "reviewer",
            groups: groups.map { GroupMembership(name: $0) }, sessionID: "s",
            connectedAt: Moment(milliseconds: 0), cwd: "/src/" + session)
    }

    static let directory = PeerDirectory(
        peers: [
            peer("dev-1", "a10000001", of: "f1", groups: ["backend/api"]),
            peer("dev-2", "a10000002", of: "f1"),
            peer("Twin", "a2000000001", of: "f2"), peer("Twin", "a2000000002", of: "f2"),
            peer("Case", "b1", of: "f3"), peer("case", "b2", of: "f3"),
            peer("Old Client", "f4", of: "f4"), peer("c0ffee", "b3", of: "f3"),
            peer("near", "c0ffee1", of: "f3"), peer("ada@work", "b4", of: "f3"),
            peer("Grüße 世界", "b5", of: "f3"), peer("Only", "b6", of: "f5"),
        ],
        members: [
            KnownMember(name: "Ada", memberKey: key("f1")),
            KnownMember(name: "Away", memberKey: key("e1")),
            KnownMember(name: "away too", memberKey: key("e2")),
            KnownMember(name: "dev-2", memberKey: key("e3")),
            KnownMember(name: "Same", memberKey: key("e4")),
            KnownMember(name: "Same", memberKey: key("e5")),
            KnownMember(name: "only", memberKey: key("e6")),
        ])

    struct Case: Sendable, CustomStringConvertible {
        var text: String
        var spec: String
        var name: String
        var member: String?
        var isPresent = true
        var description: String { text }

        init(
            _ text: String, _ spec: String, _ name: String, member: String?,
            isPresent: Bool = true
        ) {
            self.text = text
            self.spec = spec
            self.name = name
            self.member = member
            self.isPresent = isPresent
        }
    }

    static let resolved = [
        Case("*", "*", "*", member: nil), Case("@all", "@all", "@all", member: nil),
        Case("@backend", "@backend", "@backend", member: nil),
        Case("@backend/api", "@backend/api", "@backend/api", member: nil),
        Case("@backend/api/x", "@backend/api/x", "@backend/api/x", member: nil, isPresent: false),
        Case("@back", "@back", "@back", member: nil, isPresent: false),
        // Names of those who are there.
        Case("dev-1", key("a10000001"), "dev-1", member: key("f1")),
        Case("DEV-1", key("a10000001"), "dev-1", member: key("f1")),
        Case("Case", key("b1"), "Case", member: key("f3")),
        Case("case", key("b2"), "case", member: key("f3")),
        Case("grüße 世界", key("b5"), "Grüße 世界", member: key("f3")),
        Case("ada@work", key("b4"), "ada@work", member: key("f3")),
        // One who is there comes before a member that had the name, unless only its case differs.
        Case("dev-2", key("a10000002"), "dev-2", member: key("f1")),
        Case("Only", key("b6"), "Only", member: key("f5")),
        Case("only", key("e6"), "only", member: key("e6"), isPresent: false),
        Case("ONLY", key("b6"), "Only", member: key("f5")),
        // Members.
        Case("Ada", key("f1"), "Ada", member: key("f1")),
        Case("away", key("e1"), "Away", member: key("e1"), isPresent: false),
        // Keys.
        Case(key("a10000001"), key("a10000001"), "dev-1", member: key("f1")),
        Case(key("a10000001").uppercased(), key("a10000001"), "dev-1", member: key("f1")),
        Case(key("f1"), key("f1"), "Ada", member: key("f1")),
        Case(key("f2"), key("f2"), "Twin", member: key("f2")),
        Case(key("f4"), key("f4"), "Old Client", member: key("f4")),
        Case(key("e1"), key("e1"), "Away", member: key("e1"), isPresent: false),
        Case(key("99"), key("99"), "99000000", member: nil, isPresent: false),
        Case("a10000001", key("a10000001"), "dev-1", member: key("f1")),
        Case("A10000001", key("a10000001"), "dev-1", member: key("f1")),
        Case("f10000", key("f1"), "Ada", member: key("f1")),
        Case("f40000", key("f4"), "Old Client", member: key("f4")),
        Case("c0ffee1", key("c0ffee1"), "near", member: key("f3")),
        Case("e10000", key("e1"), "Away", member: key("e1"), isPresent: false),
    ]

    @Test("one whom it means", arguments: resolved)
    func resolves(_ expected: Case) throws {
        let found = try Self.directory.resolve(expected.text)
        #expect(
            found
                == ResolvedTarget(
                    spec: expected.spec, name: expected.name, memberKey: expected.member,
                    isPresent: expected.isPresent))
    }

    private func fault(
        _ text: String, in directory: PeerDirectory = Self.directory
    ) -> TargetFault? {
        do throws(TargetFault) {
            _ = try directory.resolve(text)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "what can be no target",
        arguments: ["", "@", "@a//b", "@a b", "@@all", String(repeating: "x", count: 257)])
    func malformed(text: String) { #expect(fault(text) == .malformed) }

    static let ambiguous: [(text: String, keys: [String])] = [
        ("Twin", ["a2000000001", "a2000000002"]), ("twin", ["a2000000001", "a2000000002"]),
        ("CASE", ["b1000000", "b2000000"]), ("a10000", ["a10000001", "a10000002"]),
        ("same", ["e4000000", "e5000000"]),
        // A name that looks like the beginning of another's key is taken for neither.
        ("c0ffee", ["b3000000", "c0ffee10"]),
    ]

    @Test("several are listed by keys that mean one alone", arguments: ambiguous)
    func isAmbiguous(text: String, keys: [String]) throws {
        guard case .ambiguous(let choices, more: 0) = fault(text) else {
            Issue.record("\(text) is \(String(describing: fault(text)))")
            return
        }
        #expect(choices.map(\.key) == keys)
        for choice in choices {
            #expect(try Self.directory.resolve(choice.key).name == choice.name)
        }
    }

    @Test("of sessions of one name each is told by its role and where it works")
    func choiceIsTold() {
        guard case .ambiguous(let choices, _) = fault("Twin") else {
            Issue.record("it is not ambiguous")
            return
        }
        #expect(
            choices.first
                == TargetChoice(
                    name: "Twin", key: "a2000000001", role: "reviewer",
                    directory: "/src/a2000000001"))
    }

    @Test("who is unknown is told whom there is, the nearest first", arguments: [
        "nobody", "dev", "a1000", "b4", "a1000000z", "ffffff", "dev-1 ",
    ])
    func unknown(text: String) {
        guard case .unknown(let choices, let more) = fault(text) else {
            Issue.record("\(text) is \(String(describing: fault(text)))")
            return
        }
        // Twelve peers, and the members that have none.
        #expect(choices.count == PeerDirectory.mostChoices)
        #expect(more == 12 + 6 - PeerDirectory.mostChoices)
        if text == "dev" { #expect(choices.prefix(2).map(\.name) == ["dev-1", "dev-2"]) }
    }

    @Test("an empty mesh has nobody, and a group or everyone all the same")
    func empty() throws {
        let directory = PeerDirectory(peers: [])
        #expect(fault("a", in: directory) == .unknown(choices: [], more: 0))
        #expect(try !directory.resolve("*").isPresent)
    }

    static let splits: [(text: String, target: String, mesh: String?)] = [
        ("dev@payments", "dev", "payments"), ("dev@Payments", "dev", "payments"),
        ("dev", "dev", nil), ("dev@other", "dev@other", nil), ("@payments", "@payments", nil),
        ("@backend@payments", "@backend", "payments"), ("*@payments", "*", "payments"),
        ("a@b@payments", "a@b", "payments"), ("dev@", "dev@", nil), ("", "", nil), ("@", "@", nil),
    ]

    @Test("a mesh is named after the last at sign", arguments: splits)
    func split(text: String, target: String, mesh: String?) {
        let found = PeerDirectory.split(text, meshes: ["payments"])
        #expect(found.target == target && found.mesh == mesh)
    }

    @Test("every choice that is listed means the one it is listed for", arguments: 1...20)
    func choicesResolve(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        // Few digits and names that look like keys, so that much is alike.
        func digits(_ count: Int) -> String {
            String((0..<count).map { _ -> Character in Bool.random(using: &random) ? "a" : "b" })
        }
        let peers = (0..<30).map { _ in
            Self.peer(digits(Int.random(in: 6...12, using: &random)), digits(64), of: digits(64))
        }
        let directory = PeerDirectory(peers: peers)
        for text in peers.map(\.name) + ["aaaaaa", "x", "ab"] {
            let choices: [TargetChoice] =
                switch fault(text, in: directory) {
                case .ambiguous(let choices, _), .unknown(let choices, _): choices
                case .malformed, nil: []
                }
            for choice in choices {
                let found = try directory.resolve(choice.key)
                #expect(found.spec.hasPrefix(choice.key) && found.name == choice.name)
            }
        }
    }
}
