import Flow
import Keys
import Mesh
import MeshProtocol
import Onboarding
import Session

/// Wizards the tests start from.
enum Sample {
    static func membership(_ name: String) -> Membership? {
        guard let key = PublicKey(hex: String(repeating: "ab", count: 32)),
            let slug = Slug.from(name)
        else { return nil }
        return Membership(
            mesh: MeshID(rawValue: "mesh-\(slug)"), name: name, slug: slug, place: .thisMachine,
            member: MemberID(rawValue: "member"), memberKey: key, permission: .admin,
            joinedAt: Moment(milliseconds: 1), lastUsedAt: Moment(milliseconds: 2))
    }

    static let claude = AgentFact(
        word: "claude", title: "Claude Code", path: "/usr/local/bin/claude", isKnown: true)
    static let codex = AgentFact(
        word: "codex", title: "Codex", path: "/usr/local/bin/codex", isKnown: true)
    static let gemini = AgentFact(
        word: "gemini", title: "Gemini CLI", path: nil, isKnown: true,
        howToGet: "See its page for how to install it")
    static let shell = AgentFact(
        word: "/bin/bash", title: "bash", path: "/bin/bash", isKnown: false)

    static func last(_ mesh: String, agent: String = "claude") -> LastAnswers {
        LastAnswers(
            mesh: MeshID(rawValue: "mesh-\(mesh)"), name: "dev-1", role: "reviewer",
            groups: [GroupMembership(name: "backend")], agent: agent)
    }

    static func session(
        meshes: [String] = [], agents: [AgentFact] = [claude, codex, gemini, shell],
        last: LastAnswers? = nil, welcomed: Bool = false, account: Account? = nil,
        flags: LaunchFlags = LaunchFlags()
    ) -> (session: SessionState, wrong: [SkeinError]) {
        var session = SessionState(
            facts: Facts(
                directory: "/home/ada/src/payments", home: "/home/ada", loginName: "ada",
                hostname: "laptop", agents: agents,
                freshSession: "00000000-0000-4000-8000-000000000000"),
            machine: MachineRecord(
                welcomed: welcomed, account: account,
                memberships: meshes.compactMap(membership), lastAnswers: last))
        let wrong = session.prefill(from: flags)
        return (session, wrong)
    }

    static func wizard(
        meshes: [String] = [], agents: [AgentFact] = [claude, codex, gemini, shell],
        last: LastAnswers? = nil, welcomed: Bool = false, account: Account? = nil,
        flags: LaunchFlags = LaunchFlags()
    ) -> OnboardingState {
        let (session, wrong) = session(
            meshes: meshes, agents: agents, last: last, welcomed: welcomed, account: account,
            flags: flags)
        var wizard = OnboardingState(session: session)
        wizard.showProblems(wrong, notice: nil)
        return wizard
    }
}

extension OnboardingState {
    /// Presses keys one after another; answers the effects of the last.
    @discardableResult
    mutating func press(_ keys: Key...) -> [SessionEffect] {
        var effects: [SessionEffect] = []
        for key in keys { effects = reduce(.input(.key(key))) }
        return effects
    }

    mutating func type(_ text: String) {
        for character in text { press(.text(String(character))) }
    }

    var screen: LaunchScreen? { LaunchFlow.launch.current(in: session)?.screen }
}
