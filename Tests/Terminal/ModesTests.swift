import TestSupport
import Testing

@testable import Terminal

@Suite("Modes are undone in the right order")
struct ModesTests {
    static let xterm: TerminfoEntry = {
        var entry = TerminfoEntry.builtIn
        entry.strings["smcup"] = Array("\u{1B}[?1049h\u{1B}[22;0;0t".utf8)
        entry.strings["rmcup"] = Array("\u{1B}[?1049l\u{1B}[23;0;0t".utf8)
        return entry
    }()

    @Test("the bytes that give the terminal back are these")
    func golden() {
        let text = String(decoding: Modes.leaving(Self.xterm, rows: 24), as: UTF8.self)
        #expect(
            text.replacing("\u{1B}", with: "^") == """
                ^[?2026l^[?1016l^[?1006l^[?1015l^[?1005l^[?1003l^[?1002l^[?1000l^[?1004l^[?2004l\
                ^[?1l^>^[r^[?6l^[4l^[?7h^(B^)B\u{0F}^[0m^]8;;^\\^[0 q^[?12l^[?25h^(B^[m\
                ^[?1049l^[23;0;0t^(B^)B\u{0F}\r
                """)
    }

    @Test("reports end before the alternate screen does, which comes last")
    func order() throws {
        let text = String(decoding: Modes.leaving(Self.xterm, rows: 24), as: UTF8.self)
        let alternate = try #require(text.range(of: "?1049l")).lowerBound
        for mode in [2026, 1016, 1006, 1015, 1005, 1003, 1002, 1000, 1004, 2004] {
            let place = try #require(text.range(of: "?\(mode)l")).lowerBound
            #expect(place < alternate)
        }
    }

    @Test("whatever was on, everything is off afterwards")
    func everythingOff() {
        var terminal = VirtualTerminal()
        terminal.feed("$ skein")
        terminal.feed("\u{1B}[?1049h\u{1B}[22;0;0t\u{1B}[?1;6;12;1000;1002;1003;1004;1005;1006h")
        terminal.feed("\u{1B}[?1015;1016;2004;2026h\u{1B}[?7;25l\u{1B}=\u{1B}[4h\u{1B}[3;9r")
        terminal.feed("\u{1B}(0\u{0E}\u{1B}[1;31;48;2;1;2;3m\u{1B}]8;;http://a\u{1B}\\\u{1B}[5 q")
        #expect(terminal.leftovers.count > 15)
        // In the middle of a sequence.
        terminal.feed("\u{1B}[38;5")
        terminal.feed(Modes.leaving(Self.xterm, rows: 24))
        #expect(terminal.leftovers == [])
        #expect(terminal.screenText == "$ skein")
        #expect(terminal.cursor == VirtualTerminal.Place(column: 0, row: 0))
    }

    @Test("without an alternate screen the shell goes on below what was drawn")
    func noAlternateScreen() {
        var entry = TerminfoEntry.builtIn
        entry.strings["smcup"] = nil
        var terminal = VirtualTerminal(columns: 20, rows: 4)
        terminal.feed("drawn")
        terminal.feed(Modes.leaving(entry, rows: 4))
        #expect(terminal.leftovers == [])
        #expect(terminal.cursor == VirtualTerminal.Place(column: 0, row: 3))
    }

    @Test("the guard has room for the bytes of every entry there is")
    func length() {
        #expect(Modes.leaving(Self.xterm, rows: 9999).count < 512)
    }

    @Test("what is switched on is switched off")
    func entering() {
        var terminal = VirtualTerminal()
        terminal.feed(Self.xterm.plain("smcup") + Modes.entering(Self.xterm, mouse: true))
        #expect(terminal.modes.isOn(1000) && terminal.modes.isOn(1006) && terminal.modes.isOn(2004))
        terminal.feed(Modes.leaving(Self.xterm, rows: 24))
        #expect(terminal.leftovers == [])
    }

    @Test("a mouse that is not wanted is not asked for")
    func noMouse() {
        var terminal = VirtualTerminal()
        terminal.feed(Modes.entering(Self.xterm, mouse: false))
        #expect(!terminal.modes.isOn(1000) && !terminal.modes.isOn(1002))
        #expect(terminal.modes.isOn(2004))
    }

    @Test("padding is not written")
    func padding() {
        var entry = TerminfoEntry(name: "padded")
        entry.strings["flash"] = Array("\u{1B}[?5h$<100/>\u{1B}[?5l$5".utf8)
        #expect(entry.plain("flash") == Array("\u{1B}[?5h\u{1B}[?5l$5".utf8))
        #expect(entry.plain("missing") == [])
    }
}
