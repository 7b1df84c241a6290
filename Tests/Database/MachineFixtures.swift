import Mesh

@testable import Database

func membership(_ slug: String, used: Int64 = 1, place: Membership.Place = .thisMachine)
    throws -> Membership
{
    guard let key = PublicKey(hex: String(repeating: "a", count: 64)) else { throw NoKey() }
    return Membership(
        mesh: MeshID(rawValue: "id-" + slug), name: slug.uppercased(), slug: slug, place: place,
        member: MemberID(rawValue: "m-" + slug), memberKey: key, permission: .admin,
        joinedAt: Moment(milliseconds: 1), lastUsedAt: Moment(milliseconds: used))
}

struct NoKey: Error {}

func launch(
    _ id: String, mesh: String = "payments", directory: String = "/src", at: Int64 = 100
) -> LaunchRecord {
    LaunchRecord(
        id: LaunchID(rawValue: id), mesh: MeshID(rawValue: "id-" + mesh), name: "dev-1",
        role: "reviewer", groups: [GroupMembership(name: "backend", role: "lead")], agent: "sh",
        arguments: ["-c", "echo \"ÿ\"\u{1}"], directory: directory, hostname: "laptop",
        agentSession: nil, pid: 42, processStart: .max - 3,
        startedAt: Moment(milliseconds: at))
}

func commit(
    _ launch: LaunchRecord, new: Membership? = nil, welcomed: Bool = true
) -> LaunchCommit {
    LaunchCommit(
        account: .thisMachine, newMembership: new,
        answers: LastAnswers(
            mesh: launch.mesh, name: launch.name, role: launch.role, groups: launch.groups,
            agent: launch.agent),
        launch: launch, welcomed: welcomed)
}
