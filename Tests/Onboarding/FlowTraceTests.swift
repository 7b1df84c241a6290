import Flow
import Keys
import Mesh
import MeshProtocol
import Onboarding
import Session
import TestSupport
import Testing

/// Where a first or a further run starts from, and the way from there.
struct Start: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let wizard: @Sendable () -> OnboardingState
    /// What has to be on the way, said apart from the recording.
    let screens: [LaunchScreen]

    init(_ name: String, _ screens: [LaunchScreen], _ wizard: @escaping @Sendable () -> OnboardingState) {
        testDescription = name
        self.screens = screens
        self.wizard = wizard
    }

    static func flags(_ change: (inout LaunchFlags) -> Void) -> LaunchFlags {
        var flags = LaunchFlags()
        change(&flags)
        return flags
    }

    static let all = [
        Start("empty machine", [.welcome, .account, .meshPicker, .nameRole, .confirm, .handoff]) {
            Sample.wizard()
        },
        Start("empty machine, one agent", [.welcome, .account, .meshPicker, .nameRole, .confirm, .handoff]) {
            Sample.wizard(agents: [Sample.claude, Sample.gemini, Sample.shell])
        },
        Start("empty machine, no agent but a shell", [.welcome, .account, .meshPicker, .nameRole, .confirm, .handoff]) {
            Sample.wizard(agents: [Sample.gemini, Sample.shell])
        },
        Start("welcomed, no account", [.account, .meshPicker, .nameRole, .confirm, .handoff]) {
            Sample.wizard(welcomed: true)
        },
        Start("account, no mesh", [.meshPicker, .nameRole, .confirm, .handoff]) {
            Sample.wizard(welcomed: true, account: .thisMachine)
        },
        Start("one mesh, new directory", [.nameRole, .confirm, .handoff]) {
            Sample.wizard(meshes: ["dev"], welcomed: true, account: .thisMachine)
        },
        Start("two meshes, new directory", [.meshPicker, .nameRole, .confirm, .handoff]) {
            Sample.wizard(meshes: ["dev", "staging"], welcomed: true, account: .thisMachine)
        },
        Start("second run in the same directory", [.confirm, .handoff]) {
            Sample.wizard(meshes: ["dev"], last: Sample.last("dev"), welcomed: true, account: .thisMachine)
        },
        Start("second run, two meshes", [.confirm, .handoff]) {
            Sample.wizard(
                meshes: ["dev", "staging"], last: Sample.last("staging"), welcomed: true, account: .thisMachine)
        },
        Start("second run, --yes", [.handoff]) {
            Sample.wizard(
                meshes: ["dev"], last: Sample.last("dev"), welcomed: true, account: .thisMachine,
                flags: flags { $0.isConfirmed = true })
        },
        Start("the remembered mesh was left", [.meshPicker, .confirm, .handoff]) {
            Sample.wizard(
                meshes: ["dev", "staging"], last: Sample.last("gone"), welcomed: true, account: .thisMachine)
        },
        Start("the remembered agent is gone", [.nameRole, .confirm, .handoff]) {
            Sample.wizard(
                meshes: ["dev"], last: Sample.last("dev", agent: "gemini"), welcomed: true, account: .thisMachine)
        },
        Start("everything by flags", [.welcome, .confirm, .handoff]) {
            Sample.wizard(
                flags: flags {
                    $0.account = "local"
                    $0.newMesh = "demo"
                    $0.name = "dev1"
                    $0.role = "lead"
                    $0.agent = "/bin/bash"
                })
        },
        Start("an unknown mesh by flag", [.confirm, .handoff]) {
            Sample.wizard(
                meshes: ["dev", "staging"], last: Sample.last("dev"), welcomed: true,
                account: .thisMachine, flags: flags { $0.mesh = "stagin" })
        },
    ]
}

