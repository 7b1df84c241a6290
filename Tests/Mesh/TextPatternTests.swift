import Mesh
import Testing

@Suite("Text pattern")
struct TextPatternTests {
    @Test(
        "what is met and what is not",
        arguments: [
            ("dev", "my DEV box", true), ("dev", "de v", false), ("", "", true), ("^dev", "adev", false),
            ("^dev-\\d+$", "dev-12", true), ("^dev-\\d+$", "dev-12x", false), ("a.c", "xabcx", true),
            ("^$", "", true), ("^$", "x", false), ("[a-c]x", "bX", true), ("[^a-c]x", "bx", false),
            ("[]x]", "]", true), ("[a-]", "-", true), ("[\\d_]z", "_z", true), ("(ab)+$", "xabab", true),
            ("^(ab|cd)?e$", "cde", true), ("^(ab|cd)?e$", "ade", false), ("^a{2,3}$", "aaaa", false),
            ("^a{2,3}$", "aaa", true), ("^a{2,}$", "aaaaa", true), ("^a{2}$", "a", false),
            ("\\bapi\\b", "the api-2", true), ("\\bapi\\b", "rapid", false), ("\\.", "a", false),
            ("(?:x|y)z", "yz", true), ("é", "CAFÉ", true), ("名.", "名前", true), ("a|", "zzz", true),
            ("(a*)*b", "aaab", true), ("^(|a)+$", "aaa", true), ("[A-C]", "b", true), ("\\S\\s\\W", "a -", true),
            ("\\B-", "a-", false), ("\\d\\D", "4x", true),
        ])
    func matches(source: String, text: String, isMet: Bool) throws {
        #expect(try TextPattern(source).isFound(in: text) == isMet)
    }

    @Test(
        "what is wrong is told",
        arguments: [
            ("(", .groupNotClosed), ("a)", .groupNotOpened), ("[a", .setNotClosed), ("*", .nothingToRepeat("*")),
            ("a|+", .nothingToRepeat("+")), ("a{", .countMalformed), ("a{3,2}", .countMalformed),
            ("a{99}", .tooLarge), ("[z-a]", .setReversed), ("a\\", .endsInEscape), ("(?=a)", .nothingToRepeat("?")),
            ("((a{64}){64}){64}", .tooLarge), ("((((){64}){64}){64}){64}", .tooLarge), ("[\\", .endsInEscape),
            ("a{99999999999999999999}", .tooLarge), (String(repeating: "a", count: 129), .tooLong),
        ] as [(String, TextPattern.Fault)])
    func faults(source: String, fault: TextPattern.Fault) {
        #expect(throws: fault) { try TextPattern(source) }
        #expect(!fault.sentence.isEmpty)
    }

    @Test("patterns that would take others for ever are answered, and only so much of a text is read")
    func bounded() throws {
        let text = String(repeating: "a", count: 1 << 16) + "!"
        for source in ["(a+)+$", "(a|a)*b", "(a|aa)+c", "(.*)(.*)(.*)(.*)x", "a{0,64}a{0,64}a{0,64}b"] {
            #expect(try !TextPattern(source).isFound(in: text), "\(source)")
        }
        #expect(try !TextPattern("!").isFound(in: text), "beyond the limit")
    }

    @Test("any signs in any order are read or refused, and never more")
    func anySigns() throws {
        var seed: UInt64 = 7
        let signs = Array("ab\\[](){}|*+?^$.-,19dDwWsSbB")
        for _ in 0..<20_000 {
            var source = ""
            for _ in 0..<12 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                source.append(signs[Int(seed >> 33) % signs.count])
            }
            if let pattern = try? TextPattern(source) { _ = pattern.isFound(in: "ab-19 \(source)") }
        }
    }
}
