import Agents
import Flow
import Keys
import Mesh
import Session
import Widgets

/// What is settled so far, as rows, and what the keys do, as hints.
extension OnboardingState {
    /// What was found on this machine, for the welcome.
    var foundRows: [StatusRow] {
        let found = session.facts.agents.filter { $0.path != nil && $0.isKnown }.map(\.title)
        let meshes = session.machine.memberships.map(\.name)
        return [
            StatusRow(
                Strings.directory, .done, value: session.facts.shortened(session.facts.directory)),
            StatusRow(
                Strings.agentsFound, found.isEmpty ? .pending : .done,
                value: found.isEmpty ? Strings.noAgents : found.joined(separator: ", ")),
            StatusRow(
                Strings.meshesJoined, meshes.isEmpty ? .pending : .done,
                value: meshes.isEmpty ? Strings.noMeshes : meshes.joined(separator: ", ")),
            StatusRow(
                Strings.account, session.machine.account == nil ? .pending : .done,
                value: session.machine.account.map(Strings.accountValue) ?? Strings.noAccount),
        ].map(\.safe)
    }

    /// The review as lines of text, for the plain twin.
    public var reviewLines: [String] { settledRows.map { "\($0.label): \($0.value)" } }

    /// What a question asks, in words.
    public static func questionText(_ question: QuestionName) -> String {
        Strings.question(question)
    }

    /// Every row of the flow; the open one is current.
    var settledRows: [StatusRow] {
        let answers = session.answers
        let directory = StatusRow(
            Strings.directory, .done, value: session.facts.shortened(session.facts.directory))
        let account = answers.account.settled ?? session.machine.account
        let isReview = editor.question == .confirm || session.handOff == .registering
        let rows = [
            directory,
            row(.account, Strings.account, account.map(Strings.accountValue)),
            meshRow,
            row(.name, Strings.name, answers.name.settled),
            row(.role, Strings.role, answers.role.settled),
            row(
                .groups, Strings.groups,
                answers.groups.settled.map { $0.isEmpty ? Strings.none : GroupList.text($0) }),
            row(.agent, Strings.agent, answers.agent.settled),
        ]
        return (rows + (isReview ? [commandRow] : [])).map(\.safe)
    }

    private var meshRow: StatusRow {
        guard let choice = session.answers.mesh.settled else {
            return row(.mesh, Strings.mesh, nil)
        }
        switch choice {
        case .create(let name):
            return StatusRow(Strings.mesh, .done, value: Strings.newMesh(name))
        case .ofAccount(let mesh):
            return StatusRow(Strings.mesh, .done, value: mesh.name, note: Strings.joinedWithLaunch)
        case .joined(let id):
            let mesh = session.machine.memberships.first { $0.mesh == id }
            let online = session.facts.online[id].map(Strings.peersOnline) ?? ""
            return StatusRow(Strings.mesh, .done, value: mesh?.name ?? "", note: online)
        }
    }

    /// The exact command that will run, or why none can.
    private var commandRow: StatusRow {
        guard let word = session.answers.agent.settled else {
            return StatusRow(Strings.command, .pending)
        }
        let agent = AgentCatalogue.agent(word)
        let run = AgentRun(
            options: session.answers.options, freshSession: session.facts.freshSession)
        do {
            let words = [agent.executable] + (try agent.invocation(for: run).arguments)
            return StatusRow(Strings.command, .done, value: ShellWord.line(words))
        } catch {
            return StatusRow(Strings.command, .failed, value: error.message)
        }
    }

    private func row(_ question: QuestionName, _ label: String, _ value: String?) -> StatusRow {
        if let value { return StatusRow(label, .done, value: value) }
        guard editor.question == question else { return StatusRow(label, .pending) }
        return StatusRow(
            label, .current, value: editor.isTextOnly ? Strings.typeOne : Strings.pickOne)
    }

    /// The key line: true for this moment, derived from the keymap.
    var hints: [KeyHint] {
        let offered = offered
        var hints: [KeyHint] = []
        if offered.contains(.up) {
            hints.append(KeyHint(label(.up) + label(.down), KeyAction.up.label))
        }
        for action in [KeyAction.take, .back, .nextRow, .help, .leave] where offered.contains(action) {
            if action == .back, !canGoBack { continue }
            let isImportant = [.take, .back, .leave].contains(action)
            hints.append(KeyHint(label(action), action.label, isImportant: isImportant))
        }
        return hints
    }

    /// Every key of the screen beneath, for help.
    var allKeys: [KeyHint] {
        var beneath = self
        while !beneath.session.overlays.isEmpty { beneath.session.overlays.dismiss() }
        return (beneath.offered + [.nextTheme]).map { action in
            let isLetterText = beneath.isTyping || action == .nextTheme
            let names = keymap.keys[action, default: []]
                .filter { key in if isLetterText, case .text = key { false } else { true } }
                .map(\.label)
            return KeyHint(names.joined(separator: " "), action.explanation)
        }
    }

    private func label(_ action: KeyAction) -> String {
        keymap.key(for: action, typing: isTyping)?.label ?? ""
    }
}

extension StatusRow {
    /// Names of meshes, directories and commands came from elsewhere.
    fileprivate var safe: StatusRow {
        StatusRow(
            label, state, value: Strings.safe(value, limit: 400), note: Strings.safe(note, limit: 80))
    }
}
