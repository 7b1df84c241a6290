import BrokerEngine
import Mesh
import MeshProtocol

/// Whom a message reaches (protocol decisions 6, 11, 13, 14).
extension Registry {
    enum Recipients: Equatable, Sendable {
        case known([Recipient])
        /// Nobody goes by this key now: the store may know a session that ended.
        case unknown(key: String)
    }

    mutating func recipients(
        of target: MeshTarget, _ frame: SendFrame, by asker: Asker, as senderKey: String
    ) throws(Refusal) -> Recipients {
        switch target {
        case .key(let key): return try recipient(key, by: asker, as: senderKey)
        case .group, .everyone:
            let recipients =
                if let keys = frame.keys {
                    try sealed(for: keys, target, by: asker, as: senderKey)
                } else {
                    try unencrypted(target, by: asker, as: senderKey)
                }
            guard recipients.count <= Self.recipientLimit else { throw Self.tooMany }
            return .known(recipients)
        }
    }

    private static let tooMany = Refusal(
        "too_many_recipients", "a message reaches \(recipientLimit) recipients at most")

    private mutating func recipient(
        _ key: String, by asker: Asker, as senderKey: String
    ) throws(Refusal) -> Recipients {
        let mesh = asker.session.mesh
        let member: BrokerMember
        if let named = roster.member(mesh, key: key) {
            member = named
        } else if let holder = tables[mesh]?.holder(of: key),
            let known = roster.member(mesh, id: holder.key.member)
        {
            member = known
        } else {
            return .unknown(key: key)
        }
        guard member.revokedAt == nil else {
            throw Refusal("unknown_recipient", "nobody in this mesh has that key")
        }
        if key == senderKey, key != member.publicKey.hex {
            throw Refusal("own_session", "that is the session that sends it")
        }
        let isHeard = allows(.dm, member, from: asker, as: senderKey)
        return .known([
            Recipient(address: Self.address(key, isHeard: isHeard), member: member.id)
        ])
    }

    /// A block is silent: the message waits where nobody fetches it.
    static func address(_ key: String, isHeard: Bool) -> String {
        isHeard ? key : blockedPrefix + key
    }

    /// Whom its sender meant.
    static func key(of address: String) -> String {
        isBlocked(address) ? String(address.dropFirst(blockedPrefix.count)) : address
    }

    static func isBlocked(_ address: String) -> Bool { address.hasPrefix(blockedPrefix) }

    private static let blockedPrefix = "blocked/"

    private mutating func allows(
        _ capability: PeerGrants.Capability, _ member: BrokerMember, from asker: Asker,
        as senderKey: String
    ) -> Bool {
        let isAllowed =
            member.id == asker.member.id
            || member.grants.allows(
                capability, memberKey: asker.member.publicKey.hex, sessionKey: senderKey)
        if !isAllowed { metrics.dropped(byGrant: capability) }
        return isAllowed
    }

    /// `skein/1`: each member the body was sealed for, by its sessions that are in the group, or by
    /// its own key where it has none now.
    private mutating func sealed(
        for keys: [SendFrame.SealedKey], _ target: MeshTarget, by asker: Asker,
        as senderKey: String
    ) throws(Refusal) -> [Recipient] {
        guard keys.count <= Self.recipientLimit else { throw Self.tooMany }
        let mesh = asker.session.mesh
        var recipients: [Recipient] = []
        for sealed in keys {
            guard sealed.key.utf8.count <= 512,
                let member = roster.member(mesh, key: sealed.member), member.revokedAt == nil,
                allows(.broadcast, member, from: asker, as: senderKey)
            else { continue }
            let sessions = (tables[mesh]?.sessions(of: member.id) ?? []).filter { !$0.isObserver }
            let addresses =
                sessions.isEmpty
                ? [member.publicKey.hex]
                : sessions.filter { $0.key != asker.session && $0.isIn(target) }.map(\.address)
            recipients += addresses.map {
                Recipient(address: $0, member: member.id, sealedKey: sealed.key)
            }
        }
        return recipients
    }

    /// What clients of old send: every visible session in the group but the sender's own, and
    /// members who are away by their own key. To everyone, the sender's siblings hear it not.
    private mutating func unencrypted(
        _ target: MeshTarget, by asker: Asker, as senderKey: String
    ) throws(Refusal) -> [Recipient] {
        let mesh = asker.session.mesh
        guard !asker.speaksSkein || roster.mesh(mesh)?.policy.allowPlaintext == true else {
            throw Refusal(
                "unencrypted", "this mesh takes no plaintext: seal the body for the group's members")
        }
        let sparesSiblings = target == .everyone && !asker.speaksSkein
        var recipients: [Recipient] = []
        for member in roster.members(of: mesh) where member.revokedAt == nil {
            if sparesSiblings, member.id == asker.member.id { continue }
            let addresses = addresses(of: member, in: target, besides: asker.session)
            guard !addresses.isEmpty, allows(.broadcast, member, from: asker, as: senderKey)
            else { continue }
            recipients += addresses.map { Recipient(address: $0, member: member.id) }
        }
        return recipients
    }

    /// Its sessions that are in the group; of a member who is away, itself.
    private func addresses(
        of member: BrokerMember, in target: MeshTarget, besides own: SessionKey
    ) -> [String] {
        let sessions = (tables[member.mesh]?.sessions(of: member.id) ?? [])
            .filter { !$0.isObserver }
        guard sessions.isEmpty else {
            return sessions.filter { $0.key != own && $0.isIn(target) }.map(\.address)
        }
        let isMeant =
            target == .everyone || groups(of: member).contains { target.reaches($0.name) }
        return isMeant ? [member.publicKey.hex] : []
    }

    /// Of a member who is away.
    func groups(of member: BrokerMember) -> [GroupMembership] {
        let left = saved[member.id]?.groups ?? []
        return left.isEmpty ? member.groups : left
    }
}

extension MeshTarget {
    func reaches(_ group: String) -> Bool {
        if case .group(let name) = self { GroupRules.reaches(name, group) } else { false }
    }
}

extension Session {
    /// What is for this session alone carries this address. A session without a key of its own
    /// shares its member's, which is no address of its own.
    var address: String {
        switch key.identity {
        case .key(let own): own
        case .process(let sessionID, let pid): "\(peer.memberKey)/\(sessionID)/\(pid)"
        }
    }

    /// Whether mail to many reaches it: hidden sessions hear only what is for them alone.
    func isIn(_ target: MeshTarget) -> Bool {
        guard peer.isVisible else { return false }
        return target == .everyone || peer.groups.contains { target.reaches($0.name) }
    }
}
