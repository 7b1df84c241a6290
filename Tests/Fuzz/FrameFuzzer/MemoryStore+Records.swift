import BrokerEngine
import Mesh
import MeshProtocol

extension MemoryStore: MeshRecords {
    func meshes() throws -> [BrokerMesh] { shelf.meshes }
    func members() throws -> [BrokerMember] { shelf.members }

    func mesh(_ id: MeshID) throws -> BrokerMesh? { shelf.meshes.first { $0.id == id } }
    func member(_ id: MemberID) throws -> BrokerMember? { shelf.members.first { $0.id == id } }

    func ensure(_ mesh: BrokerMesh, founder: BrokerMember) throws {
        if let other = shelf.meshes.first(where: { $0.id == mesh.id }) {
            guard other.ownerKey == mesh.ownerKey else { throw SkeinError(.meshExists, "taken") }
        } else {
            shelf.meshes.append(mesh)
        }
        if !shelf.members.contains(where: { $0.id == founder.id }) {
            shelf.members.append(founder)
        }
    }

    func update(_ mesh: BrokerMesh) throws {
        for at in shelf.meshes.indices where shelf.meshes[at].id == mesh.id {
            shelf.meshes[at] = mesh
        }
    }

    func add(_ member: BrokerMember) throws { shelf.members.append(member) }

    func update(_ member: BrokerMember) throws {
        for at in shelf.members.indices where shelf.members[at].id == member.id {
            shelf.members[at] = member
        }
    }

    func keepInvite(_ invite: InviteRecord) throws { shelf.invites.append(invite) }
    // No script can make a token, so none is ever asked for.
    func invite(token: String) throws -> InviteRecord? { nil }
    func invites(of mesh: MeshID) throws -> [InviteRecord] {
        shelf.invites.filter { $0.mesh == mesh }
    }

    func spendInvite(_ id: String) throws -> Bool {
        guard let at = shelf.invites.firstIndex(where: { $0.id == id }),
            shelf.invites[at].uses < shelf.invites[at].maxUses
        else { return false }
        shelf.invites[at].uses += 1
        return true
    }

    func revokeInvite(_ id: String, at now: Moment) throws {
        for at in shelf.invites.indices where shelf.invites[at].id == id {
            shelf.invites[at].revokedAt = now
        }
    }

    func savePresence(_ presence: SavedPresence) throws {
        shelf.presences[presence.member] = presence
    }

    func savedPresences() throws -> [SavedPresence] { Array(shelf.presences.values) }

    func savedPresence(of member: MemberID) throws -> SavedPresence? { shelf.presences[member] }

    func keepWebhook(_ webhook: WebhookRecord) throws {
        let isTaken = shelf.webhooks.contains {
            $0.mesh == webhook.mesh && $0.name == webhook.name
        }
        if isTaken { throw SkeinError(.meshExists, "taken") }
        shelf.webhooks.append(webhook)
    }

    func webhooks(of mesh: MeshID) throws -> [WebhookRecord] {
        shelf.webhooks.filter { $0.mesh == mesh }
    }

    func removeWebhook(_ name: String, of mesh: MeshID) throws -> Bool {
        let count = shelf.webhooks.count
        shelf.webhooks.removeAll { $0.mesh == mesh && $0.name == name }
        return shelf.webhooks.count < count
    }
}

extension MemoryStore: SharedRecords {
    func setState(_ entry: StateEntry, in mesh: MeshID) throws {
        shelf.states[mesh, default: [:]][entry.key] = entry
    }

    func state(_ key: String, in mesh: MeshID) throws -> StateEntry? { shelf.states[mesh]?[key] }

    func states(in mesh: MeshID) throws -> [StateEntry] {
        (shelf.states[mesh] ?? [:]).values.sorted { $0.key < $1.key }
    }

    func stateKeys(in mesh: MeshID) throws -> [String] {
        (shelf.states[mesh] ?? [:]).keys.sorted()
    }

    func remember(_ memory: MemoryRecord, in mesh: MeshID) throws {
        shelf.memories[mesh, default: []].append(memory)
    }

    func recall(_ query: String, in mesh: MeshID, limit: Int) throws -> [MemoryRecord] {
        Array((shelf.memories[mesh] ?? []).filter { $0.content.contains(query) }.prefix(limit))
    }

    func forget(memory id: String, in mesh: MeshID) throws -> Bool {
        let count = try memoryCount(in: mesh)
        shelf.memories[mesh]?.removeAll { $0.id == id }
        return try memoryCount(in: mesh) < count
    }

    func memoryCount(in mesh: MeshID) throws -> Int { shelf.memories[mesh]?.count ?? 0 }
}

extension MemoryStore: AuditRecords {
    func audit(_ event: AuditEvent) throws { shelf.audits.append(event) }

    func audits(in mesh: MeshID, type: String?, offset: Int, limit: Int) throws -> AuditPage {
        let found = shelf.audits.enumerated().filter {
            $1.mesh == mesh && (type == nil || $1.type == type)
        }
        let page = found.reversed().dropFirst(max(0, offset)).prefix(max(0, limit))
        return AuditPage(
            entries: page.map { AuditEntry(number: $0.offset + 1, event: $0.element, hash: "") },
            total: found.count)
    }

    func verifyAudit(of mesh: MeshID) throws -> AuditVerdict {
        AuditVerdict(entries: shelf.audits.count, brokenAt: nil)
    }
}
