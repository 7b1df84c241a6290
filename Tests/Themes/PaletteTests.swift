import Surface
import Testing

@testable import Themes

@Suite("A theme on a terminal")
struct PaletteTests {
    static let themes = ThemeCatalog.builtInNames

    private func palette(_ name: String, _ depth: ColorDepth) throws -> Palette {
        Palette(theme: try ThemeCatalog.find(name), depth: depth)
    }

    @Test("24-bit colours are passed on as they are")
    func trueColor() throws {
        let paint = try palette("skein", .trueColor).paint(for: Style(.brand))
        #expect(paint.foreground == .rgb(RGB(0xFF, 0x9A, 0x3C)))
        #expect(paint.background == .default)
        #expect(paint.emphasis == .bold)
    }

    @Test(
        "colours a terminal has are matched exactly",
        arguments: [
            (0x5F87AF, ColorDepth.colors256, 67), (0x808080, .colors256, 244),
            (0xFFFFFF, .colors256, 231), (0x000000, .colors256, 16), (0xFF0000, .colors16, 9),
            (0xCD0000, .colors16, 1), (0x7F7F7F, .colors16, 8), (0xFF0000, .colors8, 1),
            (0xFFFFFF, .colors8, 7), (0x101010, .colors8, 0), (0x00FFFF, .colors16, 14),
        ] as [(UInt32, ColorDepth, UInt8)])
    func exact(color: UInt32, depth: ColorDepth, index: UInt8) {
        #expect(ColorTable.nearest(to: RGB(number: color), depth: depth) == index)
    }

    @Test("the nearest colour is the nearest one of all")
    func nearest() {
        var seed: UInt32 = 1
        for _ in 0..<50 {
            seed = seed &* 1_664_525 &+ 1_013_904_223
            let color = RGB(number: seed >> 8)
            let index = ColorTable.nearest(to: color, depth: .colors256)
            let found = index.map { OKLab(ColorTable.colors[Int($0)]) }
            let distance = found?.squaredDistance(to: OKLab(color)) ?? .infinity
            for other in ColorTable.colors[16...] {
                #expect(distance <= OKLab(other).squaredDistance(to: OKLab(color)))
            }
        }
    }

    @Test("no index is beyond what the terminal has", arguments: themes)
    func indices(name: String) throws {
        for (depth, limit) in [(ColorDepth.colors8, 8), (.colors16, 16), (.colors256, 256)] {
            let palette = try palette(name, depth)
            for role in Role.allCases {
                let paint = palette.paint(for: Style(role))
                for case .indexed(let index) in [paint.foreground, paint.background] {
                    #expect(Int(index) < limit)
                }
            }
        }
    }

    @Test("no text vanishes in its background, at any depth", arguments: themes)
    func nothingVanishes(name: String) throws {
        for depth in ColorDepth.allCases {
            let palette = try palette(name, depth)
            for role in Role.allCases {
                let paint = palette.paint(for: Style(role))
                #expect(
                    paint.background == .default || paint.foreground != paint.background,
                    "\(name) \(depth) \(role)")
            }
        }
    }

    @Test("two colours that become one give way to the terminal's own")
    func merging() {
        let theme = Theme(
            name: "t", title: "T", appearance: .dark, background: RGB(0, 0, 0),
            paintsBackground: true,
            paints: [
                .muted: Paint(foreground: RGB(30, 30, 30)),
                .field: Paint(foreground: RGB(250, 250, 250), background: RGB(20, 20, 20)),
            ])
        let muted = Palette(theme: theme, depth: .colors8).paint(for: Style(.muted))
        #expect(muted.foreground == .default && muted.background == .default)
        let field = Palette(theme: theme, depth: .colors8).paint(for: Style(.field))
        #expect(field.emphasis.contains(.underline), "its background does not show any more")
        let fine = Palette(theme: theme, depth: .trueColor).paint(for: Style(.field))
        #expect(fine.background == .rgb(RGB(20, 20, 20)) && fine.emphasis.isEmpty)
        let selection = Palette(theme: theme, depth: .trueColor).paint(for: Style(.selection))
        #expect(selection.emphasis.contains(.reverse), "the theme gave it nothing to show by")
    }

    @Test("the selected row shows, at any depth", arguments: themes)
    func selectionShows(name: String) throws {
        for depth in ColorDepth.allCases {
            let palette = try palette(name, depth)
            let selection = palette.paint(for: Style(.selection))
            let text = palette.paint(for: Style(.text))
            #expect(
                selection.emphasis.contains(.reverse) || selection.background != text.background,
                "\(name) \(depth)")
        }
    }

    @Test("without colour there is none, and what matters differs by emphasis", arguments: themes)
    func withoutColor(name: String) throws {
        let palette = try palette(name, .none)
        for role in Role.allCases {
            let paint = palette.paint(for: Style(role))
            #expect(paint.foreground == .default && paint.background == .default)
        }
        func emphasis(_ role: Role) -> Style.Emphasis {
            palette.paint(for: Style(role)).emphasis
        }
        #expect(emphasis(.selection).contains(.reverse))
        #expect(emphasis(.key).contains(.bold))
        #expect(emphasis(.muted).contains(.dim))
        #expect(emphasis(.field).contains(.underline))
        #expect(emphasis(.text).isEmpty)
        #expect(emphasis(.danger) != emphasis(.success))
    }

    @Test("a style's own emphasis is added")
    func added() throws {
        let paint = try palette("mono", .none).paint(for: Style(.muted, .underline))
        #expect(paint.emphasis == [.dim, .underline])
    }
}
