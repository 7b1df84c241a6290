import Mesh
import Testing

@Suite("Peer filter")
struct PeerFilterTests {
    private static func peer(
        _ name: String, _ status: Status = .idle, role: String? = nil, agent: String? = nil,
        host: String? = nil, cwd: String = "/src", groups: [String] = [], summary: String? = nil
    ) -> Peer {
        Peer(
            id: "key-\(name)", memberKey: "member", name: name, status: status, statusSource: .hook,
            statusSince: Moment(milliseconds: 0), summary: summary, role: role,
            groups: groups.map { GroupMembership(name: $0) }, sessionID: "s-\(name)",
            connectedAt: Moment(milliseconds: 0), cwd: cwd, hostname: host, agent: agent)
    }

    private static let peers = [
        peer("dev-1", .working, role: "reviewer", agent: "claude", host: "laptop",
            cwd: "/home/ada/pay ments", groups: ["backend", "infra"], summary: "Retry the change"),
        peer("dev-22", .idle, role: "lead", agent: "codex", host: "laptop", groups: ["frontend"]),
        peer("ci", .dnd, host: "server", cwd: "/srv/ci"),
        peer("名前É", .working, role: "実装", agent: "codex"),
    ]

    @Test(
        "which peers a filter leaves",
        arguments: [
            ("", "dev-1 dev-22 ci 名前É"), ("dev", "dev-1 dev-22"), ("DEV 1", "dev-1"), ("working", "dev-1 名前É"),
            ("status:working", "dev-1 名前É"), ("status:w", "dev-1 名前É"), ("status:working,dnd", "dev-1 ci 名前É"),
            ("status:", "dev-1 dev-22 ci 名前É"), ("-status:working", "dev-22 ci"), ("!dev", "ci 名前É"),
            ("group:backend", "dev-1"), ("@front", "dev-22"), ("groups:infra agent:claude", "dev-1"),
            ("agent:codex host:laptop", "dev-22"), ("role:\"\"", "ci"), ("-role:\"\" -agent:claude", "dev-22 名前É"),
            ("\"retry the\"", "dev-1"), ("\"pay ments\"", "dev-1"), ("\"retry", "dev-1"), ("-\"retry the\"", "dev-22 ci 名前É"),
            ("name:/^dev-\\d$/", "dev-1"), ("/^dev-\\d+$/ -/22/", "dev-1"), ("dir:/home/", "dev-1"), ("/srv/ci", "ci"),
            ("/home/ada", "dev-1"), ("/y t/", "dev-1"), ("実", "名前É"), ("é", "名前É"), ("key:key-ci", "ci"), ("session:s-dev", "dev-1 dev-22"),
            ("source:hook", "dev-1 dev-22 ci 名前É"), ("zzz", ""), ("-", "dev-1 dev-22 ci 名前É"), ("@", "dev-1 dev-22 ci 名前É"),
            ("12:30", ""), ("cwd:srv", "ci"), ("group:\"\"", "ci 名前É"), ("\"\"", "dev-1 dev-22 ci 名前É"), ("key-ci", ""),
        ])
    func matches(text: String, names: String) {
        let filter = PeerFilter(text)
        #expect(Self.peers.filter { filter.matches($0) }.map(\.name).joined(separator: " ") == names)
        #expect(filter.problem == nil)
    }

    @Test(
        "what is wrong is told, and the rest still counts",
        arguments: [
            ("dev colour:red", "There is no field “colour”", "dev-1 dev-22"),
            ("dev status:busy", "“busy” is no status; there are idle, working, dnd, left", "dev-1 dev-22"),
            ("dev /(/", "/(/: a ( is not closed", "dev-1 dev-22"), ("dev /^x", "A pattern ends in /", ""),
            ("dev name:/*/ 22", "/*/: there is nothing before * to repeat", "dev-22"),
        ])
    func problems(text: String, problem: String, names: String) {
        let filter = PeerFilter(text)
        #expect(filter.problem?.hasPrefix(problem) == true, "\(filter.problem ?? "")")
        #expect(Self.peers.filter { filter.matches($0) }.map(\.name).joined(separator: " ") == names)
    }

    @Test("a filter that is narrower lets nobody through whom the other holds back")
    func narrower() {
        let typed = [
            "", "d", "de", "dev", "dev-", "dev-2", "dev-22 ", "dev-22 -", "dev-22 -l", "dev-22 role:le",
            "É", "é名", "status:w", "status:work", "@f", "@front", "/d/", "/de/", "\"dev 1", "agent:cl,co", "agent:c",
        ]
        var number = 0
        for old in typed.map({ PeerFilter($0) }) {
            for new in typed.map({ PeerFilter($0) }) where new.isNarrower(than: old) {
                number += 1
                #expect(Self.peers.allSatisfy { !new.matches($0) || old.matches($0) })
            }
        }
        #expect(number > 40)
        #expect(PeerFilter("dev-2").isNarrower(than: PeerFilter("dev")))
        #expect(PeerFilter("dev -x").isNarrower(than: PeerFilter("dev")))
        for (new, old) in [("dev", "dev-2"), ("-dev", "-de"), ("agent:ab", "role:a"), ("i\u{307}", "i")] {
            #expect(!PeerFilter(new).isNarrower(than: PeerFilter(old)), "\(new) after \(old)")
        }
    }

    @Test("the mesh of a peer, where it is known")
    func mesh() {
        let peer = Self.peers[0]
        #expect(PeerFilter("mesh:pay").matches(peer, of: "payments"))
        #expect(!PeerFilter("mesh:pay").matches(peer, of: "staging"))
        #expect(!PeerFilter("pay").matches(Self.peers[2], of: "payments"), "a bare word is no mesh")
        #expect(PeerFilter("mesh:\"\"").matches(peer))
    }

    @Test("a peer that left has the status left, whatever it had")
    func left() {
        let peer = Self.peers[0]
        #expect(PeerFilter("status:left").matches(peer, hasLeft: true))
        #expect(!PeerFilter("status:left").matches(peer))
        #expect(!PeerFilter("status:working").matches(peer, hasLeft: true))
    }

    @Test("no text is too long, and too many words are told")
    func bounds() {
        let long = String(repeating: "x", count: 1 << 16)
        #expect(!PeerFilter("y").matches(Self.peer(long)))
        #expect(!PeerFilter("é").matches(Self.peer(long)))
        #expect(PeerFilter("x").matches(Self.peer(long)))
        #expect(PeerFilter(long).problem == nil)
        #expect(PeerFilter(String(repeating: "a ", count: 40)).problem != nil)
    }
}
