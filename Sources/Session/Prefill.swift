import Flow
import Mesh
import MeshProtocol

/// What the command line said of a launch, as it was typed.
public struct LaunchFlags: Equatable, Sendable {
    public var account: String?
    public var mesh: String?
    public var newMesh: String?
    public var name: String?
    public var role: String?
    public var groups: String?
    public var agent: String?
    public var isConfirmed = false
    public var options = LaunchOptions()
    /// An earlier launch whose choices are brought back.
    public var earlier: LaunchRecord?

    public init() {}
}

/// What was typed in a run that was left and kept for the next.
public struct KeptDrafts: Equatable, Sendable, Codable {
    public var mesh: String?
    public var name: String?
    public var role: String?
    public var groups: String?
    public var agent: String?

    public init() {}
}

extension SessionState {
    /// The roles a mesh suggests until it has its own.
    public static let firstRoles = ["implementer", "reviewer", "lead"]

    /// Settles what needs no question: first the flags, each through the same check as what a
    /// person types, then what this directory used last, then what is the only choice.
    /// What was kept from a run that was left is asked again, where it is something else.
    /// What is left gets a draft. Wrong values are answered, in the order of the flow.
    public mutating func prefill(
        from flags: LaunchFlags, drafts: KeptDrafts = KeptDrafts()
    ) -> [SkeinError] {
        var problems: [SkeinError] = []
        func attempt(_ question: QuestionName, _ work: () throws(SkeinError) -> Void) {
            do {
                try work()
            } catch {
                problems.append(error)
                wronglyAnswered.insert(question)
            }
        }
        answers.options = flags.options
        let earlier = flags.earlier.map {
            LastAnswers(
                mesh: $0.mesh, name: $0.name, role: $0.role, groups: $0.groups, agent: $0.agent)
        }
        let remembered = earlier ?? machine.lastAnswers
        // A session is its agent's own: another agent begins anew.
        if let earlier = flags.earlier, flags.agent == nil || flags.agent == earlier.agent {
            answers.options.resumes = answers.options.resumes ?? earlier.agentSession
            if answers.options.arguments.isEmpty { answers.options.arguments = earlier.arguments }
        }

        attempt(.account) { () throws(SkeinError) in try prefillAccount(flags.account) }
        attempt(.mesh) { () throws(SkeinError) in try prefillMesh(flags, remembered: remembered, kept: drafts.mesh) }
        attempt(.name) { () throws(SkeinError) in try prefillName(flags.name, remembered: remembered, kept: drafts.name) }
        attempt(.role) { () throws(SkeinError) in try prefillRole(flags.role, remembered: remembered, kept: drafts.role) }
        attempt(.groups) { () throws(SkeinError) in try prefillGroups(flags.groups, remembered: remembered, kept: drafts.groups) }
        attempt(.agent) { () throws(SkeinError) in try prefillAgent(flags.agent, remembered: remembered, kept: drafts.agent) }
        if flags.isConfirmed { answers.confirm.settle(true) }
        return problems
    }

    private mutating func prefillAccount(_ flag: String?) throws(SkeinError) {
        answers.account.propose(machine.account ?? .thisMachine)
        guard let flag else { return }
        guard flag == "local" else {
            throw SkeinError(
                .arguments, "--account \(Self.visible(flag)) is not known",
                hint: "Use --account local")
        }
        answers.account.settle(.thisMachine)
    }

