import Foundation
import TestSupport
import Testing

@Suite("The program that comes next finds a clean house", .serialized)
struct HandOffTests {
    /// What a program can see of its own inheritance, without what differs from run to run.
    static let probe = """
        cat /proc/self/status | grep -E '^Sig(Blk|Ign|Cgt):'
        echo fds $(ls /proc/$$/fd)
        for fd in 0 1 2; do grep flags /proc/$$/fdinfo/$fd; done
        set -- $(sed 's/.*) //' /proc/$$/stat)
        test "$3" = $$ && test "$6" = $$ && echo leads and is in front
        stty -a
        echo LINES=$LINES COLUMNS=$COLUMNS TERMINFO=$TERMINFO
        echo over
        """

    /// What the next program wrote.
    private func lines(_ session: TerminalSession) -> [String] {
        let text = session.observed.text
        return (text.components(separatedBy: "\u{0F}\r").last ?? "").components(separatedBy: "\r\n")
    }

    @Test(
        "signals, mask, descriptors, flags, process group and settings are a plain shell's",
        arguments: ["", "trap '' USR2 INT HUP TSTP; "])
    func inheritance(ignoring: String) async throws {
        let environment = Fixture.environment.merging(["PROBE": Self.probe]) { $1 }
        let plain = try TerminalSession(
            ["/bin/sh", "-c", "\(ignoring)exec /bin/sh -c \"$PROBE\""], environment: environment)
        #expect(try await plain.waitForExit() == .exited(0))

        let session = try TerminalSession(
            ["/bin/sh", "-c", "\(ignoring)exec \"\(Fixture.path)\""], environment: environment)
        try await Fixture.ready(session.window)
        session.send("x")
        #expect(try await session.waitForExit() == .exited(0))

        #expect(lines(session) == lines(plain))
        #expect(lines(session).contains("leads and is in front"))
        #expect(session.screen.leftovers == [])
    }

    @Test("what is typed after the hand-off began reaches the next program")
    func typedAhead() async throws {
        let session = try await Fixture.start(["PROBE": "read line; echo \"got $line\""])
        session.send("x")
        try await session.wait(for: "the question") { $0.text.contains("\u{1B}[c") }
        session.send("typed ahead\n")
        try await session.wait(forText: "got typed ahead")
        #expect(try await session.waitForExit() == .exited(0))
        #expect(session.screen.leftovers == [])
    }

    @Test("a terminal that answers nothing costs a moment and no more")
    func noAnswer() async throws {
        let session = try await Fixture.start(["PROBE": "echo here"], answersQueries: false)
        let start = ContinuousClock.now
        session.send("x")
        try await session.wait(forText: "here")
        #expect(start.duration(to: .now) < .seconds(2))
        #expect(session.screen.leftovers == [])
    }

    @Test("^C while the answer is awaited is not lost with what else is typed then")
    func interrupted() async throws {
        let session = try await Fixture.start(["PROBE": "echo here"], answersQueries: false)
        session.send("x")
        try await session.wait(for: "the question") { $0.text.contains("\u{1B}[c") }
        session.send("abc\u{3}")
        #expect(try await session.waitForExit() == .killed(by: SIGINT))
        #expect(!session.screen.contains("here"))
        #expect(session.screen.leftovers == [])
    }

    @Test("mouse reports and the answer do not reach the next program")
    func noReports() async throws {
        let session = try await Fixture.start(["PROBE": "read line; echo \"got <$line>\""])
        session.send("x\u{1B}[<0;7;8M\u{1B}[<0;7;8m")
        try await session.wait(for: "the question") { $0.text.contains("\u{1B}[c") }
        session.send("me\n")
        try await session.wait(forText: "got <me>")
    }

    @Test("after a hand-off that failed the keyboard is ours again")
    func failed() async throws {
        let session = try await Fixture.start()
        session.send("e")
        try await session.wait(forText: "not handed off")
        #expect(session.screen.modes.isOn(1000) && session.screen.modes.isOn(2004))
        session.send("z")
        try await session.wait(forText: "text(\"z\")")
        session.send("q")
        #expect(try await session.waitForExit() == .exited(0))
        #expect(session.screen.leftovers == [])
        #expect(session.settings == session.settingsBefore)
    }
}