@Suite("Flow traces")
struct FlowTraceTests {
    /// Takes what is offered until the launch is taken: (screen, question, what was taken).
    private func trace(_ start: Start) -> (lines: [String], screens: [LaunchScreen]) {
        var wizard = start.wizard()
        var lines: [String] = []
        var screens: [LaunchScreen] = []
        var effects = wizard.reduce(.start)
        for _ in 0..<40 {
            if effects.contains(.launch(offline: false)) {
                lines.append("Handoff: \(wizard.session.answers.agent.settled ?? "?")")
                return (lines, screens + [.handoff])
            }
            let place: String
            if let overlay = wizard.session.overlays.top {
                place = "overlay \(String(describing: overlay).prefix { $0 != "(" })"
            } else if let screen = wizard.screen {
                place = screen.rawValue
                if screens.last != screen { screens.append(screen) }
            } else {
                break
            }
            let question = wizard.editor.question?.rawValue ?? "-"
            let offered = wizard.takes
            lines.append("\(place)  \(question)  \(offered)")
            effects = wizard.press(.enter)
        }
        return (lines, screens)
    }

    @Test("taking what is offered ends at the hand-off, by the way that was recorded", arguments: Start.all)
    func traces(_ start: Start) {
        let (lines, screens) = trace(start)
        #expect(screens == start.screens)
        #expect(lines.last?.hasPrefix("Handoff") == true)
        Golden.expect(lines.joined(separator: "\n"), "trace " + start.testDescription)
    }

    @Test("from every place Back returns to the first question, and forward again ends at the hand-off", arguments: Start.all)
    func backAndForth(_ start: Start) {
        var wizard = start.wizard()
        while !wizard.session.overlays.isEmpty { wizard.press(.escape) }
        var effects: [SessionEffect] = []
        for _ in 0..<12 where wizard.screen != .confirm && effects.isEmpty {
            effects = wizard.press(.enter)
        }
        if effects.contains(.launch(offline: false)) { return }
        for _ in 0..<20 { wizard.press(.escape) }
        #expect(wizard.notice == Start.nothingBefore || LaunchFlow.launch.behind(in: wizard.session) == nil)
        for _ in 0..<20 where !effects.contains(.launch(offline: false)) { effects = wizard.press(.enter) }
        #expect(effects.contains(.launch(offline: false)))
    }

    @Test("an overlay pushed and dismissed anywhere changes nothing", arguments: 0..<100 as Range<UInt64>)
    func overlaysAreTransparent(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        guard let start = Start.all.randomElement(using: &generator) else { return }
        var wizard = start.wizard()
        let keys: [Key] = [.enter, .escape, .tab, .down, .up, .text("a"), .backspace, .backTab]
        for _ in 0..<Int.random(in: 0..<12, using: &generator) {
            wizard.press(keys.randomElement(using: &generator) ?? .enter)
        }
        while !wizard.session.overlays.isEmpty { wizard.press(.escape) }
        guard wizard.session.handOff == .notStarted else { return }
        let before = wizard
        _ = wizard.reduce(.session(.push(.help)))
        #expect(wizard.session.overlays.top == .help)
        wizard.press(.escape)
        #expect(wizard.session == before.session)
        #expect(wizard.editor == before.editor)
    }

    @Test("no key anywhere traps the wizard or leaves it without a way on", arguments: 0..<80 as Range<UInt64>)
    func anyKeys(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        guard let start = Start.all.randomElement(using: &generator) else { return }
        var wizard = start.wizard()
        let keys: [Key] = [
            .enter, .escape, .tab, .backTab, .down, .up, .pageUp, .pageDown, .home, .end,
            .text("x"), .text("?"), .text("é"), .text("名"), .backspace, .delete, .control("c"),
            .control("u"), .control("w"), .function(1), .left, .right, .alt("b"),
        ]
        for _ in 0..<40 {
            let event: InputEvent =
                Int.random(in: 0..<10, using: &generator) == 0
                ? .paste("two\nlines\u{1b}[31m") : .key(keys.randomElement(using: &generator) ?? .enter)
            let effects = wizard.reduce(.input(event))
            if effects.contains(.leave) || effects.contains(.launch(offline: false)) { return }
            #expect(wizard.editor.question == LaunchFlow.launch.openQuestion(in: wizard.session)?.name)
            let grid = wizard.view(size: .init(columns: 60, rows: 16), glyphs: .unicode)
            #expect(!grid.text.isEmpty)
        }
    }
}

extension Start {
    static let nothingBefore = "This is the first step; ^C leaves"
}

extension OnboardingState {
    /// What Enter would take now, in words.
    var takes: String {
        if session.overlays.isEmpty, editor.isTextOnly { return "“\(editor.field.text)”" }
        let index = session.overlays.isEmpty ? editor.selection : overlaySelection
        return choices.indices.contains(index) ? choices[index].title : "nothing"
    }
}
