import Foundation
import TestSupport
import Testing

@Suite("Messages from the dashboard in a terminal", .serialized)
struct DashboardMailTests {
    private static func leave(_ session: TerminalSession, by keys: String) async throws {
        session.send(keys)
        #expect(try await session.waitForExit() == .exited(0))
        #expect(session.settings == session.settingsBefore)
    }

    @Test("what is written is seen to come into an agent's inbox and to be shown, and the answer is read")
    func message() async throws {
        try await Place.with { place in
            try await place.settle()
            let agent = try await RunningLaunch.start(place, "dev-1", ["--mesh", "demo"])
            let session = try place.window(["dashboard"], columns: 120, rows: 40)
            try await session.wait(for: "the agent") {
                $0.screen.contains("1 peer") && $0.screen.contains("live") && $0.screen.contains("dev-1")
            }
            session.send("gm")
            try await session.wait(forText: "[next]")
            session.send("Is the schema done?\nSecond line")
            try await session.wait(forText: "Second line")
            session.send("\r")
            try await session.wait(forText: "on its way")
            session.send("M")
            try await session.wait(forText: "in its inbox")
            let letter = try await agent.letter()
            #expect(letter.text == "Is the schema done?\nSecond line" && letter.author == "person")
            try await session.wait(for: "shown") { $0.screen.contains("shown") && !$0.screen.contains("in its inbox") }

            _ = try await agent.send(letter.fromKey, "It is, since noon")
            try await session.wait(forText: "1 unread")
            session.send("i")
            // The activity tells its beginning as well, and may be there before the letter is.
            try await session.wait(for: "the letter") {
                $0.screen.contains("Your mail") && $0.screen.contains("▸ dev-1")
            }
            session.send("\r")
            try await session.wait(forText: "signed")
            try await session.wait(for: "nothing unread") { !$0.screen.contains("unread") }
            session.send("r")
            try await session.wait(forText: "What it says")
            try await Self.leave(session, by: "\u{3}")
        }
    }

    @Test("what was typed and not sent is there in the next run; a message for nobody says so and stays")
    func draft() async throws {
        try await Place.with { place in
            try await place.settle()
            var session = try place.window(["dashboard"], columns: 80, rows: 24)
            try await session.wait(forText: "live")
            session.send("mnobody\rhalf a thought")
            try await session.wait(forText: "half a thought")
            session.send("\u{13}")
            try await session.wait(forText: "nobody in the mesh is called nobody")
            session.send("!")
            try await session.wait(forText: "thought!")
            try await Self.leave(session, by: "\u{3}")
            #expect(session.screen.contains("kept: m opens it again"))
            session = try place.window(["dashboard"], columns: 40, rows: 12)
            try await session.wait(forText: "live")
            session.send("m")
            try await session.wait(forText: "half a thought!")
            try await Self.leave(session, by: "\u{18}\u{18}q")
            session = try place.window(["dashboard"], columns: 80, rows: 24)
            try await session.wait(forText: "live")
            session.send("m")
            try await session.wait(forText: "What it says")
            #expect(!session.screen.contains("half a thought"))
            try await Self.leave(session, by: "\u{3}")
        }
    }
}
