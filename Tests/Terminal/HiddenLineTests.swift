import Testing

@testable import Terminal

@Suite("A line typed unseen")
struct HiddenLineTests {
    @Test(
        "keys edit it, end it or leave it",
        arguments: [
            ("secret\r", "secret"), ("a\u{7F}b\n", "b"), ("é\u{7F}x\r", "x"), ("ab\u{15}c\r", "c"),
            ("\r", ""), ("a\u{3}", nil), ("\u{4}", nil), ("a\u{4}b\r", "ab"), ("a\u{1B}", nil),
            ("a", nil), ("\u{7F}\u{7F}a\r", "a"), ("a\tb\r", "ab"),
        ] as [(String, String?)])
    func keys(typed: String, line: String?) {
        var bytes = Array(typed.utf8)[...]
        #expect(HiddenLine.line { bytes.popFirst() } == line)
    }

    @Test("it is bounded")
    func bounded() {
        var count = 0
        let line = HiddenLine.line {
            count += 1
            return count > 5000 ? 0x0D : 0x61
        }
        #expect(line?.utf8.count == HiddenLine.longest)
    }
}
