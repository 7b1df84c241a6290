import Mesh
import Testing

/// The bytes under the owner's signature, written out by hand.
@Suite("What an invite says")
struct InviteTermsTests {
    static let owner = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
    static let codeHash = String(repeating: "0f", count: 32)

    static func make(_ change: (inout InviteTerms) -> Void = { _ in }) throws -> InviteTerms {
        var terms = InviteTerms(
            id: "invite1", mesh: MeshID(rawValue: "mesh1"), slug: "payments", name: "Payments",
            brokerURL: "wss://broker.example/ws", expiresAt: Moment(milliseconds: 1_900_000_000_000),
            permission: .member, maxUses: 3, ownerKey: try #require(PublicKey(hex: owner)),
            codeHash: codeHash)
        change(&terms)
        return terms
    }

    static let vectors: [(String, @Sendable (inout InviteTerms) -> Void, String)] = [
        (
            "nothing but what must be", { _ in },
            "v=2|mesh1|invite1|1900000000|member|\(owner)|\(codeHash)|3|wss://broker.example/ws"
                + "|payments|Payments||"
        ),
        (
            "everything", {
                $0.permission = .admin
                $0.role = "reviewer"
                $0.groups = ["backend", "api/v2"]
            },
            "v=2|mesh1|invite1|1900000000|admin|\(owner)|\(codeHash)|3|wss://broker.example/ws"
                + "|payments|Payments|reviewer|backend,api/v2"
        ),
        (
            "texts with the signs that part them", {
                $0.name = "a|b%7C, Ü 🦢"
                $0.role = "x,y"
                $0.groups = ["p,q", "r|s"]
            },
            "v=2|mesh1|invite1|1900000000|member|\(owner)|\(codeHash)|3|wss://broker.example/ws"
                + "|payments|a%7Cb%257C%2C Ü 🦢|x%2Cy|p%2Cq,r%7Cs"
        ),
    ]

    @Test("the same terms are the same bytes", arguments: vectors.indices)
    func canonical(index: Int) throws {
        let (name, change, expected) = Self.vectors[index]
        let terms = try Self.make(change)
        #expect(String(decoding: terms.canonical, as: UTF8.self) == expected, "\(name)")
        #expect(terms.isSound)
    }

    static let changes: [@Sendable (inout InviteTerms) -> Void] = [
        { $0.id = "invite2" }, { $0.mesh = MeshID(rawValue: "mesh2") }, { $0.slug = "other" },
        { $0.name = "Other" }, { $0.brokerURL = "wss://other.example/ws" },
        { $0.expiresAt = Moment(milliseconds: 1_900_000_001_000) }, { $0.permission = .admin },
        { $0.role = "lead" }, { $0.groups = ["backend"] }, { $0.maxUses = 4 },
        { $0.codeHash = String(repeating: "1f", count: 32) },
    ]

    @Test("whatever is changed is other bytes", arguments: changes.indices)
    func bound(index: Int) throws {
        #expect(try Self.make(Self.changes[index]).canonical != Self.make().canonical)
    }

    static let unsound: [@Sendable (inout InviteTerms) -> Void] = [
        { $0.id = "" }, { $0.id = "../x" }, { $0.mesh = MeshID(rawValue: "a b") },
        { $0.slug = "Not A Slug" }, { $0.name = "" }, { $0.name = "a\u{1B}[31m" },
        { $0.name = "a\u{202E}b" }, { $0.role = " " }, { $0.groups = [""] },
        { $0.groups = Array(repeating: "g", count: 9) }, { $0.maxUses = 0 },
        { $0.maxUses = 1001 }, { $0.codeHash = "0F" },
        { $0.expiresAt = Moment(milliseconds: 1_900_000_000_001) },
        { $0.expiresAt = Moment(milliseconds: -1000) },
        { $0.brokerURL = String(repeating: "x", count: 2049) },
    ]

    @Test("what no owner would sign is not sound", arguments: unsound.indices)
    func soundness(index: Int) throws {
        #expect(try !Self.make(Self.unsound[index]).isSound)
    }

    @Test("a claim and a founding are these bytes")
    func others() {
        #expect(
            String(
                decoding: InviteClaimBytes.canonical(
                    mesh: "m", invite: "i", codeHash: "h", memberKey: "k", timestamp: 7,
                    name: "a|b"), as: UTF8.self) == "skein-invite-claim|m|i|h|k|7|a|b")
        #expect(
            String(
                decoding: FoundingBytes.canonical(
                    mesh: "m", member: "n", ownerKey: "k", timestamp: 7, name: "a|b"),
                as: UTF8.self) == "skein-found|m|n|k|7|a|b")
        #expect(
            String(decoding: InviteCode.hashed("0123456789"), as: UTF8.self)
                == "skein-invite|0123456789")
    }

    static let codes: [(String, String?)] = [
        ("ABCDE12345", "ABCDE12345"), ("abcde-12345", "ABCDE12345"),
        ("oOiIl L345a", "001111345A"), ("ABCDE1234", nil), ("ABCDE123456", nil),
        ("ABCDU12345", nil), ("", nil), ("ABCDE1234é", nil), ("ABCDE\n12345", nil),
        (String(repeating: "-", count: 31), nil),
    ]

    @Test("a code is read as people write it", arguments: codes)
    func code(text: String, expected: String?) {
        #expect(InviteCode.read(text) == expected)
    }

    @Test("a code that is made is one, and every sign may stand in it")
    func making() {
        var byte: UInt8 = 0
        let all = (0..<16).map { _ in
            InviteCode.make {
                byte &+= 1
                return byte
            }
        }
        #expect(all.allSatisfy { InviteCode.read($0) == $0 })
        #expect(Set(all.joined()).count == 32)
    }
}
