import BrokerEngine
import Mesh
import MeshProtocol

/// Whose sessions are to end.
private enum Sweep: Sendable {
    case target(String)
    /// Those that were silent for so many milliseconds.
    case stale(Int64)
    case all

    /// Nil unless it is exactly one of the three.
    init?(target: String?, stale: Int64?, all: Bool?) {
        switch (target, stale, all == true) {
        case (let target?, nil, false): self = .target(target)
        case (nil, let stale?, false) where stale > 0: self = .stale(stale)
        case (nil, nil, true): self = .all
        default: return nil
        }
    }
}

extension Kick: BrokerVerb {
    static var isForAdmins: Bool { true }

    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        do throws(Refusal) {
            let sweep = Sweep(target: target, stale: stale, all: all)
            // An observer is a member's own machine watching: kicking its sessions is enough.
            let sessions = try registry.sessions(sweep, for: asker, at: now)
                .filter { !$0.isObserver }
            registry.reply(
                KickAnswer(
                    kicked: sessions.map(\.peer.displayName),
                    affected: sessions.map(\.peer.publicKey)),
                to: asker)
            for session in sessions {
                if let socket = session.socket {
                    registry.close(socket, CloseCode.kicked, "kicked")
                }
                registry.end(session.key, at: now)
            }
            registry.noteKicks(of: sessions, by: asker, at: now)
        } catch {
            registry.refuse(asker, error)
        }
    }
}

extension Disconnect: BrokerVerb {
    static var isForAdmins: Bool { true }

    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        do throws(Refusal) {
            let sweep = Sweep(target: target, stale: stale, all: all)
            let sessions = try registry.sessions(sweep, for: asker, at: now)
            registry.reply(
                DisconnectAnswer(
                    kicked: sessions.map(\.peer.displayName),
                    affected: sessions.map(\.peer.publicKey)),
                to: asker)
            for session in sessions {
                guard let socket = session.socket else {
                    // Nothing to come back from.
                    registry.end(session.key, at: now)
                    continue
                }
                // Its client may come back to its presence, as after any lost connection.
                registry.detach(session.key, from: socket, at: now)
                registry.close(socket, CloseCode.disconnected, "disconnected")
            }
        } catch {
            registry.refuse(asker, error)
        }
    }
}

extension Registry {
    fileprivate func sessions(
        _ sweep: Sweep?, for asker: Asker, at now: Instant
    ) throws(Refusal) -> [Session] {
        let mesh = asker.session.mesh
        let others = PresenceTable.inOrder(
            (tables[mesh]?.sessions.values).map { Array($0) } ?? []
        ).filter { $0.key != asker.session }
        switch sweep {
        case .target(let target): return try sessions(target, in: mesh)
        case .stale(let silence):
            return others.filter { now.uptime - lastHeard(of: $0) >= silence }
        case .all: return others
        case nil: throw .invalid("one of target, stale and all, stale in milliseconds")
        }
    }

    /// By uptime.
    private func lastHeard(of session: Session) -> Int64 {
        session.socket.flatMap { sockets[$0]?.heardAt } ?? session.heardAt
    }

    /// The log has one entry for each member.
    fileprivate mutating func noteKicks(
        of sessions: [Session], by asker: Asker, at now: Instant
    ) {
        let events = Dictionary(grouping: sessions, by: \.key.member)
            .sorted { $0.key.rawValue < $1.key.rawValue }
            .map { member, sessions in
                asker.event(
                    "member_kicked",
                    [
                        "member": .string(member.rawValue),
                        "name": .string(sessions.first?.peer.displayName ?? ""),
                        "sessions": .integer(Int64(sessions.count)),
                    ], at: now)
            }
        guard !events.isEmpty else { return }
        // The kick stands, whether or not the disk has room for it.
        ask({ transaction in for event in events { try transaction.audit(event) } }) { _, _, _ in }
    }
}
