
import TestSupport
import Testing
@testable import Text

@Suite("Text that others wrote")
struct SafeTextTests {
    @Test(
        "what is unsafe is made visible or dropped",
        arguments: [
            ("plain text", "plain text", "plain text"),
            ("日本 é 👍🏽 ❤️", "日本 é 👍🏽 ❤️", "日本 é 👍🏽 ❤️"),
            ("\u{1B}[31mred", "␛[31mred", "^[[31mred"),
            ("a\u{7}b\u{0}c", "a␇b␀c", "a^Gb^@c"),
            ("one\ntwo\ttab", "one␊two␉tab", "one^Jtwo^Itab"),
            ("a\u{7F}b", "a␡b", "a^?b"),
            ("a\u{9B}b\u{85}", "a\u{FFFD}b\u{FFFD}", "a?b?"),
            ("user\u{202E}txt.exe", "user\u{FFFD}txt.exe", "user?txt.exe"),
            ("\u{2066}x\u{2069}", "\u{FFFD}x\u{FFFD}", "?x?"),
            ("ad\u{200B}min\u{FEFF}\u{2060}", "admin", "admin"),
            ("ad\u{200D}min", "admin", "admin"), ("soft\u{AD}hyphen", "softhyphen", "softhyphen"),
            ("tag\u{E0041}\u{E0042}", "tag", "tag"),
            ("a\u{FE0F}b", "ab", "ab"), ("x\u{E0101}y", "xy", "xy"),
            ("l1\u{2028}l2\u{2029}", "l1␊l2␊", "l1^Jl2^J"),
            ("a\u{A0}b\u{2003}c", "a b c", "a b c"),
            ("\u{301}alone", " \u{301}alone", " \u{301}alone"),
            ("\u{115F}\u{3164}fill", "fill", "fill"),
            ("👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"), ("1️⃣", "1️⃣", "1️⃣"), ("🏳️‍🌈", "🏳️‍🌈", "🏳️‍🌈"),
            ("می\u{200C}خواهم", "می\u{200C}خواهم", "می\u{200C}خواهم"),
        ])
    func visible(raw: String, unicode: String, ascii: String) {
        #expect(SafeText.visible(raw) == unicode)
        #expect(SafeText.visible(raw, ascii: true) == ascii)
    }

    @Test("a tower of marks is cut down")
    func marks() {
        let tower = "e" + String(repeating: "\u{301}", count: 1000) + "x"
        #expect(SafeText.visible(tower).unicodeScalars.count == 2 + SafeText.marksPerLetter)
    }

    @Test("a chain of joined pictures is cut into pieces")
    func joins() {
        let chain = Array(repeating: "👨", count: 50).joined(separator: "\u{200D}")
        let clusters = Array(SafeText.visible(chain))
        #expect(clusters.count > 10)
        #expect(clusters.allSatisfy { $0.unicodeScalars.count <= 7 })
    }

    @Test(
        "what is longer than the limit ends in an ellipsis within it",
        arguments: [(0, "", ""), (1, "…", "."), (3, "日日…", "..."), (6, "日日日日日…", "日日日...")])
    func limit(limit: Int, unicode: String, ascii: String) {
        let long = String(repeating: "日", count: 10_000)
        #expect(SafeText.visible(long, limit: limit) == unicode)
        #expect(SafeText.visible(long, limit: limit, ascii: true) == ascii)
    }

    @Test("a text as long as the limit is not cut")
    func exactlyTheLimit() {
        #expect(SafeText.visible("abcé", limit: 4) == "abcé")
        #expect(SafeText.visible("abcd", limit: 4) == "abcd")
        #expect(SafeText.visible("abcde", limit: 4) == "abc…")
    }

    @Test("a megabyte of nothing costs no more than a long name")
    func megabyteOfNothing() {
        let nothing = String(repeating: "\u{200B}", count: 300_000) + "end"
        #expect(SafeText.visible(nothing, limit: 10) == "…")
    }

    @Test("whatever comes in, what goes out is safe, bounded, and stays so a second time")
    func properties() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<400 {
            let raw = AwkwardText.make(
                parts: Int.random(in: 0...30, using: &generator), using: &generator)
            let limit = Int.random(in: 1...40, using: &generator)
            let safe = SafeText.visible(raw, limit: limit)
            #expect(safe.count <= limit)
            #expect(
                safe.unicodeScalars.allSatisfy { Self.isHarmless($0) }, "\(raw.debugDescription)")
            #expect(SafeText.visible(safe, limit: limit) == safe, "\(raw.debugDescription)")
            let entered = SafeText.entered(raw, limit: limit)
            #expect(entered.count <= limit)
            #expect(entered.unicodeScalars.allSatisfy { Self.isHarmless($0) })
        }
    }

    @Test(
        "what is entered in a field is one line without anything unseen",
        arguments: [
            ("one\ntwo", "one two"), ("one\r\n\r\n\ttwo", "one two"), ("\n\nlead", "lead"),
            ("a\u{1B}[31mb", "a[31mb"), ("a\u{202E}b", "ab"), ("é日👍🏽", "é日👍🏽"),
            ("\u{301}", "\u{301}"), ("a\u{2028}b", "a b"),
        ])
    func entered(raw: String, kept: String) {
        #expect(SafeText.entered(raw, limit: 50) == kept)
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        let binds: Set<UInt32> = [0x200C, 0x200D, 0xFE0E, 0xFE0F]
        if binds.contains(scalar.value) { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return false
        default: return !scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}
