import Foundation
import TestSupport
import Testing
import Themes

@testable import Terminal

@Suite("What a terminal can show")
@MainActor
struct CapabilitiesTests {
    struct Case: Sendable {
        let colors: Int
        let environment: [String: String]
        let depth: ColorDepth

        init(_ colors: Int, _ environment: [String: String], _ depth: ColorDepth) {
            self.colors = colors
            self.environment = environment
            self.depth = depth
        }
    }

    nonisolated static let cases = [
        Case(256, [:], .colors256), Case(88, [:], .colors16), Case(16, [:], .colors16),
        Case(8, [:], .colors8), Case(-1, [:], .none), Case(0, [:], .none),
        Case(256, ["COLORTERM": "truecolor"], .trueColor),
        Case(8, ["COLORTERM": "24bit"], .trueColor),
        Case(256, ["COLORTERM": "yes"], .colors256),
        Case(-1, ["COLORTERM": "truecolor"], .none),
        Case(256, ["NO_COLOR": "1"], .none), Case(256, ["NO_COLOR": ""], .colors256),
        Case(256, ["NO_COLOR": "1", "COLORTERM": "truecolor"], .none),
    ]

    @Test("depth comes from terminfo, COLORTERM and NO_COLOR", arguments: cases)
    func depth(_ attempt: Case) {
        let entry = TerminfoEntry(name: "t", numbers: ["colors": attempt.colors])
        let capabilities = Terminal.Capabilities(
            entry: entry, environment: attempt.environment, isUnicode: true)
        #expect(capabilities.depth == attempt.depth)
    }

    @Test("an entry with direct colours is used as it is")
    func directEntry() {
        let entry = TerminfoEntry(
            name: "xterm-direct", flags: ["RGB"], numbers: ["colors": 1 << 24], isStored: true)
        let capabilities = Terminal.Capabilities(entry: entry, environment: [:], isUnicode: true)
        #expect(capabilities.depth == .trueColor)
        #expect(capabilities.entry == entry)
    }

    @Test("a missing or unknown name falls back to a known one")
    func candidates() {
        #expect(Terminal.Capabilities.candidates(for: nil).first == "xterm-256color")
        #expect(Terminal.Capabilities.candidates(for: "").first == "xterm-256color")
        #expect(Terminal.Capabilities.candidates(for: "../../x").first == "xterm-256color")
        #expect(
            Terminal.Capabilities.candidates(for: "xterm-kitty").prefix(2)
                == ["xterm-kitty", "xterm-256color"])
        #expect(Terminal.Capabilities.candidates(for: "tmux-direct")[1] == "screen-256color")
    }

    @Test("an entry we wrote is read by ncurses as it was meant", arguments: [true, false])
    func compiled(isDirect: Bool) throws {
        var entry = isDirect ? TerminfoEntry.builtIn.direct : .builtIn
        entry.name = "skein-test"
        entry.numbers["U8"] = 1
        setenv("TERMINFO", entry.environmentValue, 1)
        defer { unsetenv("TERMINFO") }
        var read = try #require(TerminfoEntry.stored("skein-test", output: 1))
        read.isStored = false
        #expect(read == entry)
    }

    nonisolated static let charsets: [([String: String], Bool)] = [
        (["LANG": "en_US.UTF-8"], true), (["LANG": "de_DE.utf8"], true), (["LANG": "C"], false),
        ([:], false), (["LANG": "en_US.UTF-8", "LC_ALL": "C"], false),
        (["LANG": "C", "LC_CTYPE": "UTF-8"], true), (["LC_ALL": "", "LANG": "C.UTF-8"], true),
    ]

    @Test("the variable that decides names the character set", arguments: charsets)
    func charset(environment: [String: String], isUTF8: Bool) {
        #expect(Charset.namesUTF8(environment) == isUTF8)
    }
}
