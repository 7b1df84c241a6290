import Mesh
import MeshCrypto
import Testing

/// The numbers were made once by PyNaCl, from the seeds 00 01 … 1f and 07 × 32.
@Suite("Signing keys")
struct SigningKeysTests {
    static let mesh = "0123456789ABCDEFGHIJKLMNOPQRSTUV"
    static let member = "WXYZabcdefghijklmnopqrstuvwxyz01"
    static let timestamp: Int64 = 1_776_000_000_123
    static let memberKey = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
    static let sessionKey = "ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c"

    let memberKeys: SigningKeys
    let sessionKeys: SigningKeys

    init() throws {
        memberKeys = try #require(SigningKeys(seed: Array(0..<32)))
        sessionKeys = try #require(SigningKeys(seed: [UInt8](repeating: 7, count: 32)))
    }

    @Test("a seed makes the public key other implementations make of it")
    func publicKeys() {
        #expect(memberKeys.publicKey.hex == Self.memberKey)
        #expect(sessionKeys.publicKey.hex == Self.sessionKey)
        #expect(memberKeys.seed == Array(0..<32))
    }

    @Test("a hello's signature is byte for byte that of other implementations")
    func helloVector() {
        let message = HelloBytes.canonical(
            mesh: Self.mesh, member: Self.member, publicKey: Self.memberKey,
            timestamp: Self.timestamp)
        #expect(
            String(decoding: message, as: UTF8.self)
                == "\(Self.mesh)|\(Self.member)|\(Self.memberKey)|1776000000123")
        #expect(
            Hex.text(memberKeys.sign(message))
                == "41f8bd2fe88a87ee5adbc5ea5cfb18dbcc12a674ce71a4b224bc1b5a8e938a96"
                + "cb04451f39df77d4d436d51987d052d1b7a079f087d269ec7254ce3c18f56a06")
    }

    @Test("an attestation's two signatures are byte for byte those of other implementations")
    func attestationVector() {
        let message = AttestationBytes.canonical(
            mesh: Self.mesh, sessionKey: Self.sessionKey, sessionID: "session-1",
            timestamp: Self.timestamp)
        #expect(
            String(decoding: message, as: UTF8.self)
                == "skein-session|\(Self.mesh)|\(Self.sessionKey)|session-1|1776000000123")
        #expect(
            Hex.text(memberKeys.sign(message))
                == "8ef4b41359e0b0f831da26b330a8d6af8906535117cd23b0be85f14661e4b37d"
                + "2bb40c562a466285a2e214c5a4c2011d2ec11faeed4e10b612b60007cea4190d")
        #expect(
            Hex.text(sessionKeys.sign(message))
                == "908c21e4759493e30152d63db037739001c13de9b68a80e8e902e968df8d74c2"
                + "2f443eafdb783fbbab97023b8b138ffcecba379980174d046805cfe1e36ba808")
    }

    @Test("a signature holds for its message and its key, and for nothing else")
    func verification() {
        let message = Array("a message".utf8)
        let signature = memberKeys.sign(message)
        #expect(Signature.isValid(signature, of: message, by: memberKeys.publicKey))
        #expect(!Signature.isValid(signature, of: message + [0], by: memberKeys.publicKey))
        #expect(!Signature.isValid(signature, of: message, by: sessionKeys.publicKey))
        #expect(!Signature.isValid(signature.dropLast(), of: message, by: memberKeys.publicKey))
        #expect(!Signature.isValid([], of: message, by: memberKeys.publicKey))
        var altered = signature
        altered[0] ^= 1
        #expect(!Signature.isValid(altered, of: message, by: memberKeys.publicKey))
    }

    @Test("a seed has 32 bytes", arguments: [0, 31, 33, 64])
    func seedLength(count: Int) {
        #expect(SigningKeys(seed: [UInt8](repeating: 1, count: count)) == nil)
    }

    @Test("two new pairs differ, and their keys are points")
    func generation() {
        let pairs = (0..<8).map { _ in SigningKeys.generate() }
        #expect(Set(pairs.map(\.publicKey)).count == 8)
        #expect(pairs.allSatisfy { $0.publicKey.isPoint })
    }

    @Test(
        "what is no point of the curve is known as such",
        arguments: [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        ])
    func noPoint(hex: String) throws {
        #expect(try #require(PublicKey(hex: hex)).isPoint == false)
    }
}
