import Mesh
import MeshCrypto
import Testing

/// The numbers were made once by PyNaCl and Python's hashlib, from the seed 00 01 … 1f.
@Suite("Bytes under signatures")
struct SignedBytesTests {
    static let mesh = SigningKeysTests.mesh
    static let member = SigningKeysTests.member

    let keys: SigningKeys

    init() throws { keys = try #require(SigningKeys(seed: Array(0..<32))) }

    struct Request: Sendable {
        var method: String
        var path: String
        var body: String
        var digest: String
        var signature: String
    }

    static let requests = [
        Request(
            method: "PATCH", path: "/mesh/\(mesh)/member/\(member)",
            body: #"{"displayName":"Zoë"}"#,
            digest: "99b37e1d5d7dc24a8928b04bab9031463c709b34fc37bf83cb8136707abbedf0",
            signature: "79e6ef6a56fe694fb86cf00ce833f4daf2f8845749c512e1c395af43216984be"
                + "8627344c75daf5bf8ae950dcc2c1c21c0391054e01616ecd2d3be00f282c0c04"),
        Request(
            method: "GET", path: "/mesh/\(mesh)/members", body: "",
            digest: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            signature: "eb0d673c7d579cfe23b82a13a6f970e187069e41df038551b5b3c9d87ddedfda"
                + "2e51ce7a780c1cd6c789758733d204eb01406c2dff73566e185c0b14c4911900"),
    ]

    @Test("a signed request is byte for byte that of other implementations", arguments: requests)
    func request(_ request: Request) {
        let digest = Hex.text(SHA256.of(Array(request.body.utf8)))
        #expect(digest == request.digest)
        let message = RequestBytes.canonical(
            method: request.method, path: request.path, mesh: Self.mesh, member: Self.member,
            timestamp: SigningKeysTests.timestamp, bodyDigest: digest)
        #expect(
            String(decoding: message, as: UTF8.self)
                == "skein-http|\(request.method)|\(request.path)|\(Self.mesh)|\(Self.member)"
                + "|1776000000123|\(request.digest)")
        #expect(Hex.text(keys.sign(message)) == request.signature)
    }

    @Test("a v1 invite's signature is byte for byte that of other implementations")
    func invite() {
        let message = InviteBytes.canonical(
            mesh: "mesh", slug: "caf-é", brokerURL: "ws://127.0.0.1:7900/ws",
            expiresAt: 1_900_000_000, rootKey: "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1-f4CBgoM",
            permission: "member", ownerKey: keys.publicKey.hex)
        #expect(
            String(decoding: message, as: UTF8.self)
                == "1|mesh|caf-é|ws://127.0.0.1:7900/ws|1900000000"
                + "|ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1-f4CBgoM|member|\(SigningKeysTests.memberKey)")
        #expect(
            Hex.text(keys.sign(message))
                == "c03cb7bed98b9384608619a51a390916026a64f846f73640dca171e8113578b4"
                + "9e7da6db419db1e4032615c4ab2cf53b7566df8b0cbca8776c2293199033890d")
    }
}
