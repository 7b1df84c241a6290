import BrokerEngine
import Mesh
import MeshProtocol

/// What outlives a session (wire protocol, sections 1.6 and 3.2).
extension Registry {
    /// Gives a new session of a client of old what its member's last one left behind; a launch of
    /// Skein says itself what it is. Where another session of the member is there nothing has
    /// ended, and the new one gets nothing from its sibling.
    func restore(
        _ session: inout Session, of member: BrokerMember, speaksSkein: Bool
    ) -> RestoredPresence? {
        guard !session.isObserver else { return nil }
        let namedGroups = !session.peer.groups.isEmpty
        if !namedGroups { session.peer.groups = member.groups }
        guard !speaksSkein, tables[member.mesh].map({ $0.peerCount(of: member.id) == 0 }) ?? true,
            let saved = saved[member.id]
        else { return nil }
        let groups = namedGroups || saved.groups.isEmpty ? nil : saved.groups
        if let groups { session.peer.groups = groups }
        session.peer.isVisible = saved.isVisible
        session.peer.profile = saved.profile
        session.countedBefore = saved.stats
        return RestoredPresence(
            lastSummary: saved.summary, lastSeenAt: saved.lastSeenAt, groups: groups,
            stats: saved.stats)
    }

    /// A session came: the log says so.
    mutating func noteJoin(_ session: Session, at now: Instant) {
        guard !session.isObserver else { return }
        let event = Self.event("peer_joined", session, at: now)
        ask({ try $0.audit(event) }, then: Self.unheard)
    }

    /// A session ended, and is in its table no more: what it leaves behind is kept.
    mutating func noteEnd(_ session: Session, at now: Instant) {
        guard !session.isObserver else { return }
        let event = Self.event("peer_left", session, at: now)
        let presence = presence(after: session, at: now)
        let hasChanged = presence != saved[presence.member]
        saved[presence.member] = presence
        ask(
            { transaction in
                if hasChanged { try transaction.savePresence(presence) }
                try transaction.audit(event)
            }, then: Self.unheard)
    }

    /// Ends every session for good, as the broker stops. Answers what is to be stored.
    mutating func stop(at now: Instant) -> [Effect] {
        for table in tables.values {
            for session in PresenceTable.inOrder(table.sessions.values) {
                remove(session.key)
                noteEnd(session, at: now)
            }
        }
        sockets = [:]
        tables = [:]
        return take(at: now)
    }

    /// What the member's next session is to find. While others of it go on only the counts are
    /// added: what one session was is not for its siblings.
    private func presence(after ended: Session, at now: Instant) -> SavedPresence {
        let member = ended.key.member
        let former = saved[member]
        let stats = (former?.stats ?? PeerStats()).adding(
            ended.peer.stats, beyond: ended.countedBefore)
        if let table = tables[ended.key.mesh], table.peerCount(of: member) > 0 {
            var presence =
                former
                ?? SavedPresence(
                    member: member, groups: [], profile: PeerProfile(), isVisible: true,
                    summary: nil, stats: stats, lastSeenAt: now.wall)
            presence.stats = stats
            return presence
        }
        return SavedPresence(
            member: member, groups: ended.peer.groups, profile: ended.peer.profile,
            isVisible: ended.peer.isVisible, summary: ended.peer.summary ?? former?.summary,
            stats: stats, lastSeenAt: now.wall)
    }

    private static func event(_ type: String, _ session: Session, at now: Instant) -> AuditEvent {
        AuditEvent(
            mesh: session.key.mesh, type: type, actor: session.key.member.rawValue,
            payload: ["name": .string(session.peer.displayName)], at: now.wall)
    }

    /// Presence is served also where the disk is full: nobody waits for what is kept of it.
    private static let unheard: @Sendable (inout Registry, Result<Void, SkeinError>, Instant) -> Void
        = { _, _, _ in }
}
