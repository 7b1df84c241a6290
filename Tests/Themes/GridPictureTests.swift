import Foundation
import Surface
import Testing
import Themes

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite("A frame as a picture")
struct GridPictureTests {
    private static let theme = ThemeCatalog.standard

    private static func picture(_ text: String, _ style: Style = Style(.text)) -> String {
        var grid = Grid(Size(columns: 20, rows: 2))
        grid.put(text, at: Point(column: 1, row: 1), style: style)
        return GridPicture(grid, in: theme).svg
    }

    @Test("any text is well-formed XML that says the same", arguments: [
        "plain", "<&>\"'", "名前 👩‍👩‍👧‍👦", "]]>", "a\u{1}b\u{FFFE}",
    ])
    func wellFormed(text: String) {
        let reader = Reader()
        let parser = XMLParser(data: Data(Self.picture(text).utf8))
        parser.delegate = reader
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        let hostile = text.contains("\u{1}")
        #expect(hostile || reader.text.contains(text))
    }

    @Test("colours are the theme's, and what is reversed changes them over")
    func colours() {
        let danger = Self.theme.paint(for: .danger).foreground?.hex ?? "?"
        #expect(Self.picture("x", Style(.danger)).contains(#"fill="\#(danger)""#))
        let reversed = Self.picture("x", Style(.danger, .reverse))
        #expect(reversed.contains(#"height="17" fill="\#(danger)"/>"#))
    }

    private final class Reader: NSObject, XMLParserDelegate {
        var text = ""
        func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
    }
}
