import Foundation
import TestSupport
import Testing

/// However a full-screen program ends, the terminal is as it was found.
@Suite("Every way out gives the terminal back", .serialized)
struct KillMatrixTests {
    enum Way: Sendable, CustomTestStringConvertible {
        case keys(String)
        case signal(Int32)
        case windowClosed

        var testDescription: String {
            switch self {
            case .keys(let keys): "keys \(keys.debugDescription)"
            case .signal(let signal): "signal \(signal)"
            case .windowClosed: "window closed"
            }
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let way: Way
        let ends: ProgramEnd
        /// Something the main screen shows afterwards.
        var shows = ""
        var environment: [String: String] = [:]

        var testDescription: String { "\(way.testDescription) \(environment)" }
    }

    static let orderly = [
        Case(way: .keys("q"), ends: .exited(0), shows: "left"),
        Case(way: .keys("\u{03}"), ends: .exited(1), shows: "cancelled"),
        // An exit that forgot the one way out.
        Case(way: .keys("y"), ends: .exited(7)),
        Case(way: .signal(SIGINT), ends: .killed(by: SIGINT)),
        Case(way: .signal(SIGTERM), ends: .killed(by: SIGTERM)),
        Case(way: .signal(SIGHUP), ends: .killed(by: SIGHUP)),
        Case(way: .signal(SIGQUIT), ends: .killed(by: SIGQUIT)),
    ]

    /// Crashes by our own doing, and crashes sent by others.
    static let crashes: [Case] = [
        (Way.keys("t"), SIGILL), (.keys("o"), SIGILL), (.keys("n"), SIGSEGV),
        (.keys("a"), SIGABRT), (.keys("s"), SIGSEGV), (.signal(SIGSEGV), SIGSEGV),
        (.signal(SIGABRT), SIGABRT), (.signal(SIGBUS), SIGBUS), (.signal(SIGFPE), SIGFPE),
    ].map { way, signal in
        // A trap is SIGILL on x86 and SIGTRAP on ARM.
        #if arch(arm64)
            let signal = signal == SIGILL ? SIGTRAP : signal
        #endif
        return Case(way: way, ends: .killed(by: signal))
    }

    static let crashesWithBacktrace = crashes.map { crash in
        var crash = crash
        #if os(Linux)
            crash.shows = "Program crashed"
        #endif
        return crash
    }

    static let crashesWithoutBacktrace = crashes.map { crash in
        var crash = crash
        crash.environment = ["SWIFT_BACKTRACE": "enable=no"]
        return crash
    }

    @Test(
        "termios, modes and the screen are as found",
        arguments: orderly + crashesWithBacktrace + crashesWithoutBacktrace)
    func giveBack(_ attempt: Case) async throws {
        let session = try await Fixture.start(attempt.environment)
        #expect(session.screen.isAlternate)
        #expect(!session.settings.isCooked)

        switch attempt.way {
        case .keys(let keys): session.send(keys)
        case .signal(let signal): session.signal(signal)
        case .windowClosed: session.window.close()
        }

        // The runtime's prompt would hold the terminal for thirty seconds.
        let status = try await session.waitForExit()
        #expect(status == attempt.ends)
        #expect(session.settings == session.settingsBefore)
        #expect(session.screen.leftovers == [])
        let text = Self.textOnMainScreen(session)
        #expect(attempt.shows.isEmpty || text.contains(attempt.shows))
        #expect(!session.screen.contains("ready"))
    }

    /// What was written after the alternate screen was left.
    static func textOnMainScreen(_ session: TerminalSession) -> String {
        session.observed.text.components(separatedBy: "\u{1B}[?1049l").last ?? ""
    }

    @Test("a trap's last words and its backtrace are on the main screen")
    func lastWords() async throws {
        let session = try await Fixture.start(rows: 200)
        session.send("t")
        try await session.waitForExit()
        #expect(session.screen.contains("Fatal error: a trap"))
        #expect(!session.screen.contains("Press space"))
    }

    @Test("a closed window ends the program at once", arguments: [false, true])
    func closeWindow(ignoresHangup: Bool) async throws {
        let session =
            ignoresHangup
            ? try TerminalSession(
                ["/bin/sh", "-c", "trap '' HUP; exec \"\(Fixture.path)\""],
                environment: Fixture.environment)
            : try await Fixture.start()
        try await Fixture.ready(session.window)
        session.window.close()
        let status = try await session.waitForExit()
        // SIGHUP may come before the end of the input is seen.
        #expect([.exited(4), .killed(by: SIGHUP)].contains(status))
        if ignoresHangup { #expect(status == .exited(4)) }
    }

    @Test("a main actor that answers nobody is ended by the second request")
    func stuck() async throws {
        let session = try await Fixture.start()
        session.send("u")
        try await session.wait(forText: "stuck")
        session.signal(SIGTERM)
        let start = ContinuousClock.now
        while (try? await session.waitForExit(within: .milliseconds(200))) == nil,
            start.duration(to: .now) < .seconds(10)
        {
            session.signal(SIGTERM)
        }
        #expect(session.observed.exit == .killed(by: SIGTERM))
        // Asking again before the program has had two seconds changes nothing.
        #expect(start.duration(to: .now) > .milliseconds(1900))
        #expect(session.settings == session.settingsBefore)
        #expect(session.screen.leftovers == [])
    }

    @Test("without a terminal nothing is written but a sentence")
    func noTerminal() async throws {
        for (redirection, sentence) in [
            ("</dev/null", "Standard input is not a terminal."),
            ("| cat", "Standard output is not a terminal."),
        ] {
            let session = try TerminalSession(
                ["/bin/sh", "-c", "\"\(Fixture.path)\" \(redirection)"],
                environment: Fixture.environment)
            try await session.waitForExit()
            #expect(session.observed.text == "\(sentence)\r\n")
        }
        let dumb = try TerminalSession(
            [Fixture.path], environment: Fixture.environment.merging(["TERM": "dumb"]) { $1 })
        #expect(try await dumb.waitForExit() == .exited(6))
        #expect(dumb.observed.text == "The terminal is a plain one (TERM=dumb).\r\n")
    }

    @Test("an idle program uses no processor and writes nothing")
    func idle() async throws {
        let session = try await Fixture.start()
        let cpu = ProcessFacts.cpuSeconds(session.process)
        let bytes = session.observed.output.count
        await #expect(throws: TerminalWindow.TimedOut.self) {
            try await session.wait(for: "anything", within: .milliseconds(400)) {
                $0.output.count > bytes
            }
        }
        #expect(ProcessFacts.cpuSeconds(session.process) == cpu)
    }
}
