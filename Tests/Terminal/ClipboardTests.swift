import Testing

@testable import Terminal

@Suite("Clipboard")
struct ClipboardTests {
    @Test(
        "a text is handed over as Base64",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"), ("名前\u{7}", "5ZCN5YmNBw=="), ("ÿ>?", "w78+Pw=="),
        ])
    func base64(text: String, encoded: String) {
        #expect(String(decoding: Terminal.base64(Array(text.utf8)), as: UTF8.self) == encoded)
    }
}
