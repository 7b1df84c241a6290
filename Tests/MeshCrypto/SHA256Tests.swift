import MeshCrypto
import Testing

@Suite("SHA-256")
struct SHA256Tests {
    @Test("the examples of FIPS 180-4")
    func digests() {
        let examples = [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ]
        for (text, digest) in examples {
            #expect(Hex.text(SHA256.of(Array(text.utf8))) == digest)
        }
    }

    @Test("HMAC: RFC 4231, test cases 2 and 6, whose keys are shorter and longer than a block")
    func hmac() {
        let short = SHA256.hmac(
            of: Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(
            Hex.text(short) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        let long = SHA256.hmac(
            of: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            key: [UInt8](repeating: 0xaa, count: 131))
        #expect(
            Hex.text(long) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }
}
