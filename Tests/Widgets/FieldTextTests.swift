import Testing
import Text

@testable import Widgets

@Suite("Editing a field")
struct FieldTextTests {
    /// The text with the cursor as a bar.
    private func shown(_ field: FieldText) -> String {
        String(field.text.prefix(field.cursor)) + "|" + String(field.text.dropFirst(field.cursor))
    }

    @Test(
        "edits do what their keys promise",
        arguments: [
            ([.insert("x")], "one twox|"), ([.backspace], "one tw|"),
            ([.left, .backspace], "one t|o"), ([.left, .delete], "one tw|"),
            ([.home], "|one two"), ([.home, .backspace], "|one two"), ([.delete], "one two|"),
            ([.right], "one two|"), ([.home, .left], "|one two"), ([.home, .right], "o|ne two"),
            ([.home, .end], "one two|"), ([.deleteWord], "one |"),
            ([.deleteWord, .deleteWord], "|"), ([.left, .deleteToStart], "|o"),
            ([.home, .right, .deleteToEnd], "o|"), ([.wordLeft, .wordLeft], "|one two"),
            ([.home, .wordRight], "one| two"),
            ([.home, .insert("日"), .insert("é")], "日é|one two"),
        ] as [([FieldEdit], String)])
    func edits(edits: [FieldEdit], after: String) {
        var field = FieldText("one two")
        #expect(shown(field) == "one two|")
        for edit in edits { field.apply(edit) }
        #expect(shown(field) == after)
    }

    @Test(
        "one step is one cluster, however many code points it has",
        arguments: ["👨‍👩‍👧‍👦", "e\u{301}", "🇫🇷", "⚠️", "한", "👍🏽"])
    func clusters(cluster: String) {
        var field = FieldText("a\(cluster)b")
        field.apply(.left)
        field.apply(.backspace)
        #expect(shown(field) == "a|b")
        field.apply(.insert(cluster))
        field.apply(.left)
        field.apply(.delete)
        #expect(shown(field) == "a|b")
    }

    @Test("a paste arrives whole, in one line, without control characters")
    func paste() {
        var field = FieldText("[]")
        field.apply(.left)
        field.apply(.insert("line one\r\nline two\u{1B}[31m\u{7}\n"))
        #expect(shown(field) == "[line one line two[31m |]")
    }

    @Test("a mark typed after its letter joins it")
    func lateMark() {
        var field = FieldText("e")
        field.apply(.insert("\u{301}"))
        #expect(field.text.count == 1)
        #expect(field.cursor == 1)
    }

    @Test("nothing goes over the limit, wherever it is put in")
    func limit() {
        var field = FieldText("abcd", limit: 5)
        field.apply(.home)
        field.apply(.insert("XYZ"))
        #expect(shown(field) == "X|abcd")
        #expect(FieldText(String(repeating: "日", count: 10_000), limit: 64).text.count == 64)
    }

    @Test("a paste far over a large limit is taken at once")
    func largePaste() {
        var field = FieldText(String(repeating: "é", count: 4000), limit: 8000)
        field.apply(.insert(String(repeating: "ü", count: 100_000)))
        #expect(field.text.count == 8000)
        #expect(field.cursor == 8000)
    }

    @Test("whatever is done, the cursor is in the text and the text is safe and bounded")
    func properties() {
        var state: UInt64 = 42
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let parts = ["a", " ", "日", "\u{301}", "\u{200D}", "👨", "🇫", "\n", "\u{1B}", "क्", "ष"]
        let moves: [FieldEdit] = [
            .backspace, .delete, .left, .right, .wordLeft, .wordRight, .home, .end, .deleteWord,
            .deleteToStart, .deleteToEnd,
        ]
        for _ in 0..<60 {
            var field = FieldText(limit: 12)
            for _ in 0..<60 {
                let part = parts[random(parts.count)]
                field.apply(random(3) == 0 ? moves[random(moves.count)] : .insert(part))
                #expect((0...field.text.count).contains(field.cursor))
                #expect(field.text.count <= 12)
                #expect(!field.text.unicodeScalars.contains { $0.value < 0x20 })
            }
        }
    }
}
