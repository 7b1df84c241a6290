import Surface
import TestSupport
import Testing
import Text

@testable import Widgets

@Suite("Editing a field of several lines")
struct FieldAreaTests {
    /// The text with the cursor as a bar.
    private static func shown(_ area: FieldArea) -> String {
        var lines = area.lines
        let line = lines[area.line]
        lines[area.line] = String(line.prefix(area.cursor)) + "|" + line.dropFirst(area.cursor)
        return lines.joined(separator: "\n")
    }

    @Test(
        "edits do what their keys promise, and at the ends of a line go to the next one",
        arguments: [
            ([.insert("x")], "one\ntwo threex|"), ([.insert("\n")], "one\ntwo three\n|"),
            ([.home, .backspace], "one|two three"), ([.home, .left], "one|\ntwo three"),
            ([.home, .left, .right], "one\n|two three"), ([.home, .left, .delete], "one|two three"),
            ([.home, .deleteWord], "one|two three"), ([.home, .deleteToStart], "one|two three"),
            ([.home, .wordLeft, .deleteToEnd], "one|two three"), ([.deleteWord], "one\ntwo |"),
            ([.wordLeft, .insert("a\nb\tc")], "one\ntwo a\nb    c|three"),
            ([.deleteToStart, .backspace, .deleteToStart, .backspace], "|"), ([.delete, .right], "one\ntwo three|"),
            ([.insert("\r\nx\u{2028}y\u{1B}[31m\u{7}\n")], "one\ntwo three\nx\ny[31m\n|"),
        ] as [([FieldEdit], String)])
    func edits(edits: [FieldEdit], after: String) {
        var area = FieldArea("one\ntwo three", limit: 1000)
        #expect(Self.shown(area) == "one\ntwo three|")
        for edit in edits { area.apply(edit) }
        #expect(Self.shown(area) == after)
    }

    @Test("what does not fit in the bytes is left out, at a whole cluster")
    func limit() {
        var area = FieldArea("abc", limit: 10)
        area.apply(.insert("\n日本語"))
        #expect(Self.shown(area) == "abc\n日本|")
        #expect(area.size == 10)
        area.apply(.insert("\n"))
        #expect(area.size == 10)
    }

    @Test("rows break after spaces, inside a word only where it must be, and wide signs are whole")
    func rows() {
        func texts(_ line: String, _ columns: Int) -> [String] {
            FieldArea.wrapped(line, columns: columns)
        }
        #expect(texts("", 5) == [""])
        #expect(texts("one two three", 8) == ["one two ", "three"])
        #expect(texts("abcdefghij", 4) == ["abcd", "efgh", "ij"])
        #expect(texts("日本語", 5) == ["日本", "語"])
        #expect(texts("a 日本語日本", 4) == ["a ", "日本", "語日", "本"])
        #expect(texts("    x", 3).joined() == "    x")
    }

    @Test("up and down go by rows as they are shown, and keep the column")
    func vertical() {
        var area = FieldArea("one two three\n\nlast line", limit: 1000)
        area.move(by: -1, columns: 8)
        #expect(Self.shown(area) == "one two three\n\n|last line" || Self.shown(area) == "one two three\n\nlast| line")
        area = FieldArea("one two three\n\nlast line", limit: 1000)
        area.apply(.home)
        area.apply(.right)
        area.apply(.right)
        area.move(by: -2, columns: 8)
        #expect(Self.shown(area) == "one two th|ree\n\nlast line")
        area.move(by: -1, columns: 8)
        #expect(Self.shown(area) == "on|e two three\n\nlast line")
        #expect(area.isInRow(first: true, columns: 8) && !area.isInRow(first: false, columns: 8))
        area.move(by: -1, columns: 8)
        #expect(Self.shown(area) == "|one two three\n\nlast line")
        area.move(by: 100, columns: 8)
        #expect(Self.shown(area) == "one two three\n\nlast line|")
    }

