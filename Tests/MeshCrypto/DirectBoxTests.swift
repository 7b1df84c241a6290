import Mesh
import MeshCrypto
import Testing

/// The numbers were made once by PyNaCl, from the seeds of `SigningKeysTests` and the nonce 40 41 … 57.
@Suite("Direct messages")
struct DirectBoxTests {
    static let nonce = (64..<88).map { UInt8($0) }
    static let vectors: [(text: String, body: String)] = [
        ("", "cfe22ef1efc7cddc923b30b48ea7b342"),
        (
            "Grüße an dev1 🦢\n",
            "6e9fadf69540974cb908b97c41fa5c3a8ec236bfd8f3a79dc14a51755b80bd867d599cf084"
        ),
        (
            String(repeating: "a", count: 100),
            "2209fa07bef75d2b80a32a578369646ea8d194627a0da3dcc14510705f97edc7eca75b33ef26dac5"
                + "c41d988525cbd800de44335be99edc75fb05328a2ef5923e5e2769614b3753309a9d4de249f78bcb"
                + "ba83aedb8bb81a951e2edd5c8a3d6f8d7d3346dc5877fb7d043d3ec9b0d261fdfe53a861"
        ),
    ]

    let dev1: SigningKeys
    let dev2: SigningKeys

    init() throws {
        dev1 = try #require(SigningKeys(seed: Array(0..<32)))
        dev2 = try #require(SigningKeys(seed: [UInt8](repeating: 7, count: 32)))
    }

    @Test("a body is byte for byte that of other implementations, and read again", arguments: vectors)
    func vector(text: String, body: String) throws {
        let sealed = try #require(
            DirectBox.seal(Array(text.utf8), nonce: Self.nonce, to: dev2.publicKey, from: dev1))
        #expect(Hex.text(sealed) == body)
        let bytes = try #require(Hex.bytes(body))
        #expect(
            DirectBox.open(bytes, nonce: Self.nonce, from: dev1.publicKey, to: dev2)
                == Array(text.utf8))
        // The same secret is shared the other way round (the sender reads its own).
        #expect(
            DirectBox.open(bytes, nonce: Self.nonce, from: dev2.publicKey, to: dev1)
                == Array(text.utf8))
    }

    @Test("a body that was changed, cut or made longer is not read")
    func changed() throws {
        let body = try #require(Hex.bytes(Self.vectors[1].body))
        func isRead(_ body: [UInt8]) -> Bool {
            DirectBox.open(body, nonce: Self.nonce, from: dev1.publicKey, to: dev2) != nil
        }
        #expect(isRead(body))
        for index in body.indices {
            var altered = body
            altered[index] ^= 0x80
            #expect(!isRead(altered), "byte \(index)")
            #expect(!isRead(Array(body.prefix(index))), "\(index) bytes")
        }
        #expect(!isRead(body + [0]))
    }

    @Test("another reader, another sender or another nonce does not open it")
    func others() throws {
        let body = try #require(Hex.bytes(Self.vectors[1].body))
        let other = SigningKeys.generate()
        #expect(DirectBox.open(body, nonce: Self.nonce, from: dev1.publicKey, to: other) == nil)
        #expect(DirectBox.open(body, nonce: Self.nonce, from: other.publicKey, to: dev2) == nil)
        let nonce = Array(Self.nonce.reversed())
        #expect(DirectBox.open(body, nonce: nonce, from: dev1.publicKey, to: dev2) == nil)
    }

    @Test("a nonce has 24 bytes", arguments: [0, 8, 23, 25, 4096])
    func nonceLength(count: Int) throws {
        let nonce = [UInt8](repeating: 1, count: count)
        #expect(DirectBox.seal([1], nonce: nonce, to: dev2.publicKey, from: dev1) == nil)
        let body = try #require(Hex.bytes(Self.vectors[0].body))
        #expect(DirectBox.open(body, nonce: nonce, from: dev1.publicKey, to: dev2) == nil)
    }

    /// Zero, one, the other points of small order, no point at all, and one of a mixed order; in
    /// any of them the shared secret would be known to everybody, or none.
    @Test(
        "nothing is sealed to, or read from, what is no point",
        arguments: [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "0200000000000000000000000000000000000000000000000000000000000000",
        ])
    func noPoint(hex: String) throws {
        let key = try #require(PublicKey(hex: hex))
        #expect(DirectBox.seal([1], nonce: Self.nonce, to: key, from: dev1) == nil)
        let body = try #require(Hex.bytes(Self.vectors[0].body))
        #expect(DirectBox.open(body, nonce: Self.nonce, from: key, to: dev1) == nil)
    }
}
