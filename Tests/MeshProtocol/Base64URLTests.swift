import MeshProtocol
import Testing

@Suite("Base64 for URLs")
struct Base64URLTests {
    /// RFC 4648, section 10, without padding, and the two characters of the other alphabet.
    @Test(
        "bytes and text",
        arguments: [
            ([], ""), ([0x66], "Zg"), ([0x66, 0x6f], "Zm8"), ([0x66, 0x6f, 0x6f], "Zm9v"),
            ([0xfb, 0xff, 0xbf], "-_-_"), ([0], "AA"),
        ] as [([UInt8], String)])
    func both(bytes: [UInt8], text: String) {
        #expect(Base64URL.text(bytes) == text)
        #expect(Base64URL.bytes(text) == bytes)
    }

    @Test(
        "other characters and lengths are refused",
        arguments: ["Zg==", "+/+/", "A", "AAAAA", "Zg\n", "Z g", "é", "Zg\0"])
    func refused(text: String) {
        #expect(Base64URL.bytes(text) == nil)
    }
}
