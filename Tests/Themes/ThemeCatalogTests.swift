import Surface
import Testing
import ThemeFiles

@testable import Themes

@Suite("The themes there are")
struct ThemeCatalogTests {
    static let themes = ThemeCatalog.builtInNames

    @Test("there are five, the default first")
    func names() {
        #expect(Self.themes == ["skein", "paper", "contrast", "colorblind", "mono"])
        #expect(Self.themes.first == ThemeCatalog.defaultName)
        #expect(ThemeCatalog.standard.title == "Skein")
    }

    @Test("a light terminal gets a light theme, every other the default")
    func byAppearance() throws {
        #expect(ThemeCatalog.name(for: nil) == "skein")
        #expect(ThemeCatalog.name(for: .dark) == "skein")
        #expect(try ThemeCatalog.find(ThemeCatalog.name(for: .light)).appearance == .light)
    }

    @Test("a person's file is found by name and stands in for a built-in one")
    func userFiles() throws {
        let text = """
            title = "Mine"
            appearance = "dark"
            background = "#000000"
            [roles]
            """
        #expect(try ThemeCatalog.find("mine", userFiles: ["mine": text]).title == "Mine")
        #expect(try ThemeCatalog.find("skein", userFiles: ["skein": text]).title == "Mine")
        #expect(try ThemeCatalog.find("paper", userFiles: ["mine": "]["]).title == "Paper")
    }

    @Test("an unknown name is answered with those there are")
    func unknown() {
        let error = #expect(throws: ThemeError.self) {
            _ = try ThemeCatalog.find("nope", userFiles: ["mine": "", "skein": ""])
        }
        #expect(
            error?.sentence
                == "there is no such theme; there are skein, paper, contrast, colorblind, mono, mine"
        )
    }

    @Test("every built-in theme is good and says how every role looks", arguments: themes)
    func complete(name: String) throws {
        let theme = try ThemeCatalog.find(name)
        #expect(Set(theme.paints.keys) == Set(Role.allCases))
        #expect(theme.title != name)
    }

    @Test("a role with a background of its own has a foreground of its own", arguments: themes)
    func pairs(name: String) throws {
        for (role, paint) in try ThemeCatalog.find(name).paints where paint.background != nil {
            #expect(paint.foreground != nil, "\(name) \(role)")
        }
    }

    @Test("every text can be read on its background", arguments: themes)
    func contrast(name: String) throws {
        let theme = try ThemeCatalog.find(name)
        let needed = name == "contrast" ? 7.0 : 4.5
        for role in Role.allCases where role != .border {
            guard let foreground = theme.paints[role]?.foreground else { continue }
            let background = theme.paints[role]?.background ?? theme.background
            let contrast = foreground.contrast(with: background)
            #expect(contrast >= needed, "\(name) \(role): \(contrast)")
        }
        // A line is no text: WCAG asks 3:1 of it.
        if let border = theme.paints[.border]?.foreground {
            #expect(border.contrast(with: theme.background) >= 3)
        }
    }

    @Test(
        "a theme that paints its background leaves no text to the terminal", arguments: themes)
    func painted(name: String) throws {
        let theme = try ThemeCatalog.find(name)
        guard theme.paintsBackground else { return }
        #expect(Role.allCases.allSatisfy { theme.paints[$0]?.foreground != nil })
    }

    @Test("monochrome has no colour at all")
    func mono() throws {
        let theme = try ThemeCatalog.find("mono")
        #expect(theme.paints.values.allSatisfy { $0.foreground == nil && $0.background == nil })
    }
}
