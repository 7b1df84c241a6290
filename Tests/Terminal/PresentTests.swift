import Foundation
import TestSupport
import Testing

@Suite("Frames arrive as they were drawn", .serialized)
struct PresentTests {
    typealias Color = VirtualTerminal.Color

    struct Case: Sendable, CustomTestStringConvertible {
        let environment: [String: String]
        let color: Color?

        init(_ environment: [String: String], _ color: Color?) {
            self.environment = environment
            self.color = color
        }

        var testDescription: String { "\(environment)" }
    }

    /// The fixture's accent is #112233.
    static let colors = [
        Case(["COLORTERM": "truecolor"], .rgb(17, 34, 51)),
        Case(["COLORTERM": "24bit", "TERM": "screen"], .rgb(17, 34, 51)),
        Case(["COLORTERM": "truecolor", "TERM": "tmux-256color"], .rgb(17, 34, 51)),
        Case(["COLORTERM": "truecolor", "TERM": "xterm-ghostty"], .rgb(17, 34, 51)),
        Case(["COLORTERM": "truecolor", "NO_COLOR": "1"], .standard),
        Case(["TERM": "xterm-256color"], nil),
        Case(["TERM": ""], nil),
        Case(["TERM": "vt100"], .standard),
        // A system without a terminfo database.
        Case(["TERMINFO": "/nowhere", "TERM": "no-such-terminal"], nil),
    ]

    @Test("colours are those of the terminal's depth", arguments: colors)
    func color(_ attempt: Case) async throws {
        let session = try await Fixture.start(attempt.environment)
        let cell = session.screen.cell(column: 0, row: 0)
        #expect(cell.text == "r")
        #expect(cell.pen.attributes.contains(1))
        if let color = attempt.color {
            #expect(cell.pen.foreground == color)
        } else if case .indexed(let index) = cell.pen.foreground {
            #expect((16...255).contains(index))
        } else {
            Issue.record("not one of 256: \(cell.pen)")
        }
        #expect(cell.pen.background == .standard)
        // The user's palette is never redefined: OSC 4 and 104 would be.
        #expect(!session.observed.text.contains("\u{1B}]"))
        session.send("q")
        #expect(try await session.waitForExit() == .exited(0))
        #expect(session.screen.leftovers == [])
        #expect(session.screen.unknown == [])
    }

    @Test("opening and leaving without a frame writes nothing")
    func nothing() async throws {
        let session = try TerminalSession(
            [Fixture.path], environment: Fixture.environment.merging(["SHOWS_NOTHING": "1"]) { $1 })
        #expect(try await session.waitForExit() == .exited(0))
        #expect(session.observed.text == "left\r\n")
        #expect(session.settings == session.settingsBefore)
    }

    @Test("a frame that changed nothing writes nothing")
    func unchanged() async throws {
        let session = try await Fixture.start()
        let before = session.observed.output.count
        session.send("r")
        try await session.wait(for: "the bell") { $0.screen.bells == 1 }
        #expect(Array(session.observed.output[before...]) == [0x07])
    }

    @Test("a full screen has its last cell too", arguments: ["xterm-256color", "linux", "vt100"])
    func lastCell(term: String) async throws {
        let session = try await Fixture.start(["TERM": term], columns: 20, rows: 5)
        session.send("f")
        let full = Array(repeating: String(repeating: "x", count: 20), count: 5)
        try await session.wait(for: "a full screen") {
            $0.screen.screenText == full.joined(separator: "\n")
        }
    }

    @Test("the cursor shows only where a grid has one")
    func cursor() async throws {
        let session = try await Fixture.start()
        #expect(!session.screen.modes.isOn(25))
        session.send("k")
        try await session.wait(for: "the cursor") {
            $0.screen.modes.isOn(25) && $0.screen.cursor == .init(column: 5, row: 3)
        }
        session.send("k")
        try await session.wait(for: "no cursor") { !$0.screen.modes.isOn(25) }
    }

