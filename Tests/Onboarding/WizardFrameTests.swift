import Keys
import Mesh
import MeshProtocol
import Onboarding
import Session
import Surface
import TestSupport
import Testing
import Text

/// A screen or overlay of the wizard, and what has to be on it at every size.
struct Shot: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let words: [String]
    let wizard: @Sendable () -> OnboardingState

    init(_ name: String, showing words: [String], _ wizard: @escaping @Sendable () -> OnboardingState) {
        testDescription = name
        self.words = words
        self.wizard = wizard
    }

    private static func ready() -> OnboardingState {
        Sample.wizard(meshes: ["dev"], last: Sample.last("dev"), welcomed: true, account: .thisMachine)
    }

    private static func pushing(_ overlay: Overlay) -> @Sendable () -> OnboardingState {
        {
            var wizard = ready()
            _ = wizard.reduce(.session(.push(overlay)))
            return wizard
        }
    }

    static let all = [
        Shot("welcome", showing: ["skein", "Continue", "step 1 of"]) { Sample.wizard() },
        Shot("account", showing: ["This machine only", "Account"]) { Sample.wizard(welcomed: true) },
        Shot("mesh, none joined", showing: ["Create “payments”", "Mesh"]) {
            Sample.wizard(welcomed: true, account: .thisMachine)
        },
        Shot("mesh, several", showing: ["dev", "staging", "Mesh"]) {
            var wizard = Sample.wizard(meshes: ["dev", "staging", "payments"], welcomed: true, account: .thisMachine)
            _ = wizard.reduce(.session(.online([MeshID(rawValue: "mesh-dev"): 9])))
            return wizard
        },
        Shot("mesh, filtered", showing: ["stag", "staging"]) {
            var wizard = Sample.wizard(meshes: ["dev", "staging", "payments"], welcomed: true, account: .thisMachine)
            wizard.type("stag")
            return wizard
        },
        Shot("name", showing: ["Name", "ada"]) {
            Sample.wizard(meshes: ["dev"], welcomed: true, account: .thisMachine)
        },
        Shot("name refused", showing: ["cannot be empty"]) {
            var wizard = Sample.wizard(meshes: ["dev"], welcomed: true, account: .thisMachine)
            wizard.press(.control("u"), .enter)
            return wizard
        },
        Shot("overlay invite", showing: ["Paste the link", "https://broker"]) {
            var wizard = Sample.wizard(welcomed: true)
            _ = wizard.reduce(.session(.invite(.begin)))
            return wizard
        },
        Shot("overlay consent", showing: ["Team", "Ana", "Join"]) {
            var wizard = Sample.wizard(welcomed: true)
            _ = wizard.reduce(.session(.invite(.begin)))
            wizard.type("https://broker.example/i/ABCDE12345")
            wizard.press(.enter)
            let card = InviteCard(
                meshName: "Team", invitedBy: "Ana", permission: .member, role: "reviewer",
                groups: ["backend"], members: 3,
                expiresAt: Moment(milliseconds: 1_900_000_000_000),
                broker: "https://broker.example", isExposed: false, owner: "03a107bf")
            _ = wizard.reduce(.session(.invite(.found(card, number: 1))))
            return wizard
        },
        Shot("overlay invite invalid", showing: ["Not by this invite", "Paste again"]) {
            var wizard = Sample.wizard(welcomed: true)
            _ = wizard.reduce(.session(.invite(.begin)))
            wizard.type("hello")
            wizard.press(.enter)
            return wizard
        },
        Shot("overlay rate limit", showing: ["patience", "7 s"]) {
            var wizard = Sample.wizard(welcomed: true)
            _ = wizard.reduce(.session(.invite(.begin)))
            wizard.type("https://broker.example/i/ABCDE12345")
            wizard.press(.enter)
            let limited = SkeinError(.rateLimited, "wait", subject: "7")
            _ = wizard.reduce(.session(.invite(.failed(limited, number: 1))))
            return wizard
        },
        Shot("role", showing: ["implementer", "reviewer", "Role"]) {
            var wizard = Sample.wizard(meshes: ["dev"], welcomed: true, account: .thisMachine)
            wizard.press(.enter)
            return wizard
        },
        Shot("agent", showing: ["Claude Code", "Codex", "Agent"]) {
            var wizard = Sample.wizard(meshes: ["dev"], welcomed: true, account: .thisMachine)
            wizard.press(.enter, .enter)
            return wizard
        },
        Shot("confirm", showing: ["Launch"]) { ready() },
        Shot("handoff", showing: ["Starting Claude Code"]) {
            var wizard = ready()
            wizard.press(.enter)
            return wizard
        },
        Shot("overlay disconnect", showing: ["Try now", "Work offline", "Next try in 5 s"]) {
            var wizard = ready()
            wizard.press(.enter)
            _ = wizard.reduce(
                .session(.launchFailed(SkeinError(.brokerUnreachable, "Nothing listens on port 7900"))))
            return wizard
        },
        Shot("overlay mesh not found", showing: ["“stagin”", "staging"]) {
            Sample.wizard(
                meshes: ["dev", "staging"], last: Sample.last("dev"), welcomed: true, account: .thisMachine,
                flags: Start.flags { $0.mesh = "stagin" })
        },
        Shot("overlay agent missing", showing: ["“gemini”", "Use Claude Code"]) {
            Sample.wizard(
                meshes: ["dev"], welcomed: true, account: .thisMachine,
                flags: Start.flags { $0.agent = "gemini" })
        },
        Shot("overlay failure", showing: ["no space"], pushing(
            .failure(SkeinError(.diskFull, "The disk has no space left", hint: "Make room, then try again")))),
        Shot("overlay help", showing: ["take what is chosen"], pushing(.help)),
        Shot("overlay quit", showing: ["Keep", "Discard", "Stay"], pushing(.quit)),
    ]
}

