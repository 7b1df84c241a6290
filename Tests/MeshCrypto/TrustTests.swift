import Mesh
import MeshCrypto
import Testing

/// The numbers were made once by PyNaCl and Python's hashlib, from the seeds 00 … 1f, 20 … 3f and
/// 40 … 5f.
@Suite("Whose a key is")
struct TrustTests {
    static let session = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
    static let member = "29acbae141bccaf0b22e1a94d34d0bc7361e526d0bfe12c89794bc9322966dd7"
    static let other = "2543b92ff1095511476adc8369db6ddc933665a11978dda1404ee1066ca9559d"
    static let byMember =
        "7fa51b95906f72501aa487fc18b99494b63ad08e51cfc6de6c29687b7d553f38"
        + "c76f62f4f5623d7319a01a61d3363bb8a1019fef50f96a1ecaf25447dcea2a01"
    static let bySession =
        "5e59147299d0904e9ea12a867f8d9b0028089a7598d73e14a7b4e6e73243ed70"
        + "6a5c9dab1de644d8483d5a31d78f0e3e492eacc72fe756ca8c6afe37116c5e06"

    struct Claim: Sendable {
        var mesh = "mesh-1"
        var member = TrustTests.member
        var session = TrustTests.session
        var sessionID = "session-1"
        var timestamp: Int64 = 1_776_000_000_123
        var byMember = TrustTests.byMember
        var bySession = TrustTests.bySession

        var isValid: Bool {
            Attestation.isValid(
                mesh: MeshID(rawValue: mesh), memberKey: member, sessionKey: session,
                sessionID: sessionID, timestamp: timestamp, memberSignature: byMember,
                sessionSignature: bySession)
        }
    }

    @Test("an attestation made elsewhere holds")
    func holds() { #expect(Claim().isValid) }

    static let broken: [Claim] = [
        Claim(mesh: "mesh-2"), Claim(member: other), Claim(session: other),
        Claim(sessionID: "session-2"), Claim(timestamp: 1_776_000_000_124),
        Claim(byMember: bySession), Claim(bySession: byMember),
        Claim(byMember: bySession, bySession: byMember), Claim(member: session, session: member),
        Claim(byMember: ""), Claim(bySession: String(bySession.dropLast())),
        Claim(bySession: String(bySession.dropLast(2))),
        Claim(byMember: "zz" + byMember.dropFirst(2)),
        Claim(member: ""), Claim(session: session.uppercased()),
    ]

    @Test("one that says anything else does not", arguments: broken)
    func breaks(_ claim: Claim) { #expect(!claim.isValid) }

    static let numbers = [
        (session, member, "42766 04638 06245 21807 41337 07135"),
        (member, other, "07983 28574 65810 06567 38069 72583"),
        (session, other, "78735 88608 00844 20713 59746 16722"),
    ]

    @Test("a safety number is that of other implementations, from both sides", arguments: numbers)
    func safetyNumber(one: String, two: String, number: String) throws {
        let first = try #require(PublicKey(hex: one))
        let second = try #require(PublicKey(hex: two))
        #expect(SafetyNumber.of(first, second) == number)
        #expect(SafetyNumber.of(second, first) == number)
    }
}
