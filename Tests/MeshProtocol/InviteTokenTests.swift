import Mesh
import MeshProtocol
import Testing

/// The numbers are PyNaCl's: seed 0 to 31, root key 100 to 131, compact JSON in the protocol's order.
@Suite("Invite tokens")
struct InviteTokenTests {
    static let owner = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
    static let signature =
        "c03cb7bed98b9384608619a51a390916026a64f846f73640dca171e8113578b4"
        + "9e7da6db419db1e4032615c4ab2cf53b7566df8b0cbca8776c2293199033890d"
    static let signed =
        "1|mesh|caf-é|ws://127.0.0.1:7900/ws|1900000000|"
        + "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1-f4CBgoM|member|\(owner)"
    static let token =
        "eyJ2IjoxLCJtZXNoX2lkIjoibWVzaCIsIm1lc2hfc2x1ZyI6ImNhZi3DqSIsImJyb2tlcl91cmwiOiJ3czovLzEy"
        + "Ny4wLjAuMTo3OTAwL3dzIiwiZXhwaXJlc19hdCI6MTkwMDAwMDAwMCwibWVzaF9yb290X2tleSI6IlpHVm1aMm"
        + "hwYW10c2JXNXZjSEZ5YzNSMWRuZDRlWHA3ZkgxLWY0Q0Jnb00iLCJyb2xlIjoibWVtYmVyIiwib3duZXJfcHVi"
        + "a2V5IjoiMDNhMTA3YmZmM2NlMTBiZTFkNzBkZDE4ZTc0YmMwOTk2N2U0ZDYzMDliYTUwZDVmMWRkYzg2NjQxMj"
        + "U1MzFiOCIsInNpZ25hdHVyZSI6ImMwM2NiN2JlZDk4YjkzODQ2MDg2MTlhNTFhMzkwOTE2MDI2YTY0Zjg0NmY3"
        + "MzY0MGRjYTE3MWU4MTEzNTc4YjQ5ZTdkYTZkYjQxOWRiMWU0MDMyNjE1YzRhYjJjZjUzYjc1NjZkZjhiMGNiY2"
        + "E4Nzc2YzIyOTMxOTkwMzM4OTBkIn0"

    static func make() throws -> InviteToken {
        InviteToken(
            mesh: MeshID(rawValue: "mesh"), slug: "caf-é", brokerURL: "ws://127.0.0.1:7900/ws",
            expiresAt: 1_900_000_000, rootKey: (100..<132).map { UInt8($0) }, permission: .member,
            ownerKey: try #require(PublicKey(hex: owner))
        ) { bytes in
            bytes == Array(Self.signed.utf8) ? Self.signature : "other bytes"
        }
    }

    @Test("the bytes under the signature and those of the token are the protocol's")
    func vector() throws {
        let invite = try Self.make()
        #expect(String(decoding: invite.signedBytes, as: UTF8.self) == Self.signed)
        #expect(invite.text == Self.token)
    }

    @Test("a token is read as it was written")
    func roundTrip() throws {
        let read = try #require(InviteToken.parse(Self.token))
        #expect(try read == Self.make())
        #expect(read.text == Self.token)
    }

    @Test("a text of any kind is written so that it is read again")
    func quoting() throws {
        var invite = try Self.make()
        invite.slug = "a\"\\\u{1}/日"
        #expect(InviteToken.parse(invite.text) == invite)
    }

    @Test("what is no v1 token is none")
    func refused() throws {
        func token(_ change: (inout InviteToken) -> Void) throws -> String {
            var invite = try Self.make()
            change(&invite)
            return invite.text
        }
        let bad = [
            "", "e30", "AA", Self.token + "=", Self.token + "A", String(Self.token.dropLast(4)),
            Base64URL.text(Array("[]".utf8)), Base64URL.text(Array(#"{"v":1}"#.utf8)),
            try token { $0.version = 2 },
            try token { $0.slug = String(repeating: "x", count: InviteToken.limit) },
        ]
        for text in bad { #expect(InviteToken.parse(text) == nil, "\(text.prefix(20))") }
    }
}