    @Test("whatever is done, the text is safe and bounded, the cursor in it and in sight")
    func anything() {
        let pieces = [
            "a", " ", "\n", "word", "日本", "e\u{301}", "\u{301}", "👩‍👩‍👧‍👦", "\u{1B}[31m", "\u{200D}", "\t", "\r\n", "🇫", "\u{202E}", "x\ny\nz",
            "long word after word after word",
        ]
        for seed in 0..<25 {
            var generator = SeededGenerator(seed: UInt64(seed))
            var area = FieldArea("", limit: 300)
            for _ in 0..<120 {
                let columns = Int.random(in: 1..<14, using: &generator)
                switch Int.random(in: 0..<14, using: &generator) {
                case 0...5: area.apply(.insert(pieces.randomElement(using: &generator) ?? "a"))
                case 6:
                    let edits: [FieldEdit] = [
                        .deleteWord, .deleteToEnd, .deleteToStart, .home, .end, .wordLeft, .wordRight,
                    ]
                    area.apply(edits.randomElement(using: &generator) ?? .home)
                case 7, 8: area.apply(.backspace)
                case 9: area.apply(.delete)
                case 10: area.apply(.left)
                case 11: area.apply(.right)
                default: area.move(by: Int.random(in: -5...5, using: &generator), columns: columns)
                }
                check(area, columns)
            }
        }
    }

    private func check(_ area: FieldArea, _ columns: Int) {
        #expect(area.lines.indices.contains(area.line))
        #expect((0...area.lines[area.line].count).contains(area.cursor))
        #expect(area.size <= 300 && area.size == area.text.utf8.count)
        #expect(area.text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0 != "\u{202E}" })
        for line in area.lines {
            let rows = FieldArea.rows(of: line, columns: columns)
            #expect(rows.map(\.text).joined() == line)
            #expect(rows.allSatisfy { $0.widths.reduce(0, +) <= columns || $0.clusters.count == 1 })
        }
        let height = 3
        let window = TextArea(area).window(columns: columns, rows: height)
        #expect(window.rows.count <= height && (0..<max(1, window.rows.count)).contains(window.cursor.row))
        #expect((0...max(2, columns)).contains(window.cursor.column))
    }

    @Test("it is drawn with the cursor where the next sign comes, and says what is out of sight")
    func drawing() {
        func grid(_ area: FieldArea, isFocused: Bool = true) -> Grid {
            drawn(10, 3) {
                TextArea(area, placeholder: "Say it", isFocused: isFocused).draw(into: &$0, in: $1, glyphs: .unicode)
            }
        }
        #expect(grid(FieldArea("", limit: 99)).text == " Say it\n\n")
        #expect(grid(FieldArea("", limit: 99)).cursor == Point(column: 1, row: 0))
        #expect(grid(FieldArea("", limit: 99), isFocused: false).cursor == nil)
        var area = FieldArea("日本 ab\n12345678", limit: 99)
        #expect(grid(area).text == " 日本 ab\n 12345678\n")
        #expect(grid(area).cursor == Point(column: 9, row: 1))
        for _ in 0..<10 { area.apply(.left) }
        #expect(grid(area).cursor == Point(column: 7, row: 0))
        area.apply(.insert("\n\n\n\nend"))
        #expect(grid(area).text == "         ↑\n\n endb    ↓")
        #expect(grid(area).cursor == Point(column: 4, row: 2))
    }

    @Test("back to where it was: what is inserted and deleted again leaves the text as it was")
    func insertAndDelete() {
        for seed in 0..<40 {
            var generator = SeededGenerator(seed: UInt64(seed))
            var area = FieldArea("one\n日本 two\n\nlast", limit: 1000)
            for _ in 0..<Int.random(in: 0..<15, using: &generator) { area.apply(.left) }
            let before = area
            let piece = ["x", "\n", "a\nb c\n", "日"].randomElement(using: &generator) ?? "x"
            area.apply(.insert(piece))
            for _ in piece { area.apply(.backspace) }
            #expect(area == before)
        }
    }
}
