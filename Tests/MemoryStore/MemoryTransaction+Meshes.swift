import BrokerEngine
import Mesh
import MeshProtocol

extension MemoryTransaction: MeshRecords {
    func meshes() throws -> [BrokerMesh] {
        contents.meshes.values.sorted {
            ($0.createdAt, $0.id.rawValue) < ($1.createdAt, $1.id.rawValue)
        }
    }

    func members() throws -> [BrokerMember] {
        contents.members.values.sorted {
            ($0.joinedAt, $0.id.rawValue) < ($1.joinedAt, $1.id.rawValue)
        }
    }

    func mesh(_ id: MeshID) throws -> BrokerMesh? { contents.meshes[id] }

    func member(_ id: MemberID) throws -> BrokerMember? { contents.members[id] }

    func ensure(_ mesh: BrokerMesh, founder: BrokerMember) throws {
        if contents.meshes[mesh.id] == nil { set(\.meshes, mesh.id, mesh) }
        var founder = founder
        founder.mesh = mesh.id
        if !isKnown(founder) { set(\.members, founder.id, founder) }
        let member = contents.members[founder.id]
        guard contents.meshes[mesh.id]?.ownerKey == mesh.ownerKey, member?.mesh == mesh.id,
            member?.publicKey == founder.publicKey
        else { throw SkeinError(.meshExists, "the mesh or its founder is somebody else's") }
    }

    func update(_ mesh: BrokerMesh) throws {
        guard var changed = contents.meshes[mesh.id] else { return }
        changed.name = mesh.name
        changed.archivedAt = mesh.archivedAt
        changed.policy = mesh.policy
        set(\.meshes, mesh.id, changed)
    }

    func add(_ member: BrokerMember) throws {
        guard !isKnown(member) else {
            throw SkeinError(.meshExists, "there is a member under that id or key")
        }
        set(\.members, member.id, member)
    }

    private func isKnown(_ member: BrokerMember) -> Bool {
        contents.members[member.id] != nil
            || contents.members.values.contains {
                $0.mesh == member.mesh && $0.publicKey == member.publicKey
            }
    }

    func update(_ member: BrokerMember) throws {
        guard let former = contents.members[member.id] else { return }
        var changed = member
        changed.mesh = former.mesh
        changed.publicKey = former.publicKey
        changed.joinedAt = former.joinedAt
        set(\.members, member.id, changed)
    }

    func savePresence(_ presence: SavedPresence) throws {
        set(\.presences, presence.member, presence)
    }

    func savedPresence(of member: MemberID) throws -> SavedPresence? {
        contents.presences[member]
    }
}

/// How one gets in.
extension MemoryTransaction {
    func keepInvite(_ invite: InviteRecord) throws {
        guard contents.invites[invite.id] == nil, try self.invite(tokenHash: invite.tokenHash) == nil
        else { throw SkeinError(.internal, "there is an invite of that id or token") }
        set(\.invites, invite.id, invite)
    }

    func invite(tokenHash: String) throws -> InviteRecord? {
        contents.invites.values.first { $0.tokenHash == tokenHash }
    }

    func invites(of mesh: MeshID) throws -> [InviteRecord] {
        contents.invites.values.filter { $0.mesh == mesh }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    }

    func spendInvite(_ id: String) throws -> Bool {
        guard var invite = contents.invites[id], invite.uses < invite.maxUses else { return false }
        invite.uses += 1
        set(\.invites, id, invite)
        return true
    }

    func revokeInvite(_ id: String, at now: Moment) throws {
        guard var invite = contents.invites[id], invite.revokedAt == nil else { return }
        invite.revokedAt = now
        set(\.invites, id, invite)
    }

    func keepInviteUse(_ use: InviteUse) throws {
        let place = MemoryContents.InvitePlace(invite: use.invite, key: use.memberKey)
        guard contents.inviteUses[place] == nil else { return }
        set(\.inviteUses, place, use)
    }

    func inviteUse(of invite: String, by key: PublicKey) throws -> InviteUse? {
        contents.inviteUses[MemoryContents.InvitePlace(invite: invite, key: key)]
    }

    func inviteUses(in mesh: MeshID, limit: Int) throws -> [InviteUse] {
        let uses = contents.inviteUses.values.filter { $0.mesh == mesh }
        return Array(
            uses.sorted { ($1.at, $1.memberKey.hex) < ($0.at, $0.memberKey.hex) }.prefix(limit))
    }

    func keepWebhook(_ webhook: WebhookRecord) throws {
        let place = MemoryContents.Place(webhook.mesh, webhook.name)
        guard contents.webhooks[place] == nil else {
            throw SkeinError(.meshExists, "there is a webhook of that name", subject: webhook.name)
        }
        set(\.webhooks, place, webhook)
    }

    func webhooks(of mesh: MeshID) throws -> [WebhookRecord] {
        contents.webhooks.values.filter { $0.mesh == mesh }.sorted { $0.name < $1.name }
    }

    func removeWebhook(_ name: String, of mesh: MeshID) throws -> Bool {
        let place = MemoryContents.Place(mesh, name)
        guard contents.webhooks[place] != nil else { return false }
        set(\.webhooks, place, nil)
        return true
    }
}