    /// Wide, combining, joined, toned, selected, flags, and more marks than ncurses has room for.
    static let clusters = [
        "a", "é", "e\u{301}", "漢", "한", "カ", "👍", "👍🏽", "👩‍👩‍👧", "⚠️", "❤️", "1️⃣", "🇫🇷",
        "\u{1F9D1}\u{200D}\u{1F4BB}", "न्", "क्ष", "a" + String(repeating: "\u{301}", count: 12),
        "\u{AC00}\u{11A8}",
        "\u{1FAE8}", "─", "▸", "✔", "�", "ﷺ", "ｶ", "\u{FF21}",
    ]

    @Test(
        "ncurses, the terminal and our columns agree on every cluster",
        arguments: [VirtualTerminal.Widths.clusters, .codePoints])
    func widths(_ widths: VirtualTerminal.Widths) async throws {
        let session = try await Fixture.start(rows: Self.clusters.count + 5, widths: widths)
        session.send("\u{1B}[200~\(Self.clusters.joined(separator: "\r"))\u{1B}[201~.")
        let screen = try await session.wait(forText: "text(\".\")")
        for (index, cluster) in Self.clusters.enumerated() {
            let row = index + 2
            let line = screen.line(row)
            let mark = (0..<4).first { screen.cell(column: $0, row: row).text == "|" }
            let said = line.split(separator: "|").last.flatMap { Int($0) }
            #expect(mark == said, "\(cluster): \(line)")
            #expect((1...2).contains(said ?? 0), "\(cluster): \(line)")
        }
    }

    @Test("a locale without UTF-8 gets nothing but ASCII")
    func ascii() async throws {
        let session = try await Fixture.start(["LANG": "C"])
        session.send("\u{1B}[200~é漢👍─ok\u{1B}[201~.")
        try await session.wait(forText: "?????")
        #expect(session.observed.output.allSatisfy { $0 < 0x80 })
    }

    @Test("UTF-8 in a language the system does not have is UTF-8 all the same")
    func missingLocale() async throws {
        let session = try await Fixture.start(["LANG": "xx_YY.UTF-8"])
        session.send("\u{1B}[200~é漢\u{1B}[201~")
        try await session.wait(forText: "é漢|3")
    }

    @Test("a burst of resizes is drawn a few times, and at the last size")
    func resizeBurst() async throws {
        let session = try await Fixture.start(columns: 100, rows: 60)
        for step in 0..<200 {
            session.resize(columns: 20 + step % 7, rows: 50 + step % 3)
        }
        session.resize(columns: 1, rows: 1)
        session.resize(columns: 90, rows: 58)
        let screen = try await session.wait(forText: "size 90x58")
        #expect(screen.screenText.components(separatedBy: "size").count < 20)
        session.send("q")
        #expect(try await session.waitForExit() == .exited(0))
        #expect(session.screen.leftovers == [])
    }

    @Test("a window made very small and large again shows everything again")
    func smallAndLarge() async throws {
        let session = try await Fixture.start()
        session.resize(columns: 3, rows: 2)
        try await session.wait(forText: "siz")
        session.resize(columns: 80, rows: 24)
        try await session.wait(for: "everything") {
            $0.screen.contains("ready\nsize 3x2\nsize 80x24")
        }
    }

    @Test("a paste of two hundred kilobytes and keys after it arrive whole and in order")
    func paste() async throws {
        let session = try await Fixture.start()
        let text = String(repeating: "0123456789", count: 20_000)
        session.send("\u{1B}[200~\(text)\u{1B}[201~\u{1B}[<0;7;8Mz")
        let screen = try await session.wait(forText: "text(\"z\")")
        #expect(screen.contains("paste of 200000\npress 6,7\ntext(\"z\")"))
    }

    @Test("a lone Escape is a key after a moment")
    func escape() async throws {
        let session = try await Fixture.start()
        session.send("\u{1B}")
        try await session.wait(forText: "escape")
    }

    @Test("what a library says on standard error appears after the screen is left")
    func strayWords() async throws {
        let session = try await Fixture.start()
        session.send("w.")
        let screen = try await session.wait(forText: "text(\".\")")
        #expect(!screen.contains("stray"))
        session.send("q")
        try await session.waitForExit()
        #expect(session.screen.screenText == "stray words\nleft")
    }
}
