import Foundation
import TestSupport
import Testing

@Suite("The dashboard of several meshes", .serialized)
struct DashboardMeshesTests {
    /// Two meshes, an agent of the same name on each.
    private func withMeshes(
        _ body: (Place, _ agents: [TerminalSession]) async throws -> Void
    ) async throws {
        try await Place.with { place in
            try await place.settle()
            #expect(try await place.skein("mesh", "create", "other").status == 0)
            let agents = try ["demo", "other"].map { mesh in
                try place.window([
                    "launch", "--non-interactive", "--mesh", mesh, "--name", "dev-1", "--agent", "cat",
                ])
            }
            try await body(place, agents)
            for agent in agents { agent.send("\u{4}") }
        }
    }

    @Test("together on the screen, one after the other, and remembered for the next run")
    func screen() async throws {
        try await withMeshes { place, _ in
            let session = try place.window(["dashboard", "--all"], columns: 120, rows: 40)
            try await session.wait(for: "both") {
                $0.screen.contains("2 meshes · 2 peers") && $0.screen.contains("live")
            }
            session.send("ttt")
            try await session.wait(forText: "peers by mesh")
            session.send("h")
            try await session.wait(forText: "process ")
            session.send("\u{1b}")
            try await session.wait(for: "closed") { !$0.screen.contains("process ") }
            session.send(":mesh demo\r")
            try await session.wait(forText: "demo · 1 peer ")
            session.send("/dev\r")
            try await session.wait(forText: "1 of 1")
            session.send("q")
            #expect(try await session.waitForExit() == .exited(0))

            let again = try place.window(["dashboard", "--all"], columns: 120, rows: 40)
            try await again.wait(forText: "peers by mesh")
            again.send(":mesh demo\r")
            try await again.wait(forText: "1 of 1")
            again.send("q")
            #expect(try await again.waitForExit() == .exited(0))

            let printed = try await place.skein("dashboard", "--once", "--all")
            #expect(printed.output.contains("2 meshes · 2 peers"))
            #expect(!printed.output.contains("▾"), "a script is shown what it asks for")
        }
    }

    @Test("as data each peer has its mesh, and one mesh alone is named")
    func data() async throws {
        try await withMeshes { place, _ in
            let session = try place.window(["dashboard", "--all", "--plain"])
            try await session.wait(for: "both") {
                $0.text.contains("demo: dev-1") || $0.text.contains("demo: joined: dev-1")
            }
            try await session.wait(for: "the other") {
                $0.text.contains("other: dev-1") || $0.text.contains("other: joined: dev-1")
            }
            session.send("\u{3}")
            try await session.waitForExit()
            let all = "\(try await place.skein("dashboard", "--once", "--all", "--json").output)"
            #expect(all.contains("\"mesh\":\"demo\"") && all.contains("\"mesh\":\"other\""))
            #expect(all.contains("\"mesh\":null") && all.contains("\"is_reached\":true"))
            let one = try await place.skein("dashboard", "--once", "--mesh", "other", "--json").output
            #expect(one.contains("\"mesh\":\"other\"") && !one.contains("demo"))
            #expect(try await place.skein("dashboard", "--once", "--all", "--mesh", "demo").status == 3)
        }
    }
}
