import Foundation
import TestSupport
import Testing

@Suite("The dashboard in a terminal", .serialized)
struct DashboardScreenTests {
    /// A mesh with two agents on it, and the dashboard on its screen.
    private func withDashboard(
        _ words: [String] = [], columns: Int = 120, rows: Int = 40,
        _ body: (TerminalSession, _ agents: [TerminalSession]) async throws -> Void
    ) async throws {
        try await Place.with { place in
            try await place.settle()
            let agents = try ["dev-1", "api-2"].map { name in
                try place.window(["launch", "--non-interactive", "--name", name, "--agent", "cat"])
            }
            let session = try place.window(["dashboard"] + words, columns: columns, rows: rows)
            try await session.wait(for: "two peers") {
                $0.screen.contains("2 peers") && $0.screen.contains("live") && $0.screen.contains("dev-1")
            }
            try await body(session, agents)
            session.send("q")
            #expect(try await session.waitForExit() == .exited(0))
            #expect(session.settings == session.settingsBefore)
            #expect(session.screen.leftovers == [])
            for agent in agents { agent.send("\u{4}") }
        }
    }

    @Test("keys filter, sort, group, choose and explain, at every size")
    func keys() async throws {
        try await withDashboard { session, _ in
            session.send("/dev")
            try await session.wait(forText: "1 of 2")
            session.send("\u{15}name:/(/")
            try await session.wait(forText: "a ( is not closed")
            session.send("\u{1b}")
            try await session.wait(for: "both again") {
                $0.screen.contains("api-2") && $0.screen.contains("dev-1") && !$0.screen.contains("closed")
            }
            session.send("r")
            try await session.wait(forText: "name↓")
            session.send("tt")
            try await session.wait(forText: "peers by host")
            session.send("t?")
            try await session.wait(forText: "the entry above")
            session.send("x:tree gr")
            try await session.wait(forText: "peers under their groups")
            session.send("\r")
            try await session.wait(forText: "no group")
            session.send("tt")
            try await session.wait(for: "a list") { !$0.screen.contains("peers by") }
            session.send("gy")
            try await session.wait(forText: "Copied")
            #expect(session.observed.text.contains("\u{1b}]52;c;"))
            session.resize(columns: 40, rows: 12)
            try await session.wait(for: "tabs") {
                $0.screen.contains("activity ─ details") && $0.screen.contains("dev-1")
            }
            session.resize(columns: 30, rows: 8)
            try await session.wait(forText: "needs 40x12")
            session.resize(columns: 80, rows: 24)
            session.send("\r")
            try await session.wait(for: "details") { $0.screen.contains("status     ") }
        }
    }

    @Test("the mouse chooses, sorts and drags")
    func mouse() async throws {
        try await withDashboard { session, _ in
            // Rows and columns of SGR reports count from one.
            session.send("\u{1b}[<0;8;4M\u{1b}[<0;8;4m")
            try await session.wait(forText: "─ api-2 ─")
            session.send("\u{1b}[<0;8;5M\u{1b}[<0;8;5m")
            try await session.wait(forText: "─ dev-1 ─")
            session.send("\u{1b}[<0;7;3M\u{1b}[<0;7;3m")
            try await session.wait(forText: "name↓")
            let before = Self.divider(session.screen)
            session.send("\u{1b}[<0;\(before + 1);10M\u{1b}[<32;90;10M\u{1b}[<0;90;10m")
            try await session.wait(for: "the line moved") { Self.divider($0.screen) > before + 8 }
        }
    }

    private static func divider(_ screen: VirtualTerminal) -> Int {
        let line = screen.screenText.split(separator: "\n", omittingEmptySubsequences: false)
        return line.dropFirst(9).first.flatMap { Array($0).firstIndex(of: "│") } ?? -1
    }

    @Test("it looks back by keys and by the bar, says that it is not live, and returns")
    func replay() async throws {
        try await withDashboard { session, agents in
            agents[1].send("\u{4}")
            try await session.wait(for: "api-2 left") {
                $0.screen.contains("1 peer ") && $0.screen.contains("api-2  left")
            }
            session.send("[")
            try await session.wait(for: "the last change") {
                $0.screen.contains("not live") && $0.screen.contains("1 peer ")
            }
            session.send("[")
            try await session.wait(for: "the one before") {
                $0.screen.contains("not live") && $0.screen.contains("2 peers")
            }
            // The left end of the bar, above the keys.
            session.send("\u{1b}[<0;10;39M\u{1b}[<0;10;39m")
            try await session.wait(for: "the beginning") {
                $0.screen.contains("not live") && !$0.screen.contains("api-2  joined")
            }
            session.send("p")
            try await session.wait(forText: "Return to live first (L)")
            session.send("L")
            try await session.wait(for: "live again") {
                !$0.screen.contains("not live") && $0.screen.contains("1 peer ")
            }
        }
    }

