import BrokerEngine
import Mesh
import MeshProtocol

/// Who may change what of a member and of a mesh (protocol decision 14): pure rules, for HTTP and
/// for frames.
enum MemberRules {
    struct Refusal: Error, Equatable, Sendable {
        /// The asker may not, whatever it says; otherwise what it says is wrong.
        var isForbidden: Bool
        var message: String

        static func forbidden(_ message: String) -> Refusal {
            Refusal(isForbidden: true, message: message)
        }

        static func invalid(_ message: String) -> Refusal {
            Refusal(isForbidden: false, message: message)
        }
    }

    /// The member as it is after `changes`. `others` are the mesh's members besides it.
    static func changed(
        _ member: BrokerMember, by asker: BrokerMember, _ changes: MemberChanges,
        policy: MeshPolicy, others: [BrokerMember]
    ) throws(Refusal) -> BrokerMember {
        let isAdmin = asker.permission == .admin
        guard isAdmin || asker.id == member.id else { throw .forbidden("not authorized") }
        let kept = fields(changes, policy.selfEditable)
        guard !kept.isEmpty else { throw .invalid("no fields to update") }
        let managed = kept.filter { !$0.isSelfEditable }.map(\.name)
        guard isAdmin || managed.isEmpty else {
            throw .forbidden("admin-managed fields: \(managed.joined(separator: ", "))")
        }
        var changed = member
        if let name = changes.displayName {
            guard let name = try? PeerName.check(name) else {
                throw .invalid("displayName must have 1 to 64 characters on one line")
            }
            changed.displayName = name
        }
        if let tag = changes.roleTag {
            guard tag.utf8.count <= FrameLimits.word else { throw .invalid("roleTag is too long") }
            changed.roleTag = tag.isEmpty ? nil : tag
        }
        if let groups = changes.groups {
            guard groups.count <= FrameLimits.groups, groups.allSatisfy(\.isBearable) else {
                throw .invalid("groups has what is no group, or too many")
            }
            changed.groups = groups.reduce([]) { GroupRules.joining($1, to: $0) }
        }
        if let mode = changes.messageMode { changed.messageMode = mode }
        if let permission = changes.permission {
            let hasAnotherAdmin = others.contains {
                $0.id != member.id && $0.permission == .admin && $0.revokedAt == nil
            }
            guard permission == .admin || member.permission != .admin || hasAnotherAdmin else {
                throw .invalid("the last admin stays one")
            }
            changed.permission = permission
        }
        return changed
    }

    /// The mesh as it is after `change`.
    static func changed(
        _ mesh: BrokerMesh, by asker: BrokerMember, _ change: ChangeMesh, at now: Moment
    ) throws(Refusal) -> BrokerMesh {
        guard asker.permission == .admin else { throw .forbidden("admin access required") }
        guard change != ChangeMesh() else { throw .invalid("no settings to update") }
        var changed = mesh
        if let name = change.name {
            guard let name = try? PeerName.check(name) else {
                throw .invalid("name must have 1 to 64 characters on one line")
            }
            changed.name = name
        }
        if let isArchived = change.archived {
            changed.archivedAt = isArchived ? mesh.archivedAt ?? now : nil
        }
        if let selfEditable = change.selfEditable { changed.policy.selfEditable = selfEditable }
        if let stateWrite = change.stateWrite { changed.policy.stateWrite = stateWrite }
        if let allow = change.allowPlaintext { changed.policy.allowPlaintext = allow }
        return changed
    }

    /// Those that are to be changed.
    private static func fields(
        _ changes: MemberChanges, _ editable: MeshPolicy.SelfEditable
    ) -> [(name: String, isSelfEditable: Bool)] {
        var fields: [(name: String, isSelfEditable: Bool)] = []
        if changes.displayName != nil { fields.append(("displayName", editable.displayName)) }
        if changes.roleTag != nil { fields.append(("roleTag", editable.roleTag)) }
        if changes.groups != nil { fields.append(("groups", editable.groups)) }
        if changes.messageMode != nil { fields.append(("messageMode", editable.messageMode)) }
        if changes.permission != nil { fields.append(("permission", false)) }
        return fields
    }
}
