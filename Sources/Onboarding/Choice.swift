import Mesh
import MeshProtocol
import Session
import Widgets

/// One entry a person can take on a screen or an overlay, and what taking it does.
public struct Choice: Equatable, Sendable {
    public enum Taking: Equatable, Sendable {
        case settle(AnswerValue)
        case reopen(QuestionName)
        case session(SessionAction)
        case dismiss
        /// Nothing: a heading or a hint between entries.
        case nothing
    }

    public var title: String
    public var detail: String
    /// Why it cannot be taken now; nil where it can.
    public var disabled: String?
    public var taking: Taking

    public init(
        _ title: String, detail: String = "", disabled: String? = nil, taking: Taking
    ) {
        self.title = title
        self.detail = detail
        self.disabled = disabled
        self.taking = taking
    }

    public var canBeTaken: Bool { disabled == nil && taking != .nothing }
}

extension SessionState {
    /// What can be taken for one question, given what is typed so far. Empty for the questions
    /// that are answered by typing alone.
    public func choices(for question: QuestionName, typed: String) -> [Choice] {
        switch question {
        case .welcome: [Choice(Strings.continueOn, taking: .settle(.welcome))]
        case .account: accountChoices
        case .mesh: meshChoices(typed)
        case .name, .groups: []
        case .role: roleChoices(typed)
        case .agent: agentChoices(typed)
        case .confirm: confirmChoices
        }
    }

    private var accountChoices: [Choice] {
        signedInChoice + [
            Choice(
                Strings.thisMachineOnly, detail: Strings.thisMachineOnlyDetail,
                taking: .settle(.account(.thisMachine))),
            Choice(
                Strings.signInWithBrowser, detail: signInDetail,
                taking: .session(.signIn(.begin(.browser)))),
            Choice(
                Strings.pasteToken, detail: signInDetail,
                taking: .session(.signIn(.begin(.token)))),
            joinChoice,
        ]
    }

    /// Whoever is signed in need not do it again to come back.
    private var signedInChoice: [Choice] {
        guard case .signedIn(let account)? = answers.account.value else { return [] }
        return [
            Choice(
                Strings.safe(account.title, limit: 40),
                detail: Strings.at(Strings.safe(account.server, limit: 80)),
                taking: .settle(.account(.signedIn(account))))
        ]
    }

    private var signInDetail: String {
        facts.server.map { Strings.at(Strings.safe($0, limit: 80)) } ?? ""
    }

    private var joinChoice: Choice {
        Choice(
            Strings.joinWithInvite, detail: Strings.joinWithInviteDetail,
            taking: .session(.invite(.begin)))
    }

    private func meshChoices(_ typed: String) -> [Choice] {
        let joined = PickerFilter.matches(typed, in: machine.memberships.map(\.name))
            .map { machine.memberships[$0] }
            .map { mesh in
                Choice(
                    mesh.name, detail: meshDetail(mesh),
                    taking: .settle(.mesh(.joined(mesh.mesh))))
            }
        let toJoin = meshesToJoin
        let offered = PickerFilter.matches(typed, in: toJoin.map(\.name)).map { toJoin[$0] }
            .map { mesh in
                Choice(
                    Strings.safe(mesh.name, limit: 64), detail: Strings.ofAccount(mesh),
                    taking: .settle(.mesh(.ofAccount(mesh))))
            }
        let drafted: String? = if case .create(let name)? = answers.mesh.value { name } else { nil }
        let name = typed.isEmpty ? drafted ?? directoryMeshName : typed
        let exists = machine.memberships.contains { $0.slug == Slug.from(name) }
        let create = Choice(
            Strings.createMesh(name), 
            detail: name == directoryMeshName ? Strings.createMeshDetail : "",
            taking: .settle(.mesh(.create(name: name))))
        let hint = Choice(
            joined.isEmpty && offered.isEmpty ? Strings.typeAnotherName : Strings.typeToFilterOrCreate,
            taking: .nothing)
        return joined + offered + (exists ? [] : [create])
            + (typed.isEmpty ? [joinChoice, hint] : [])
    }

    private func meshDetail(_ mesh: Membership) -> String {
        let peers = facts.online[mesh.mesh].map(Strings.peersOnline)
        return [mesh.permission.rawValue, peers].compactMap { $0 }.joined(separator: ", ")
    }

    private func roleChoices(_ typed: String) -> [Choice] {
        let remembered = answers.role.value.map { $0 == typed ? [] : [$0] } ?? []
        let suggested = Self.firstRoles + remembered.filter { !Self.firstRoles.contains($0) }
        let roles = PickerFilter.matches(typed, in: suggested).map { suggested[$0] }
        let own: [Choice] =
            typed.isEmpty || roles.contains(typed)
            ? [] : [Choice(Strings.ownRole(typed), taking: .settle(.role(typed)))]
        let hint = typed.isEmpty ? [Choice(Strings.typeAnother, taking: .nothing)] : []
        return roles.map { Choice($0, taking: .settle(.role($0))) } + own + hint
    }

    private func agentChoices(_ typed: String) -> [Choice] {
        let matching = PickerFilter.matches(typed, in: facts.agents.map(\.title))
            .map { facts.agents[$0] }
        // What can be taken first: who has no agent yet sees the shell before the list of agents.
        let offered = matching.filter { $0.path != nil } + matching.filter { $0.path == nil }
        let own: [Choice] =
            typed.isEmpty || offered.contains { $0.word == typed }
            ? [] : [Choice(Strings.runCommand(typed), taking: .settle(.agent(typed)))]
        let hint = typed.isEmpty ? [Choice(Strings.typeACommand, taking: .nothing)] : []
        return offered.map { agent in
            Choice(
                agent.title, detail: agent.path.map(facts.shortened) ?? "",
                disabled: agent.path == nil ? Strings.notOnPath : nil,
                taking: .settle(.agent(agent.word)))
        } + own + hint
    }

    private var confirmChoices: [Choice] {
        let changes: [(QuestionName, String)] = [
            (.mesh, Strings.mesh), (.name, Strings.name), (.role, Strings.role),
            (.groups, Strings.groups), (.agent, Strings.agent),
        ]
        return [Choice(Strings.launch, taking: .settle(.confirm))]
            + changes.map { question, label in
                Choice(Strings.change(label), taking: .reopen(question))
            }
    }
}
