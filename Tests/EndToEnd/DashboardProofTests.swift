import Foundation
import Keys
import TestSupport
import Testing

@testable import Dashboard

/// Every key and every movement of the mouse, on a real terminal, with a relay, a broker and fifty
/// sessions that are connected to it.
@Suite("Every key and the mouse of the dashboard, in a mesh of fifty", .serialized)
struct DashboardProofTests {
    private typealias Look = @Sendable (TerminalWindow.Observed) -> Bool

    /// Fifty sessions of the person's own, p00 to p49, in three groups.
    private func withMesh(
        columns: Int = 120, rows: Int = 40, _ body: (TerminalSession) async throws -> Void
    ) async throws {
        try await Place.with { place in
            try await place.settle()
            let (port, member) = try await place.member()
            var clients: [OldClient] = []
            for number in 0..<50 {
                let client = try OldClient(port: port)
                let ack = try client.hello(
                    member, named: "p\(number / 10)\(number % 10)",
                    session: (0..<32).map { _ in UInt8.random(in: 0...255) },
                    [
                        "sessionId": "proof-\(number)",
                        "groups": [["name": "g\(number % 3)", "role": "member"]],
                    ])
                #expect(ack["type"] as? String == "hello_ack", "\(ack)")
                clients.append(client)
            }
            let session = try place.window(["dashboard"], columns: columns, rows: rows)
            try await session.wait(for: "fifty peers") {
                $0.screen.contains("50 peers") && $0.screen.contains("live")
                    && $0.screen.contains("p00")
            }
            try await body(session)
            for client in clients { try? client.leave() }
        }
    }

    private static func shows(_ texts: String...) -> Look {
        { observed in texts.allSatisfy(observed.screen.contains) }
    }

    private static func lacks(_ text: String) -> Look { { !$0.screen.contains(text) } }

    private static let atPeers = shows("/ filter")
    private static let closed: Look = { $0.screen.contains("? help") }

    // MARK: - Keys

    /// What one action does, from where, and how it is undone.
    private struct Step {
        var action: KeyAction
        var before: [(keys: String, sign: Look)] = []
        var sign: Look
        var after: [(keys: String, sign: Look)] = []
    }

    private static let top = [("g", shows("─ p00 ─"))]
    private static let bottom = [("G", shows("─ p49 ─"))]
    private static let toPeers = [("\u{1b}", atPeers)]
    private static let close = [("\u{1b}", closed)]
    private static let past = [("[", shows("not live"))]
    private static let back = [("L", lacks("not live"))]

