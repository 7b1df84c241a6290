import Mesh
import MeshCrypto
import Testing

@Suite("Bytes, hexadecimal and chance")
struct BytesTests {
    @Test(
        "hexadecimal of either case is read, and nothing else",
        arguments: [
            ("", []), ("00ff10", [0, 255, 16]), ("0aBF", [10, 191]), ("0", nil), ("0g", nil),
            ("é0", nil), ("0x11", nil), (" 00", nil),
        ] as [(String, [UInt8]?)])
    func hex(text: String, bytes: [UInt8]?) {
        #expect(Hex.bytes(text) == bytes)
    }

    @Test("bytes are written in lower case")
    func hexText() {
        #expect(Hex.text([0, 255, 171]) == "00ffab")
        #expect(PublicKey(bytes: Array(0..<32)).hex.hasPrefix("000102"))
        #expect(PublicKey(bytes: []).hex.utf8.count == 64)
    }

    @Test("equal is told from different, whatever the length")
    func constantTime() {
        #expect(ConstantTime.areEqual("token", "token"))
        #expect(!ConstantTime.areEqual("token", "tokem"))
        #expect(!ConstantTime.areEqual("token", "token "))
        #expect(!ConstantTime.areEqual([1], [UInt8]()))
        #expect(ConstantTime.areEqual([UInt8](), []))
    }

    @Test("ids have 32 base62 characters and do not repeat")
    func ids() {
        let ids = (0..<200).map { _ in RandomID.make() }
        #expect(Set(ids).count == 200)
        #expect(ids.allSatisfy { $0.utf8.count == 32 })
        #expect(ids.joined().allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
        // Each of the 62 is missing in 6,400 characters once in 10^45.
        #expect(Set(ids.joined()).count == 62)
    }

    @Test("a UUID says that it is random")
    func uuid() {
        let parts = RandomID.uuid().split(separator: "-")
        #expect(parts.map(\.count) == [8, 4, 4, 4, 12])
        #expect(parts[2].first == "4")
        #expect(["8", "9", "a", "b"].contains(parts[3].first))
        #expect(RandomID.uuid() != RandomID.uuid())
    }

    @Test("a digest is that of other implementations")
    func digest() {
        #expect(
            Hex.text(Digest.of(Array("abc".utf8)))
                == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319")
    }

    @Test("chance gives as many bytes as asked for")
    func randomBytes() {
        #expect(RandomBytes.make(0).isEmpty)
        #expect(RandomBytes.make(33).count == 33)
        #expect(RandomBytes.make(32) != RandomBytes.make(32))
    }
}