@Suite("Wizard frames")
struct WizardFrameTests {
    static let sizes = [Size(columns: 40, rows: 12), Size(columns: 80, rows: 24), Size(columns: 200, rows: 50)]

    @Test("every screen and overlay looks as recorded and shows what it must, at every size", arguments: Shot.all, sizes)
    func frames(_ shot: Shot, _ size: Size) {
        let grid = shot.wizard().view(size: size, glyphs: .unicode)
        #expect(grid.size == size)
        for word in shot.words {
            #expect(grid.text.contains(word), "“\(word)” has to be on the screen")
        }
        Golden.expect(grid.text, "frame \(shot.testDescription) \(size.columns)x\(size.rows)")
    }

    @Test("a locale without UTF-8 gets ASCII alone", arguments: Shot.all)
    func ascii(_ shot: Shot) {
        let grid = shot.wizard().view(size: Size(columns: 80, rows: 24), glyphs: .ascii)
        let own = grid.text.unicodeScalars.filter { !$0.isASCII && !"“”…".unicodeScalars.contains($0) }
        #expect(own.isEmpty, "\(String(String.UnicodeScalarView(own)))")
    }

    @Test("a window that is too small says so in one line, and everything is back when it grows")
    func tooSmall() {
        let wizard = Sample.wizard()
        let small = wizard.view(size: Size(columns: 20, rows: 5), glyphs: .unicode)
        #expect(small.text.contains("40x12"))
        #expect(!small.text.contains("Continue"))
        let grown = wizard.view(size: Size(columns: 80, rows: 24), glyphs: .unicode)
        #expect(grown.text.contains("Continue"))
    }

    @Test("what a directory or a mesh is called cannot smuggle control characters onto the screen")
    func hostileNames() {
        var (session, _) = Sample.session(meshes: ["dev"], welcomed: true, account: .thisMachine)
        session.facts.directory = "/home/ada/\u{1b}]0;owned\u{7}"
        let grid = OnboardingState(session: session).view(size: Size(columns: 120, rows: 30), glyphs: .unicode)
        #expect(!grid.text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0.value == 127 })
    }

    @Test("the key line names only keys that do something now", arguments: Shot.all)
    func keyLine(_ shot: Shot) {
        let wizard = shot.wizard()
        let last = wizard.view(size: Size(columns: 200, rows: 50), glyphs: .unicode).text
            .split(separator: "\n").last.map(String.init) ?? ""
        #expect(last.contains("^C"))
        #expect(last.contains("take") == wizard.offered.contains(.take))
    }

    @Test(
        "every choice can be clicked where it is drawn, and nothing else can",
        arguments: Shot.all, sizes.prefix(2))
    func clicks(_ shot: Shot, _ size: Size) {
        let wizard = shot.wizard()
        let lines = wizard.view(size: size, glyphs: .unicode).text.split(
            separator: "\n", omittingEmptySubsequences: false)
        var found: Set<Int> = []
        for row in 0..<size.rows {
            let place = Point(column: 8, row: row)
            guard let index = wizard.choice(at: place, size: size, glyphs: .unicode) else { continue }
            found.insert(index)
            let title = wizard.choices[index].title.prefix(8)
            #expect(lines[row].contains(title), "row \(row) is not “\(title)”")
        }
        if size.rows >= 24, !wizard.editor.isTextOnly, wizard.session.handOff == .notStarted,
            wizard.session.overlays.top != .help
        {
            #expect(found == Set(wizard.choices.indices))
        }
    }

    @Test("a click takes what it is on")
    func clickTakes() {
        var wizard = Sample.wizard(meshes: ["dev"], last: Sample.last("dev"), welcomed: true, account: .thisMachine)
        #expect(wizard.reduce(.choose(0)) == [.launch(offline: false)])
        var other = Sample.wizard(meshes: ["dev"], last: Sample.last("dev"), welcomed: true, account: .thisMachine)
        _ = other.reduce(.choose(2))
        #expect(other.editor.question == .name)
        _ = other.reduce(.choose(99))
        #expect(other.editor.question == .name)
    }
}