    private static let steps: [Step] = [
        Step(action: .down, before: top, sign: shows("─ p01 ─")),
        Step(action: .up, before: bottom, sign: shows("─ p48 ─")),
        Step(action: .pageDown, before: top) { !$0.screen.contains("─ p0") },
        Step(action: .pageUp, before: bottom) { !$0.screen.contains("─ p4") },
        Step(action: .first, before: bottom, sign: shows("─ p00 ─")),
        Step(action: .last, before: top, sign: shows("─ p49 ─")),
        Step(action: .take, before: top, sign: shows("y copy key"), after: toPeers),
        Step(action: .nextRow, sign: shows("f one peer"), after: toPeers),
        Step(action: .previousRow, sign: shows("i inbox"), after: toPeers),
        Step(action: .back, before: [("\t", shows("f one peer"))], sign: atPeers),
        Step(action: .filter, sign: shows("⏎ keep"), after: toPeers),
        Step(action: .sort, sign: shows("Sort"), after: close),
        Step(action: .reverse, sign: shows("name↓"), after: [("r", shows("name↑"))]),
        Step(action: .columns, sign: shows("Columns"), after: close),
        Step(action: .tree, sign: shows("peers by group"), after: [("tt", lacks("peers by"))]),
        Step(
            action: .fold, before: [("t", shows("peers by group")), ("g", shows("@g0"))],
            sign: shows("▸"), after: [(" ", lacks("▸")), ("tt", lacks("peers by"))]),
        Step(action: .pause, sign: shows("paused"), after: [("p", lacks("paused"))]),
        Step(
            action: .onePeer, before: top, sign: lacks("p49  joined"),
            after: [("f", shows("p49  joined"))]),
        Step(action: .copyKey, before: top, sign: shows("Copied"), after: top),
        Step(action: .copyAddress, before: top, sign: shows("Copied p00@demo"), after: top),
        Step(action: .palette, sign: shows("esc close"), after: close),
        Step(action: .help, sign: shows("the entry above"), after: close),
        Step(action: .actions, before: top, sign: shows("kick"), after: close),
        // They are all the person's own.
        Step(action: .verify, before: top, sign: shows("a launch of your own"), after: top),
        Step(action: .save, sign: shows("the screen as a picture"), after: close),
        Step(action: .message, sign: shows("What it says"), after: close),
        Step(action: .messages, sign: shows("i inbox"), after: toPeers),
        Step(action: .inbox, sign: shows("There is no new mail"), after: close),
        Step(action: .retry, sign: shows("Go to the messages first"), after: top),
        Step(action: .cancel, sign: shows("Go to the messages first"), after: top),
        Step(action: .nextMesh, sign: shows("There is no other mesh"), after: top),
        Step(action: .meshes, sign: shows("⏎ look at it"), after: close),
        Step(action: .health, sign: shows("process "), after: close),
        Step(action: .stepBack, sign: shows("not live"), after: back),
        Step(action: .minuteBack, sign: shows("not live"), after: back),
        Step(action: .minuteForward, before: past, sign: lacks("not live")),
        Step(action: .nextTheme, before: top, sign: shows("Theme "), after: top),
        Step(action: .live, before: past, sign: lacks("not live")),
    ]

    /// Those whose sign is not a text on the screen, or the end.
    private static let others: Set<KeyAction> = [
        .stepForward, .grow, .shrink, .redraw, .suspend, .leave, .quit,
    ]