    private mutating func prefillMesh(
        _ flags: LaunchFlags, remembered: LastAnswers?, kept: String?
    ) throws(SkeinError) {
        let directoryName = directoryMeshName
        let recent = machine.memberships.first.map { MeshChoice.joined($0.mesh) }
        answers.mesh.propose(
            kept.map { .create(name: $0) } ?? recent ?? .create(name: directoryName))
        if flags.mesh != nil && flags.newMesh != nil {
            throw SkeinError(
                .arguments, "--mesh and --new-mesh exclude each other", hint: "Give one of them")
        }
        if let name = flags.mesh {
            answers.mesh.settle(.joined(try membership(called: name).mesh))
        } else if let name = flags.newMesh {
            guard case .mesh(let choice) = try check(.mesh(.create(name: name))) else { return }
            answers.mesh.settle(choice)
        } else if kept != nil {
            return
        } else if let mesh = remembered?.mesh,
            machine.memberships.contains(where: { $0.mesh == mesh })
        {
            answers.mesh.settle(.joined(mesh))
        } else if machine.memberships.count == 1, let only = machine.memberships.first {
            answers.mesh.settle(.joined(only.mesh))
        }
    }

    private mutating func prefillName(
        _ flag: String?, remembered: LastAnswers?, kept: String?
    ) throws(SkeinError) {
        answers.name.propose(kept ?? remembered?.name ?? machine.lastName ?? facts.loginName)
        if let flag {
            answers.name.settle(try Self.checkText(flag, what: "name"))
        } else if let name = remembered?.name, kept == nil || kept == name {
            answers.name.settle(name)
        }
    }

    private mutating func prefillRole(
        _ flag: String?, remembered: LastAnswers?, kept: String?
    ) throws(SkeinError) {
        answers.role.propose(kept ?? remembered?.role ?? Self.firstRoles.first)
        if let flag {
            answers.role.settle(try Self.checkText(flag, what: "role"))
        } else if let role = remembered?.role, kept == nil || kept == role {
            answers.role.settle(role)
        }
    }

    private mutating func prefillGroups(
        _ flag: String?, remembered: LastAnswers?, kept: String?
    ) throws(SkeinError) {
        if let kept { answers.groups = Answer(draft: GroupList.parse(kept)) }
        if let flag {
            guard case .groups(let groups) = try check(.groups(GroupList.parse(flag))) else {
                return
            }
            answers.groups.settle(groups)
        } else if let groups = remembered?.groups, kept == nil || kept == GroupList.text(groups) {
            answers.groups.settle(groups)
        }
    }

    private mutating func prefillAgent(
        _ flag: String?, remembered: LastAnswers?, kept: String?
    ) throws(SkeinError) {
        let found = facts.agents.filter { $0.path != nil }
        let known = found.filter(\.isKnown)
        answers.agent.propose(kept ?? remembered?.agent ?? known.first?.word ?? found.first?.word)
        if let flag {
            guard facts.agent(flag)?.path != nil else { throw missingAgent(flag) }
            answers.agent.settle(flag)
        } else if let kept, kept != remembered?.agent {
            return
        } else if let word = remembered?.agent, facts.agent(word)?.path != nil {
            answers.agent.settle(word)
        } else if known.count == 1, let only = known.first {
            answers.agent.settle(only.word)
        }
    }

    /// What a first mesh is called: as the directory is, where that makes a name.
    public var directoryMeshName: String {
        let last = facts.directory.split(separator: "/").last.map(String.init) ?? ""
        let isHome = facts.directory == facts.home
        guard !isHome, let name = try? Self.checkText(last, what: "mesh name"),
            Slug.from(name) != nil
        else { return "home" }
        return name
    }
}

/// Groups as they are typed: `backend, api:lead`.
public enum GroupList {
    public static func parse(_ text: String) -> [GroupMembership] {
        text.split(separator: ",").prefix(64).compactMap { item in
            let parts = item.split(separator: ":", maxSplits: 1).map(trimmed)
            guard let name = parts.first, !name.isEmpty else { return nil }
            let role = parts.count > 1 && !parts[1].isEmpty ? parts[1] : nil
            return GroupMembership(name: name, role: role)
        }
    }

    public static func text(_ groups: [GroupMembership]) -> String {
        groups.map { group in group.role.map { "\(group.name):\($0)" } ?? group.name }
            .joined(separator: ", ")
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
