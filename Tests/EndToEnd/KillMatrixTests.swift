import Foundation
import TestSupport
import Testing

@Suite("However a run is ended, the terminal is as it was found", .serialized)
struct KillMatrixTests {
    static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGSEGV, SIGABRT]

    @Test("by a signal", arguments: Moment.allCases, signals)
    func signal(_ moment: Moment, _ signal: Int32) async throws {
        try await Place.with { place in
            try await moment.prepare(place) {
                // The runtime's backtrace has a test of its own.
                let session = try place.window(
                    moment.words, adding: ["SWIFT_BACKTRACE": "enable=no"])
                try await moment.arrive(in: session.window)
                #expect(!session.settings.isCooked)
                session.signal(signal)
                #expect(try await session.waitForExit() == .killed(by: signal))
                expectGivenBack(session, after: moment)
            }
            if moment == .handOff { #expect(try await place.peerNames() == []) }
        }
    }

    @Test("by the person", arguments: Moment.allCases)
    func key(_ moment: Moment) async throws {
        try await Place.with { place in
            try await moment.prepare(place) {
                let session = try place.window(moment.words)
                try await moment.arrive(in: session.window)
                session.send(moment == .dashboard ? "q" : "\u{3}")
                // The hand-off has other ways to end if nobody hears the key, all of them later.
                let end = try await session.waitForExit(within: .seconds(3))
                switch moment {
                case .dashboard: #expect(end == .exited(0))
                // Nothing of ours reads the keys any more: the terminal makes ^C a signal.
                case .handOff: #expect([.exited(1), .killed(by: SIGINT)].contains(end))
                default: #expect(end == .exited(1))
                }
                expectGivenBack(session, after: moment)
            }
        }
    }

    @Test("by ^C on the dashboard, which leaves it as q does")
    func interruptKey() async throws {
        try await Place.with { place in
            try await Moment.dashboard.prepare(place) {
                let session = try place.window(["dashboard"])
                try await Moment.dashboard.arrive(in: session.window)
                session.send("\u{3}")
                #expect(try await session.waitForExit() == .exited(0))
                expectGivenBack(session, after: .dashboard)
            }
        }
    }

    @Test(
        "by the window being closed, also where hang-ups are ignored",
        arguments: Moment.allCases, [false, true])
    func windowClosed(_ moment: Moment, ignoresHangup: Bool) async throws {
        try await Place.with { place in
            try await moment.prepare(place) {
                let words = ([Command.path] + moment.words).joined(separator: " ")
                let session = try TerminalSession(
                    ["/bin/sh", "-c", (ignoresHangup ? "trap '' HUP; " : "") + "exec " + words],
                    environment: place.environment, directory: place.work)
                try await moment.arrive(in: session.window)
                session.window.close()
                // Nobody may be left running, let alone spinning.
                let limit: Duration =
                    moment == .handOff && ignoresHangup ? .seconds(20) : .seconds(5)
                try await session.waitForExit(within: limit)
                #expect(!ProcessFacts.isAlive(session.process))
            }
        }
    }

    @Test("not by being stopped: fg goes on where it was", arguments: Moment.allCases)
    func stopAndContinue(_ moment: Moment) async throws {
        try await Place.with { place in
            try await moment.prepare(place) {
                let shell = try await place.jobShell()
                let window = shell.session.window
                let words = (["skein"] + moment.words).joined(separator: " ")
                shell.start("sh -c 'echo pid=$$=; exec \(words)'")
                try await moment.arrive(in: window)
                let digits = window.observed.text.components(separatedBy: "pid=").last?
                    .prefix { $0.isNumber }
                let process = try #require(digits.flatMap { pid_t($0) })

                kill(process, SIGTSTP)
                try await window.wait(for: "the shell") {
                    $0.text.hasSuffix(JobShell.prompt) && $0.isGivenBack
                }
                #expect(window.settings == shell.settings)
                #expect(window.screen.contains("Stopped"))

                let command = shell.start("fg")
                try await window.wait(for: "a frame") {
                    $0.screen.isAlternate && $0.screen.contains(moment.sign)
                }
                kill(process, SIGTERM)
                let status = try await shell.status(of: command)
                #expect(status == 128 + SIGTERM)
                #expect(window.settings == shell.settings)
                #expect(window.screen.leftovers == [])
            }
        }
    }

    @Test("a crash's backtrace is on the main screen, at once")
    func backtrace() async throws {
        try await Place.with { place in
            let session = try place.window(
                ["--agent", "sh"], adding: ["SWIFT_BACKTRACE": "symbolicate=off,images=none"])
            try await Moment.wizard.arrive(in: session.window)
            session.signal(SIGSEGV)
            #expect(try await session.waitForExit() == .killed(by: SIGSEGV))
            expectGivenBack(session, after: .wizard)
            #if os(Linux)
                #expect(session.observed.text.contains("Program crashed"))
            #endif
        }
    }

    @Test("nothing runs and nothing is written while nothing happens", arguments: Moment.allCases)
    func idle(_ moment: Moment) async throws {
        try await Place.with { place in
            try await moment.prepare(place) {
                let session = try place.window(moment.words)
                try await moment.arrive(in: session.window)
                if moment == .dashboard {
                    // The link, the peers and what happened come one after the other; then all is
                    // told.
                    try await session.wait(for: "the peers") {
                        $0.screen.contains("live") && $0.screen.contains("Nobody is here yet")
                            && $0.screen.screenText.contains(/:\d\d  live/)
                    }
                }
                let cpu = ProcessFacts.cpuSeconds(session.process) ?? 0
                let bytes = session.observed.output.count
                // Nothing happens: that is what is looked at, so time has to pass.
                try await Task.sleep(for: .milliseconds(300))
                #expect((ProcessFacts.cpuSeconds(session.process) ?? 9) - cpu <= 0.02)
                #expect(session.observed.output.count == bytes)
            }
        }
    }

    private func expectGivenBack(_ session: TerminalSession, after moment: Moment) {
        #expect(session.settings == session.settingsBefore)
        #expect(session.screen.leftovers == [])
        #expect(!session.screen.isAlternate)
        #expect(!session.screen.contains(moment.sign))
        #expect(!ProcessFacts.isAlive(session.process))
    }
}
