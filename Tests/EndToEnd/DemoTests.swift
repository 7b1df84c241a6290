import Foundation
import TestSupport
import Testing

@Suite("The demo")
struct DemoTests {
    /// Its throwaway home is made in TMPDIR: one of the test's own shows what is left.
    private func temporary(_ place: Place) throws -> [String: String] {
        try FileManager.default.createDirectory(
            atPath: place.root + "/tmp", withIntermediateDirectories: true)
        return ["TMPDIR": place.root + "/tmp"]
    }

    private func left(_ place: Place) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: place.root + "/tmp")
    }

    /// Every process whose environment names this place.
    private func processes(_ place: Place) -> [pid_t] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.compactMap { pid_t($0) }.filter { process in
            FileManager.default.contents(atPath: "/proc/\(process)/environ").map {
                String(decoding: $0, as: UTF8.self).contains(place.root)
            } ?? false
        }
    }

    @Test("once: one frame as text with eight peers, and nothing is left")
    func once() async throws {
        try await Place.with { place in
            let environment = try temporary(place)
            let demo = try await place.skein(["demo", "--once"], adding: environment)
            #expect(demo.status == 0)
            #expect(demo.errors == "")
            #expect(!demo.output.contains("\u{1B}"))
            #expect(demo.output.contains("8 peers"))
            let lines = demo.output.split(separator: "\n")
            // A header, the names of the columns, and a line a peer.
            #expect(lines.count == 2 + 8)
            #expect(try left(place) == [])
            #expect(place.kept == nil)
            #expect(processes(place) == [])
        }
    }

    @Test("once as data")
    func onceJSON() async throws {
        try await Place.with { place in
            let demo = try await place.skein(
                ["demo", "--once", "--json"], adding: try temporary(place))
            let data = try #require(try demo.json["data"] as? [String: any Sendable])
            #expect((data["peers"] as? [[String: any Sendable]])?.count == 8)
            #expect((data["totals"] as? [String: any Sendable])?["peers"] as? Int == 8)
            #expect(try left(place) == [])
        }
    }

    @Test("in a terminal: the wizard, then the dashboard with eight peers; q ends it all")
    func inTerminal() async throws {
        try await Place.with { place in
            let session = try place.window(["demo"], adding: try temporary(place))
            try await toDashboard(session.window)
            session.send("q")
            #expect(try await session.waitForExit() == .exited(0))
            #expect(session.screen.screenText == "skein: the demo is over; nothing was left behind")
            #expect(session.settings == session.settingsBefore)
            #expect(session.screen.leftovers == [])
            #expect(try left(place) == [])
            #expect(place.kept == nil)
            #expect(processes(place) == [])
        }
    }

    @Test(
        "killed, it leaves nothing once its relay has noticed",
        arguments: [SIGKILL, SIGTERM, SIGHUP])
    func killed(signal: Int32) async throws {
        try await Place.with { place in
            let session = try place.window(["demo"], adding: try temporary(place))
            try await toDashboard(session.window)
            session.signal(signal)
            #expect(try await session.waitForExit() == .killed(by: signal))
            if signal != SIGKILL {
                #expect(session.settings == session.settingsBefore)
                #expect(session.screen.leftovers == [])
            }
            try await eventually("the relay's end") { processes(place).isEmpty }
            #expect(try left(place) == [])
            #expect(place.kept == nil)
        }
    }

    @Test("left in the wizard, it leaves nothing")
    func leftEarly() async throws {
        try await Place.with { place in
            let session = try place.window(["demo"], adding: try temporary(place))
            try await session.wait(for: "the wizard") { $0.screen.modes.isOn(2004) }
            session.send("\u{3}")
            #expect(try await session.waitForExit() == .exited(1))
            #expect(try left(place) == [])
            #expect(processes(place) == [])
        }
    }

    private func toDashboard(_ window: TerminalWindow) async throws {
        try await window.wait(for: "the first screen") {
            ($0.screen.contains("▸ Continue") || $0.screen.contains("▸ Launch"))
                && $0.screen.modes.isOn(2004)
        }
        if window.screen.contains("▸ Continue") {
            window.send("\r")
            try await window.wait(forText: "▸ Launch")
        }
        window.send("\r")
        try await window.wait(for: "eight peers") {
            $0.screen.contains("8 peers") && $0.screen.contains("live")
        }
    }
}
