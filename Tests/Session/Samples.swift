import Flow
import Mesh
import MeshProtocol
import Session

/// Session states the tests start from.
enum Sample {
    static let key = PublicKey(hex: String(repeating: "ab", count: 32))

    static func membership(_ name: String, id: String? = nil) -> Membership? {
        guard let key, let slug = Slug.from(name) else { return nil }
        return Membership(
            mesh: MeshID(rawValue: id ?? "mesh-\(slug)"), name: name, slug: slug,
            place: .thisMachine, member: MemberID(rawValue: "member"), memberKey: key,
            permission: .admin, joinedAt: Moment(milliseconds: 1),
            lastUsedAt: Moment(milliseconds: 2))
    }

    static let claude = AgentFact(
        word: "claude", title: "Claude Code", path: "/usr/bin/claude", isKnown: true)
    static let codex = AgentFact(
        word: "codex", title: "Codex", path: "/usr/bin/codex", isKnown: true)
    static let missing = AgentFact(
        word: "gemini", title: "Gemini CLI", path: nil, isKnown: true, howToGet: "See its page")
    static let shell = AgentFact(word: "sh", title: "sh", path: "/bin/sh", isKnown: false)

    static func state(
        meshes: [String] = [], agents: [AgentFact] = [claude, missing, shell],
        last: LastAnswers? = nil, welcomed: Bool = false, account: Account? = nil,
        directory: String = "/home/ada/src/payments"
    ) -> SessionState {
        SessionState(
            facts: Facts(
                directory: directory, home: "/home/ada", loginName: "ada", hostname: "laptop",
                agents: agents, freshSession: "00000000-0000-4000-8000-000000000000"),
            machine: MachineRecord(
                welcomed: welcomed, account: account,
                memberships: meshes.compactMap { membership($0) }, lastAnswers: last))
    }
}
