import Testing

@testable import Text

@Suite("Signs and their ASCII twins")
struct GlyphsTests {
    static let signs: [(name: String, sign: @Sendable (Glyphs) -> [String])] = [
        ("done", { [$0.done] }), ("current", { [$0.current] }), ("failed", { [$0.failed] }),
        ("warning", { [$0.warning] }), ("bullet", { [$0.bullet] }),
        ("statuses", { [$0.working, $0.idle, $0.dnd, $0.left] }),
        ("up and down", { [$0.up, $0.down, $0.arrow, $0.opened, $0.closed] }),
        ("mask", { [$0.mask] }), ("levels", { $0.levels }),
        ("bar", { [$0.filled, $0.unfilled] }),
        ("box", { [String($0.box.horizontal), String($0.box.vertical)] }),
        ("corners", { [$0.box.topLeft, $0.box.topRight, $0.box.bottomLeft, $0.box.bottomRight] }),
        ("tees", { [$0.box.teeLeft, $0.box.teeRight, $0.box.teeDown, $0.box.teeUp] }),
    ]

    @Test("every sign is one column wide in both sets", arguments: 0..<signs.count)
    func oneColumn(index: Int) {
        for glyphs in [Glyphs.unicode, .ascii] {
            #expect(Self.signs[index].sign(glyphs).allSatisfy { TextWidth.of($0) == 1 })
        }
    }

    @Test("the ASCII set is ASCII", arguments: 0..<signs.count)
    func isASCII(index: Int) {
        #expect(Self.signs[index].sign(.ascii).joined().allSatisfy { $0.isASCII })
        let words = [Glyphs.ascii.brand, Glyphs.ascii.enter, Glyphs.ascii.ellipsis]
        #expect(words.joined().allSatisfy { $0.isASCII })
    }

    @Test("the four statuses have four shapes in both sets")
    func statusShapes() {
        for glyphs in [Glyphs.unicode, .ascii] {
            #expect(Set([glyphs.working, glyphs.idle, glyphs.dnd, glyphs.left]).count == 4)
        }
    }

    @Test("brand and levels have the same sizes in both sets")
    func sameSizes() {
        #expect(TextWidth.of(Glyphs.unicode.brand) == TextWidth.of(Glyphs.ascii.brand))
        #expect(Glyphs.unicode.levels.count == Glyphs.ascii.levels.count)
    }
}
