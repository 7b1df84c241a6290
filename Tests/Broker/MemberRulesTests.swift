import BrokerEngine
import Mesh
import MeshProtocol
import Testing

@testable import Broker

@Suite("Who may change a member or a mesh")
struct MemberRulesTests {
    static func member(_ id: String, _ permission: Permission) -> BrokerMember {
        BrokerMember(
            id: MemberID(rawValue: id), mesh: MeshID(rawValue: "m"),
            publicKey: PublicKey(bytes: Array(id.utf8)), displayName: id, permission: permission,
            joinedAt: Moment(milliseconds: 0))
    }

    static let admin = member("admin", .admin)
    static let plain = member("plain", .member)

    static func change(
        _ member: BrokerMember, by asker: BrokerMember, _ changes: MemberChanges,
        _ policy: MeshPolicy = MeshPolicy(), others: [BrokerMember] = [admin, plain]
    ) -> Result<BrokerMember, MemberRules.Refusal> {
        Result { () throws(MemberRules.Refusal) in
            try MemberRules.changed(member, by: asker, changes, policy: policy, others: others)
        }
    }

    @Test("fields are bounded, groups joined, an empty tag is none")
    func fields() throws {
        let long = String(repeating: "x", count: FrameLimits.word + 1)
        let group = GroupMembership(name: "dev", role: "lead")
        for wrong in [
            MemberChanges(displayName: ""), MemberChanges(displayName: "a\u{1b}b"),
            MemberChanges(roleTag: long),
            MemberChanges(groups: [GroupMembership(name: "")]),
            MemberChanges(groups: (0...64).map { GroupMembership(name: "g\($0)") }),
        ] {
            guard case .failure(let refusal) = Self.change(Self.plain, by: Self.plain, wrong) else {
                Issue.record("accepted: \(wrong)")
                continue
            }
            #expect(!refusal.isForbidden)
        }
        var tagged = Self.plain
        tagged.roleTag = "qa"
        let changed = try Self.change(
            tagged, by: Self.plain,
            MemberChanges(roleTag: "", groups: [GroupMembership(name: "dev"), group])
        ).get()
        #expect(changed.roleTag == nil && changed.groups == [group])
    }

    @Test("an admin may all, a member what the mesh leaves to it")
    func permissions() throws {
        let closed = MeshPolicy(
            selfEditable: MeshPolicy.SelfEditable(
                displayName: false, roleTag: false, groups: false, messageMode: false))
        let all = MemberChanges(
            displayName: "n", roleTag: "t", groups: [], messageMode: .off, permission: .admin)
        #expect(try Self.change(Self.plain, by: Self.admin, all, closed).get().permission == .admin)
        guard case .failure(let refusal) = Self.change(Self.plain, by: Self.plain, all, closed)
        else { throw refusalMissing }
        #expect(
            refusal
                == .forbidden(
                    "admin-managed fields: displayName, roleTag, groups, messageMode, permission"))
    }

    @Test("a mesh keeps an admin who may come in")
    func lastAdmin() throws {
        var gone = Self.member("gone", .admin)
        gone.revokedAt = Moment(milliseconds: 1)
        let down = MemberChanges(permission: .member)
        guard
            case .failure = Self.change(
                Self.admin, by: Self.admin, down, others: [Self.admin, gone, Self.plain])
        else { throw refusalMissing }
        let second = Self.member("second", .admin)
        let changed = try Self.change(
            Self.admin, by: Self.admin, down, others: [Self.admin, second]
        ).get()
        #expect(changed.permission == .member)
    }

    @Test("a mesh is renamed and archived by an admin, and stays archived since the first time")
    func mesh() throws {
        let mesh = BrokerMesh(
            id: MeshID(rawValue: "m"), name: "M", slug: "m", ownerKey: Self.admin.publicKey,
            createdAt: Moment(milliseconds: 0))
        let archived = try MemberRules.changed(
            mesh, by: Self.admin, ChangeMesh(name: "N", archived: true),
            at: Moment(milliseconds: 5))
        #expect(archived.name == "N" && archived.archivedAt == Moment(milliseconds: 5))
        let later = try MemberRules.changed(
            archived, by: Self.admin, ChangeMesh(archived: true, stateWrite: .admin),
            at: Moment(milliseconds: 9))
        #expect(later.archivedAt == Moment(milliseconds: 5) && later.policy.stateWrite == .admin)
        #expect(throws: MemberRules.Refusal.forbidden("admin access required")) {
            try MemberRules.changed(
                mesh, by: Self.plain, ChangeMesh(name: "N"), at: Moment(milliseconds: 5))
        }
        #expect(throws: MemberRules.Refusal.self) {
            try MemberRules.changed(
                mesh, by: Self.admin, ChangeMesh(name: "\u{7}"), at: Moment(milliseconds: 5))
        }
    }

    private struct RefusalMissing: Error {}
    private var refusalMissing: RefusalMissing { RefusalMissing() }
}
