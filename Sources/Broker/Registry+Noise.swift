import Mesh
import MeshProtocol

extension Registry {
    /// Ends a presence: it is gone from every list, and everybody is told once.
    mutating func end(_ key: SessionKey, at now: Instant) {
        guard let session = tables[key.mesh]?.sessions[key] else { return }
        remove(key)
        noteEnd(session, at: now)
        announce(.peerLeft, session, at: now)
        stopServing(key)
        endMail(of: session, at: now)
    }

    /// Tells the clients of old. Not the sessions of the same member, who know, and not what is
    /// hidden, unless it is the hiding itself.
    mutating func announce(
        _ event: PushFrame.Event, _ session: Session, adding more: [String: JSONValue] = [:],
        at now: Instant
    ) {
        let isAboutHiding = event == .peerHidden || event == .peerVisible
        guard !session.isObserver, session.peer.isVisible || isAboutHiding,
            let table = tables[session.key.mesh]
        else { return }
        let hearers = table.sessions.values.compactMap { other -> SocketID? in
            guard other.key.member != session.key.member, let socket = other.socket,
                sockets[socket]?.speaksSkein == false
            else { return nil }
            return socket
        }
        guard !hearers.isEmpty else { return }
        var data: [String: JSONValue] = [
            "name": .string(session.peer.displayName), "pubkey": .string(session.peer.publicKey),
        ]
        if event == .peerJoined || event == .peerReturned {
            data["groups"] = JSONValue(session.peer.groups)
        }
        data.merge(more) { $1 }
        let push = PushFrame.system(
            event, .object(data), mesh: session.key.mesh, id: ids.message(), at: now.wall)
        send(.push(push), to: hearers.sorted())
    }

    /// In place of `peer_joined`, for a member that was here before.
    mutating func announceReturn(
        _ session: Session, _ restored: RestoredPresence, at now: Instant
    ) {
        let seen: [String: JSONValue] = [
            "lastSeenAt": .string(restored.lastSeenAt.description),
            "summary": restored.lastSummary.map { .string($0) } ?? .null,
        ]
        announce(.peerReturned, session, adding: seen, at: now)
    }
}
