import Flow
import Mesh
import MeshProtocol

extension SessionState {
    /// The only place where the session state changes. It does nothing outside: what is to be
    /// done is returned.
    public mutating func reduce(_ action: SessionAction) -> [SessionEffect] {
        switch action {
        case .settle(let value):
            return settle(value)
        case .propose(let value):
            propose(value)
            return []
        case .reopen(let question):
            reopen(question)
            return []
        case .push(let overlay):
            overlays.push(overlay)
            return []
        case .dismiss:
            return dismissTop()
        case .relay(let mesh, let event, let moment):
            meshes[mesh, default: Presence()].take(event, at: moment)
            return []
        case .online(let counts):
            facts.online.merge(counts) { _, new in new }
            return []
        case .remembered(let record):
            remember(record)
            return []
        case .found(let agent):
            guard agent.path != nil else {
                overlays.push(.agentMissing(word: agent.word))
                return []
            }
            if let place = facts.agents.firstIndex(where: { $0.word == agent.word }) {
                facts.agents[place] = agent
            } else {
                facts.agents.append(agent)
            }
            return settle(.agent(agent.word))
        case .launchReady:
            handOff = .ready
            return []
        case .launchFailed(let error):
            return launchFailed(error)
        case .retry:
            overlays.dismiss()
            return settle(.confirm)
        case .launchOffline:
            overlays.dismiss()
            return launch(offline: true)
        case .countdown(let number):
            return countDown(number)
        case .signIn(let action):
            return reduce(action)
        case .invite(let action):
            return reduce(action)
        case .leave(let keeping):
            return (keeping.map { [$0 ? .keepDrafts : .forgetDrafts] } ?? []) + [.leave]
        }
    }

    private mutating func settle(_ value: AnswerValue) -> [SessionEffect] {
        if case .agent(let word) = value, facts.agent(word)?.path == nil { return [.find(agent: word)] }
        let checked: AnswerValue
        do {
            checked = try check(value)
        } catch {
            overlays.push(overlay(for: error, about: value))
            return []
        }
        switch checked {
        case .welcome: answers.welcome.settle(true)
        case .account(let account): answers.account.settle(account)
        case .mesh(let choice): answers.mesh.settle(choice)
        case .name(let name): answers.name.settle(name)
        case .role(let role): answers.role.settle(role)
        case .groups(let groups): answers.groups.settle(groups)
        case .agent(let word):
            if answers.agent.value != word { answers.options.resumes = nil }
            answers.agent.settle(word)
        case .confirm:
            return launch(offline: false)
        }
        return []
    }

    private mutating func launch(offline: Bool) -> [SessionEffect] {
        guard handOff == .notStarted else { return [] }
        answers.confirm.settle(true)
        handOff = .registering
        return [.launch(offline: offline)]
    }

    /// A mesh that was an intention and has been made meanwhile is a joined one.
    private mutating func remember(_ record: MachineRecord) {
        // Who is signed in stands elsewhere, and stays.
        if case .signedIn? = machine.account {} else { machine.account = record.account }
        machine.memberships = record.memberships
        if case .ofAccount(let mesh)? = answers.mesh.settled,
            record.memberships.contains(where: { $0.mesh == mesh.mesh })
        {
            answers.mesh.settle(.joined(mesh.mesh))
        }
        if case .create(let name)? = answers.mesh.settled, let slug = Slug.from(name),
            let made = record.memberships.first(where: { $0.slug == slug })
        {
            answers.mesh.settle(.joined(made.mesh))
        }
    }

    private mutating func launchFailed(_ error: SkeinError) -> [SessionEffect] {
        handOff = .notStarted
        answers.confirm.unsettle()
        guard error.code != .sessionExpired, error.code != .notSignedIn else {
            sessionExpired()
            return []
        }
        guard error.exit == .network else {
            overlays.push(.failure(error))
            return []
        }
        overlays.push(.brokerDisconnect(reason: error.message))
        tries += 1
        secondsToRetry = min(30, 5 << min(tries - 1, 3))
        return [.countdown(try: tries)]
    }

    /// A second of the wait of one try has passed; a wait that was cut short is none any more.
    /// While something stands above the overlay, the last second waits.
    private mutating func countDown(_ number: Int) -> [SessionEffect] {
        let isWaiting = overlays.overlays.contains {
            if case .brokerDisconnect = $0 { true } else { false }
        }
        guard isWaiting, number == tries, handOff == .notStarted else { return [] }
        if secondsToRetry > 1 {
            secondsToRetry -= 1
            return [.countdown(try: number)]
        }
        guard case .brokerDisconnect? = overlays.top else { return [.countdown(try: number)] }
        secondsToRetry = 0
        overlays.dismiss()
        return settle(.confirm)
    }

    private mutating func propose(_ value: AnswerValue) {
        switch value {
        case .mesh(let choice): answers.mesh.propose(choice)
        case .name(let name): answers.name.propose(name)
        case .role(let role): answers.role.propose(role)
        case .groups(let groups): answers.groups.propose(groups)
        case .agent(let word): answers.agent.propose(word)
        case .account(let account): answers.account.propose(account)
        case .welcome, .confirm: break
        }
    }

    private mutating func reopen(_ question: QuestionName) {
        switch question {
        case .welcome: answers.welcome.unsettle()
        case .account: answers.account.unsettle()
        case .mesh: answers.mesh.unsettle()
        case .name: answers.name.unsettle()
        case .role: answers.role.unsettle()
        case .groups: answers.groups.unsettle()
        case .agent: answers.agent.unsettle()
        case .confirm: answers.confirm.unsettle()
        }
    }

    private mutating func dismissTop() -> [SessionEffect] {
        if overlays.top == .signIn { return cancelSignIn() }
        if overlays.top?.isInvite == true { return cancelInvite() }
        overlays.dismiss()
        return []
    }

    private func overlay(for error: SkeinError, about value: AnswerValue) -> Overlay {
        if case .agent(let word) = value, error.code == .agentMissing {
            return .agentMissing(word: word)
        }
        return .failure(error)
    }
}
