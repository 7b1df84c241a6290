
import TestSupport
import Testing
@testable import Text

@Suite("Making text fit")
struct FittingTests {
    @Test(
        "the end is cut where a text is too long",
        arguments: [
            ("skein", 5, "skein"), ("skein", 4, "ske…"), ("skein", 1, "…"), ("skein", 0, ""),
            ("日本語", 6, "日本語"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("日本語", 2, "…"),
            ("", 3, ""), ("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 3, "👨‍👩‍👧‍👦…"),
        ])
    func end(text: String, columns: Int, cut: String) {
        #expect(Fitting.end(text, columns: columns) == cut)
    }

    @Test(
        "a path keeps its end rather than its start",
        arguments: [
            ("~/src/payments", 14, "~/src/payments"),
            ("~/src/company/payments", 13, "~/sr…payments"),
            ("~/src/payments", 1, "…"), ("~/src/payments", 0, ""),
        ])
    func middle(text: String, columns: Int, cut: String) {
        #expect(Fitting.middle(text, columns: columns) == cut)
    }

    @Test("the ASCII ellipsis is cut itself where there is no room for it")
    func asciiEllipsis() {
        #expect(Fitting.end("skein", columns: 4, ellipsis: "...") == "s...")
        #expect(Fitting.end("skein", columns: 2, ellipsis: "...") == "..")
    }

    @Test("padding goes to the side asked for")
    func padding() {
        #expect(Fitting.exactly("ab", columns: 4) == "ab  ")
        #expect(Fitting.exactly("ab", columns: 4, flush: .trailing) == "  ab")
        #expect(Fitting.exactly("日本語", columns: 4) == "日… ")
    }

    @Test(
        "lines break at spaces, and inside a word only when it is longer than a line",
        arguments: [
            ("one two three", 7, ["one two", "three"]), ("one two", 3, ["one", "two"]),
            ("abcdefgh", 3, ["abc", "def", "gh"]), ("ab cdefgh", 4, ["ab", "cdef", "gh"]),
            ("日本語", 4, ["日本", "語"]), ("日", 1, [""]), ("", 5, [""]),
            ("one\n\ntwo", 5, ["one", "", "two"]), ("  a   b  ", 9, ["a b"]),
        ])
    func lines(text: String, columns: Int, lines: [String]) {
        #expect(Fitting.lines(text, columns: columns) == lines)
    }

    @Test("lines beyond the bound are cut with an ellipsis")
    func boundedLines() {
        #expect(Fitting.lines("one two three", columns: 5, maxLines: 2) == ["one", "two…"])
        #expect(Fitting.lines("one two", columns: 5, maxLines: 2) == ["one", "two"])
        #expect(Fitting.lines("abcdefghij", columns: 5, maxLines: 1) == ["abcd…"])
        #expect(Fitting.lines("one\ntwo\nthree", columns: 5, maxLines: 1) == ["one…"])
    }

    @Test("nothing is ever wider than it was told to be, and wrapping loses no letter")
    func properties() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<300 {
            let text = AwkwardText.makeVisible(
                parts: Int.random(in: 0...20, using: &generator), using: &generator)
            let columns = Int.random(in: 2...30, using: &generator)
            #expect(TextWidth.of(Fitting.end(text, columns: columns)) <= columns)
            #expect(TextWidth.of(Fitting.middle(text, columns: columns)) <= columns)
            #expect(TextWidth.of(Fitting.exactly(text, columns: columns)) == columns)
            let lines = Fitting.lines(text, columns: columns)
            #expect(lines.allSatisfy { TextWidth.of($0) <= columns })
            #expect(
                lines.joined().filter { $0 != " " } == text.filter { $0 != " " },
                "\(text.debugDescription) in \(columns)")
        }
    }
}