    @Test("a relay that is killed is started again, and the dashboard goes on where it was")
    func killedRelay() async throws {
        try await Place.with { place in
            try await place.settle()
            let agent = try place.window(
                ["launch", "--non-interactive", "--name", "dev-1", "--agent", "cat"])
            let session = try place.window(["dashboard"], columns: 120, rows: 40)
            try await session.wait(forText: "dev-1  joined")
            session.send("g")
            try await session.wait(forText: "─ dev-1 ─")
            let first = try #require(try await place.relayProcess())
            kill(first, SIGKILL)
            try await session.wait(forText: "! relay stopped", "starting it again")
            try await session.wait(for: "another relay") {
                $0.screen.contains("live") && !$0.screen.contains("relay stopped")
                    && $0.screen.contains("1 peer ")
            }
            let second = try #require(try await place.relayProcess())
            #expect(first != second)
            #expect(session.screen.contains("─ dev-1 ─"), "the choice stays")
            let late = try place.window(
                ["launch", "--non-interactive", "--name", "late", "--agent", "cat"])
            try await session.wait(forText: "late  joined", "2 peers")
            #expect(session.screen.contains("dev-1  joined"), "what happened before is kept")
            session.send("h")
            try await session.wait(forText: "process \(second)")
            session.send("\u{1b}")
            try await session.wait(for: "closed") { !$0.screen.contains("process ") }

            // One that cannot be started says why, and leaving works as ever.
            let (home, aside) = (place.home + "/data", place.home + "/aside")
            kill(second, SIGKILL)
            try FileManager.default.moveItem(atPath: home, toPath: aside)
            try await session.wait(forText: "What Skein kept here is gone")
            session.send("q")
            #expect(try await session.waitForExit() == .exited(0))
            #expect(session.screen.leftovers == [])
            for window in [agent, late] { window.send("\u{4}") }
        }
    }

    @Test("a moment is printed as it was, and one before the history is refused")
    func printedMoment() async throws {
        try await Place.with { place in
            try await place.settle()
            let agent = try place.window(
                ["launch", "--non-interactive", "--name", "dev-1", "--agent", "cat"])
            let session = try place.window(["dashboard"], columns: 120, rows: 40)
            try await session.wait(forText: "dev-1  joined")
            session.send("q")
            #expect(try await session.waitForExit() == .exited(0))
            #expect(try await place.skein("dashboard", "--json").output.contains("\"live\":true"))
            let printed = try await place.skein("dashboard", "--once", "--at", "-0s")
            #expect(printed.output.contains("not live") && printed.output.contains("dev-1"))
            #expect(try await place.skein("dashboard", "--json", "--at", "-0s").output.contains("\"live\":false"))
            let refused = try await place.skein("dashboard", "--once", "--at", "-20d")
            #expect(refused.status == 5, "\(refused.errors)")
            #expect(try await place.skein("dashboard", "--at", "99:99", "--once").status == 3)
            agent.send("\u{4}")
        }
    }

    @Test("who leaves is told, and stays dimmed")
    func leaving() async throws {
        try await withDashboard { session, agents in
            agents[1].send("\u{4}")
            try await session.wait(for: "api-2 left") {
                $0.screen.contains("1 peer ") && $0.screen.contains("·  api-2") && $0.screen.contains("api-2  left")
            }
        }
    }

    @Test("flags choose what is looked at, on the screen and in print, and are checked")
    func flags() async throws {
        try await Place.with { place in
            try await place.settle()
            let agents = try ["dev-1", "api-2", "ci"].map { name in
                try place.window(["launch", "--non-interactive", "--name", name, "--agent", "cat"])
            }
            let session = try place.window(["dashboard", "--filter", "-name:ci", "--sort", "name:desc"])
            try await session.wait(forText: "2 of 3")
            session.send("q")
            #expect(try await session.waitForExit() == .exited(0))

            let printed = try await place.skein(
                "dashboard", "--once", "--filter", "-name:/^ci$/", "--sort", "name:desc", "--columns", "name,status")
            let lines = printed.output.split(separator: "\n")
            #expect(lines.dropFirst(2).map { $0.split(separator: " ")[1] } == ["dev-1", "api-2"])
            #expect(!printed.output.contains("directory"))
            let data = try await place.skein("dashboard", "--once", "--json", "--filter", "ci").json
            #expect("\(data)".contains("\"name\": \"ci\"") || "\(data)".contains("ci"))
            #expect(!"\(data)".contains("dev-1"))
            for wrong in [["--filter", "colour:red"], ["--sort", "colour"], ["--columns", "name,colour"], ["--tree", "x"]] {
                let refused = try await place.skein(["dashboard", "--once"] + wrong)
                #expect(refused.status == 3, "\(wrong): \(refused.errors)")
            }
            for agent in agents { agent.send("\u{4}") }
        }
    }
}
