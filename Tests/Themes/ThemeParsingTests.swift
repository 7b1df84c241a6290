import Surface
import Testing

@testable import Themes

@Suite("Reading a theme file")
struct ThemeParsingTests {
    private let head = """
        title = "T"
        appearance = "dark"
        background = "#101010"

        """

    @Test("a role is a colour, or a table with colours and emphasis")
    func roles() throws {
        let theme = try Theme.parse(
            text: head + """
                paint-background = true
                [roles]
                muted = "#abcdef"
                title = { foreground = "#010203", emphasis = ["bold", "underline"] }
                status-idle = { background = "#000000" }
                """, name: "t")
        #expect(theme.name == "t")
        #expect(theme.title == "T")
        #expect(theme.appearance == .dark)
        #expect(theme.paints[.muted] == Paint(foreground: RGB(0xAB, 0xCD, 0xEF)))
        #expect(
            theme.paints[.title]
                == Paint(foreground: RGB(1, 2, 3), emphasis: [.bold, .underline]))
        #expect(theme.paint(for: .statusIdle).background == RGB(0, 0, 0))
        #expect(theme.paint(for: .muted).background == RGB(16, 16, 16), "it is painted")
        #expect(theme.paint(for: .danger).foreground == nil, "a missing role is plain")
    }

    @Test(
        "a fault is reported with its line",
        arguments: [
            ("title = \"T\"\ntitel = \"x\"", 2, "unknown key: titel"),
            ("appearance = \"dim\"", 1, "appearance is \"dark\" or \"light\""),
            ("# c\n\nbackground = \"white\"", 3, "not a colour: \"white\" (write \"#rrggbb\")"),
            ("background = \"#12345g\"", 1, "not a colour: \"#12345g\" (write \"#rrggbb\")"),
            ("background = 3", 1, "background is a text in quotes"),
            ("paint-background = 1", 1, "paint-background is true or false"),
            ("roles = 3", 1, "roles is a table"),
            ("[roles]\ntext = \"#000000\"\ntitel = \"#000000\"", 3, "unknown role: titel"),
            ("[roles]\ntext = 7", 2, "a role is a colour or a table"),
            ("[roles]\ntext = {\n foreground = \"red\" }", nil, "not TOML"),
            ("[roles.text]\n\nforeground = \"red\"", 3, "not a colour: \"red\""),
            (
                "[roles.text]\nforeground = \"#000000\"\n[roles.key]\nforeground = \"red\"", 4,
                "not a colour: \"red\""
            ),
            ("[roles]\ntext = { foregruond = \"#000000\" }", 2, "unknown key: foregruond"),
            ("[roles]\nkey = { emphasis = \"bold\" }", 2, "emphasis is a list of words"),
            ("[roles]\nkey = { emphasis = [\"blink\"] }", 2, "emphasis is any of"),
            ("[roles\n", nil, "not TOML"), ("a = = b", 1, "not TOML"),
            ("a = 1\na = 2", 2, "not TOML"),
        ] as [(String, Int?, String)])
    func faults(text: String, line: Int?, sentence: String) {
        let error = #expect(throws: ThemeError.self) {
            _ = try Theme.parse(text: text, name: "mine")
        }
        #expect(error?.theme == "mine")
        #expect(error?.sentence.hasPrefix(sentence) == true, "\(error?.sentence ?? "")")
        if let line { #expect(error?.line == line) } else { #expect(error?.line != nil) }
    }

    @Test("of several faults the first in the file is reported")
    func firstFault() {
        let error = #expect(throws: ThemeError.self) {
            _ = try Theme.parse(
                text: head + "zzz = 1\n[roles]\naaa = \"#000000\"\n", name: "mine")
        }
        #expect(error?.line == 4)
        #expect(error?.errorDescription == "Theme mine, line 4: unknown key: zzz.")
    }

    @Test("what is missing is named without a line")
    func missing() {
        for (text, sentence) in [
            ("", "appearance is missing"),
            ("appearance = \"dark\"", "background is missing"),
            (head, "there is no [roles]"),
        ] {
            let error = #expect(throws: ThemeError.self) {
                _ = try Theme.parse(text: text, name: "mine")
            }
            #expect(error?.line == nil)
            #expect(error?.sentence == sentence)
        }
    }

    @Test("a file that is too large is refused before it is parsed")
    func tooLarge() {
        let text = String(repeating: "#", count: Theme.maximumFileSize + 1)
        #expect(throws: ThemeError.self) { _ = try Theme.parse(text: text, name: "big") }
    }
}