    @Test("every key of help is pressed, and does something or says why not")
    func keys() async throws {
        #expect(
            Set(Self.steps.map(\.action)).union(Self.others) == Set(DashboardCommand.actions),
            "a new key belongs here as well")
        try await withMesh { session in
            for step in Self.steps {
                let keys = try #require(Keymap.standard.keys[step.action])
                for key in keys {
                    for (keys, sign) in step.before {
                        session.send(keys)
                        try await session.wait(for: "\(step.action): \(keys)", until: sign)
                    }
                    #expect(!step.sign(session.observed), "\(key.name) has nothing to show")
                    session.send(key.bytes)
                    try await session.wait(for: "\(key.name): \(step.action)", until: step.sign)
                    for (keys, sign) in step.after {
                        session.send(keys)
                        // A frame may come in two parts: what was shown has to be gone as well.
                        try await session.wait(for: "\(step.action), undone") {
                            sign($0) && !step.sign($0)
                        }
                    }
                }
            }
            try await steps(session)
            let line = Self.divider(session.screen)
            session.send(Key.text(">").bytes)
            try await session.wait(for: "a wider pane") { Self.divider($0.screen) > line }
            session.send(Key.text("<").bytes)
            try await session.wait(for: "as before") { Self.divider($0.screen) == line }
            let drawn = session.observed.output.count
            session.send(Key.control("l").bytes)
            try await session.wait(for: "all of it again") { $0.output.count > drawn + 4000 }
            // No shell is here to continue it: it goes on by itself, having given the screen back.
            session.send(Key.control("z").bytes)
            try await session.wait(for: "the screen taken twice") {
                $0.text.components(separatedBy: "\u{1b}[?1049h").count == 3
            }
            session.send(Key.text("q").bytes)
            #expect(try await session.waitForExit() == .exited(0))
            #expect(session.screen.leftovers == [])
        }
    }

    /// Two changes back and one forth is the change that was passed.
    private func steps(_ session: TerminalSession) async throws {
        session.send("[")
        try await session.wait(for: "the last change", until: Self.shows("not live"))
        let last = Self.header(session.screen)
        session.send("[")
        try await session.wait(for: "the one before") { Self.header($0.screen) != last }
        session.send(Key.text("]").bytes)
        try await session.wait(for: "the last change again") { Self.header($0.screen) == last }
        session.send("L")
        try await session.wait(for: "live", until: Self.lacks("not live"))
    }

    private static func header(_ screen: VirtualTerminal) -> String {
        screen.screenText.split(separator: "\n").first.map(String.init) ?? ""
    }

    // MARK: - The mouse

    private static func divider(_ screen: VirtualTerminal) -> Int {
        let lines = screen.screenText.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.dropFirst(9).first.flatMap { Array($0).firstIndex(of: "│") } ?? -1
    }

    /// An SGR report (DEC mode 1006): rows and columns count from one.
    private static func press(_ column: Int, _ row: Int, button: Int = 0) -> String {
        "\u{1b}[<\(button);\(column);\(row)M" + (button < 64 ? "\u{1b}[<\(button);\(column);\(row)m" : "")
    }

    @Test("the mouse chooses, opens, sorts, scrolls, drags, and goes to another time")
    func mouse() async throws {
        try await withMesh { session in
            session.send(Self.press(8, 4))
            try await session.wait(forText: "─ p00 ─")
            session.send(Self.press(8, 6))
            try await session.wait(forText: "─ p02 ─")
            session.send(Self.press(8, 6))
            try await session.wait(forText: "y copy key")
            session.send("\u{1b}")
            try await session.wait(for: "the peers", until: Self.atPeers)
            session.send(Self.press(7, 3))
            try await session.wait(forText: "name↓")
            session.send(Self.press(7, 3))
            try await session.wait(forText: "name↑")
            session.send("g")
            try await session.wait(forText: "─ p00 ─")
            session.send(String(repeating: Self.press(8, 8, button: 65), count: 4))
            try await session.wait(forText: "─ p12 ─", "13-32 of 50")
            session.send(String(repeating: Self.press(8, 8, button: 64), count: 8))
            try await session.wait(forText: " 1-20 of 50")
            session.send(String(repeating: Self.press(100, 8, button: 65), count: 3))
            try await session.wait(forText: "scrolled back")
            session.send(String(repeating: Self.press(100, 8, button: 64), count: 9))
            try await session.wait(for: "the newest", until: Self.lacks("scrolled back"))
            let line = Self.divider(session.screen)
            session.send("\u{1b}[<0;\(line + 1);10M\u{1b}[<32;92;10M\u{1b}[<0;92;10m")
            try await session.wait(for: "the line moved") { Self.divider($0.screen) > line + 8 }
            session.send("[")
            try await session.wait(forText: "not live", "[ before")
            // The left end of the bar, above the keys.
            session.send(Self.press(10, 39))
            try await session.wait(for: "the beginning") {
                $0.screen.contains("not live") && !$0.screen.contains("50 peers")
            }
            session.send("L")
            try await session.wait(for: "live", until: Self.lacks("not live"))
            session.send(Key.control("c").bytes)
            #expect(try await session.waitForExit() == .exited(0))
            #expect(session.screen.leftovers == [])
        }
    }
}

extension Key {
    /// What a terminal of the kind xterm sends for it.
    fileprivate var bytes: String {
        switch self {
        case .text(let text): text
        case .control(let letter):
            String(UnicodeScalar((letter.asciiValue ?? 0x40) & 0x1F))
        case .alt(let letter): "\u{1b}\(letter)"
        case .altEnter: "\u{1b}\r"
        case .enter: "\r"
        case .escape: "\u{1b}"
        case .tab: "\t"
        case .backTab: "\u{1b}[Z"
        case .backspace: "\u{7f}"
        case .up: "\u{1b}[A"
        case .down: "\u{1b}[B"
        case .right: "\u{1b}[C"
        case .left: "\u{1b}[D"
        case .home: "\u{1b}[H"
        case .end: "\u{1b}[F"
        case .insert: "\u{1b}[2~"
        case .delete: "\u{1b}[3~"
        case .pageUp: "\u{1b}[5~"
        case .pageDown: "\u{1b}[6~"
        case .function(let number): number < 5 ? "\u{1b}O\(["P", "Q", "R", "S"][number - 1])" : ""
        }
    }
}
