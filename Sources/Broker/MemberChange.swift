import BrokerEngine
import Mesh
import MeshProtocol

/// What is changed of a member: checked against who asks and against the mesh's policy, then made.
struct MemberChange: Sendable {
    private let changes: MemberChanges

    /// `member` as the roster has it. Throws what speaks against it.
    init(
        _ changes: MemberChanges, of member: BrokerMember, by asking: BrokerMember,
        policy: MeshPolicy
    ) throws(Refusal) {
        guard asking.permission == .admin || asking.id == member.id else {
            throw .forbidden("not authorized")
        }
        let editable = policy.selfEditable
        let fields: [(name: String, isNamed: Bool, isEditable: Bool)] = [
            ("displayName", changes.displayName != nil, editable.displayName),
            ("roleTag", changes.roleTag != nil, editable.roleTag),
            ("groups", changes.groups != nil, editable.groups),
            ("messageMode", changes.messageMode != nil, editable.messageMode),
            ("permission", changes.permission != nil, false),
        ]
        guard fields.contains(where: \.isNamed) else { throw .invalid("no fields to update") }
        if asking.permission != .admin {
            let managed = fields.filter { $0.isNamed && !$0.isEditable }.map(\.name)
            guard managed.isEmpty else {
                throw .forbidden("admin-managed fields: \(managed.joined(separator: ", "))")
            }
        }
        self.changes = try Self.sound(changes)
    }

    func apply(to member: inout BrokerMember) {
        if let name = changes.displayName { member.displayName = name }
        // An empty one takes it away.
        if let tag = changes.roleTag { member.roleTag = tag.isEmpty ? nil : tag }
        if let groups = changes.groups { member.groups = groups }
        if let mode = changes.messageMode { member.messageMode = mode }
        if let permission = changes.permission { member.permission = permission }
    }

    /// Whether it would take `member`'s permission away.
    func demotes(_ member: BrokerMember) -> Bool {
        changes.permission == .member && member.permission == .admin
    }

    /// As a push tells it, and the log.
    var told: [String: JSONValue] {
        var fields: [String: JSONValue] = [:]
        fields["displayName"] = changes.displayName.map { .string($0) }
        fields["roleTag"] = changes.roleTag.map { $0.isEmpty ? .null : .string($0) }
        fields["groups"] = changes.groups.map { JSONValue($0) }
        fields["messageMode"] = changes.messageMode.map { .string($0.rawValue) }
        fields["permission"] = changes.permission.map { .string($0.rawValue) }
        return fields
    }

    private static func sound(_ changes: MemberChanges) throws(Refusal) -> MemberChanges {
        var sound = changes
        if let name = changes.displayName {
            guard let checked = try? PeerName.check(name) else {
                throw .invalid(
                    "a name has 1 to \(PeerName.maximumLength) characters, none of them a control")
            }
            sound.displayName = checked
        }
        if let tag = changes.roleTag {
            guard tag.isEmpty || PeerName.cleaned(tag) == tag else {
                throw .invalid("a role has at most \(PeerName.maximumLength) plain characters")
            }
        }
        if let groups = changes.groups {
            guard groups.count <= FrameLimits.groups, groups.allSatisfy(\.isBearable) else {
                throw .invalid("a group's name is none, or there is one too many")
            }
            sound.groups = groups.reduce([]) { GroupRules.joining($1, to: $0) }
        }
        return sound
    }
}

extension MemberChange {
    /// In one transaction, so that two admins cannot demote each other at once.
    func made(
        to id: MemberID, in transaction: any StoreTransaction, noting event: AuditEvent
    ) throws -> Result<BrokerMember, Refusal> {
        guard var member = try transaction.member(id), member.revokedAt == nil else {
            return .failure(.notFound("member not found"))
        }
        if demotes(member) {
            let hasOther = try transaction.members().contains {
                $0.mesh == member.mesh && $0.id != id && $0.revokedAt == nil
                    && $0.permission == .admin
            }
            guard hasOther else { return .failure(.forbidden("the last admin stays one")) }
        }
        apply(to: &member)
        try transaction.update(member)
        try transaction.audit(event)
        return .success(member)
    }
}
