import Surface
import Testing
import Text

@testable import Widgets

@Suite("Text field")
struct TextFieldTests {
    @Test("an empty field shows its placeholder, and the cursor at its start")
    func placeholder() {
        let grid = drawn(20, 2) {
            TextField(FieldText(), placeholder: "your name", hint: "as peers see it")
                .draw(into: &$0, in: $1, glyphs: .unicode)
        }
        #expect(grid.text == " your name\nas peers see it")
        #expect(grid.cursor == Point(column: 1, row: 0))
        #expect(grid.roles(row: 0) == [.placeholder])
    }

    @Test("what is wrong is said beneath, in place of the hint")
    func error() {
        let grid = drawn(30, 2) {
            TextField(FieldText("a b"), error: "No spaces, please", hint: "hint")
                .draw(into: &$0, in: $1, glyphs: .unicode)
        }
        #expect(grid.text == " a b\n✘ No spaces, please")
        #expect(grid.rows(of: .danger) == [1])
    }

    @Test("a text longer than the field is scrolled so that the cursor shows")
    func scrolling() {
        var field = FieldText("0123456789abcdefghij")
        func line() -> (String, Int?) {
            let grid = drawn(12, 1) {
                TextField(field).draw(into: &$0, in: $1, glyphs: .unicode)
            }
            return (grid.line(row: 0), grid.cursor?.column)
        }
        #expect(line() == ("…bcdefghij", 10))
        field.apply(.home)
        #expect(line() == (" 0123456789…", 1))
        for _ in 0..<10 { field.apply(.right) }
        #expect(line() == ("…123456789a…", 10))
    }

    @Test("a wide cluster at the cursor keeps the column right")
    func wide() {
        let grid = drawn(12, 1) {
            TextField(FieldText("日本")).draw(into: &$0, in: $1, glyphs: .unicode)
        }
        #expect(grid.cursor == Point(column: 5, row: 0))
    }

    @Test("a secret is never drawn")
    func secret() {
        let grid = drawn(20, 2) {
            TextField.secret(FieldText("hunter2"), hint: "hidden")
                .draw(into: &$0, in: $1, glyphs: .ascii)
        }
        #expect(grid.text == " *******\nhidden")
        #expect(!grid.text.contains("hunter"))
        #expect(grid.cursor == Point(column: 8, row: 0))
    }

    @Test("a field without focus has no cursor")
    func unfocused() {
        let grid = drawn(20, 1) {
            TextField(FieldText("x"), isFocused: false).draw(into: &$0, in: $1, glyphs: .unicode)
        }
        #expect(grid.cursor == nil)
    }
}
