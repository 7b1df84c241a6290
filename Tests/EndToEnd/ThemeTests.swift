import Foundation
import TestSupport
import Testing

@Suite("Colours and characters on the real screen")
struct ThemeTests {
    /// The colours of the first screen, and what it says.
    private func firstScreen(
        _ place: Place, _ words: [String] = [], adding changes: [String: String] = [:],
        continueText: String = "Continue"
    ) async throws -> (colors: Set<String>, screen: VirtualTerminal) {
        let session = try place.window(["--agent", "sh"] + words, adding: changes)
        let observed = try await session.wait(for: "the first screen") {
            $0.screen.contains(continueText) && $0.screen.modes.isOn(2004)
        }
        session.send("\u{3}")
        try await session.waitForExit()
        return (observed.screen.colors, observed.screen)
    }

    @Test("the flag, the environment and the configuration choose, in this order")
    func choosing() async throws {
        try await Place.with { place in
            let standard = try await firstScreen(place).colors
            let paper = try await firstScreen(place, ["--theme", "paper"]).colors
            let contrast = try await firstScreen(place, adding: ["SKEIN_THEME": "contrast"]).colors
            #expect(!standard.isEmpty)
            #expect(Set([standard, paper, contrast]).count == 3)
            let both = try await firstScreen(
                place, ["--theme", "paper"], adding: ["SKEIN_THEME": "contrast"])
            #expect(both.colors == paper)
            try place.write("theme = \"paper\"\n", to: "home/config/config.toml")
            #expect(try await firstScreen(place).colors == paper)
            #expect(
                try await firstScreen(place, adding: ["SKEIN_THEME": "contrast"]).colors == contrast
            )
        }
    }

    @Test("24-bit colour where the terminal says so, 256 colours where not")
    func depth() async throws {
        try await Place.with { place in
            let full = try await firstScreen(place, adding: ["COLORTERM": "truecolor"]).colors
            #expect(full.contains { $0.hasPrefix("rgb") })
            let indexed = try await firstScreen(place).colors
            #expect(indexed.allSatisfy { $0.hasPrefix("indexed") })
        }
    }

    @Test("NO_COLOR is heeded: not one cell has a colour")
    func noColor() async throws {
        try await Place.with { place in
            for changes in [["NO_COLOR": "1"], ["NO_COLOR": "1", "COLORTERM": "truecolor"]] {
                let seen = try await firstScreen(place, adding: changes)
                #expect(seen.colors == [])
            }
        }
    }

    @Test(
        "a locale without UTF-8 gets ASCII alone, and every word of it", arguments: ["C", "POSIX"])
    func ascii(locale: String) async throws {
        try await Place.with { place in
            let seen = try await firstScreen(place, adding: ["LANG": locale])
            #expect(seen.screen.screenText.utf8.allSatisfy { $0 < 0x80 })
            #expect(seen.screen.contains("> Continue"))
            #expect(seen.screen.contains("skein  launch"))
        }
    }

    @Test("a theme that is wrong is told by line, and the default is used")
    func badTheme() async throws {
        try await Place.with { place in
            try place.write(
                "title = \"Mine\"\nappearance = 7\n", to: "home/config/themes/mine.toml")
            let seen = try await firstScreen(place, ["--theme", "mine"])
            let standard = try await firstScreen(place)
            #expect(seen.screen.contains("mine.toml:2"))
            #expect(!standard.colors.isEmpty)
            #expect(seen.colors.isSuperset(of: standard.colors))
            let themes = try await place.skein("themes")
            #expect(themes.status == 0)
            #expect(themes.output.contains("not usable: line 2"))
        }
    }

    @Test("a theme that does not exist is told, and the default is used")
    func missingTheme() async throws {
        try await Place.with { place in
            let seen = try await firstScreen(place, ["--theme", "no-such-theme"])
            #expect(seen.screen.contains("no-such-theme"))
            #expect(!seen.colors.isEmpty)
        }
    }

    @Test("the themes are listed, the chosen one marked, with their names as data too")
    func list() async throws {
        try await Place.with { place in
            let themes = try await place.skein("themes", "--json", adding: ["SKEIN_THEME": "mono"])
            let data = try #require(try themes.json["data"] as? [String: any Sendable])
            let rows = try #require(data["themes"] as? [[String: any Sendable]])
            let names = rows.compactMap { $0["name"] as? String }
            #expect(Set(names) == ["skein", "paper", "contrast", "colorblind", "mono"])
            let chosen = rows.filter { $0["chosen"] as? Bool == true }
            #expect(chosen.compactMap { $0["name"] as? String } == ["mono"])
        }
    }
}

extension VirtualTerminal {
    /// Every colour a cell of the screen has.
    var colors: Set<String> {
        var colors: Set<String> = []
        for row in 0..<rows {
            for column in 0..<columns {
                let pen = cell(column: column, row: row).pen
                for color in [pen.foreground, pen.background] where color != .standard {
                    colors.insert("\(color)")
                }
            }
        }
        return colors
    }
}
