import BrokerEngine
import Mesh
import MeshProtocol

extension Registry {
    mutating func hello(
        _ hello: HelloFrame, bytes: [UInt8], requestID: String?, from socket: SocketID,
        at now: Instant
    ) {
        do throws(HelloRefusal) {
            let (member, signature) = try admit(hello, bytes: bytes, at: now)
            // A timestamp that was let in is there.
            let timestamp = Moment(milliseconds: hello.timestamp ?? now.wall.milliseconds)
            replays.record(
                signature: signature, hello: HelloFingerprint(of: bytes), timestamp: timestamp,
                now: now.wall)
            welcome(hello, member: member, requestID: requestID, on: socket, at: now)
        } catch {
            refuse(socket, error)
        }
    }

    /// Every check, in the order of the protocol (section 1.3), the cheap ones first.
    private func admit(
        _ hello: HelloFrame, bytes: [UInt8], at now: Instant
    ) throws(HelloRefusal) -> (BrokerMember, signature: [UInt8]) {
        try HelloCheck.checkShape(hello)
        let mesh = MeshID(rawValue: hello.meshID)
        try checkCapacity(hello, mesh: mesh)
        let signature = try HelloCheck.checkProof(hello, now: now.wall)
        guard let member = roster.member(mesh, key: hello.publicKey),
            member.id.rawValue == hello.memberID
        else { throw HelloRefusal("unauthorized") }
        guard roster.mesh(mesh)?.archivedAt == nil else {
            throw HelloRefusal("unauthorized", "hello rejected: the mesh is archived")
        }
        guard member.revokedAt == nil else {
            throw HelloRefusal.revoked(mesh: roster.mesh(mesh)?.name ?? mesh.rawValue)
        }
        switch replays.verdict(signature: signature, hello: HelloFingerprint(of: bytes)) {
        case .new: break
        case .replayed: throw HelloRefusal("replayed")
        case .signatureSeen: throw HelloRefusal("timestamp_skew")
        }
        if let key = hello.sessionKey, !key.isEmpty, isHeldByAnother(key, than: member) {
            throw HelloRefusal("bad_session_pubkey")
        }
        return (member, signature)
    }

    /// Before anything is proven; a session that is there already is not one more.
    private func checkCapacity(_ hello: HelloFrame, mesh: MeshID) throws(HelloRefusal) {
        guard let sessionsPerMesh, let table = tables[mesh], !isObserver(hello),
            table.peerCount >= sessionsPerMesh
        else { return }
        let key = sessionKey(of: hello, member: MemberID(rawValue: hello.memberID), mesh: mesh)
        guard table.sessions[key] != nil else { throw HelloRefusal("capacity") }
    }

    private func isHeldByAnother(_ key: String, than member: BrokerMember) -> Bool {
        if let holder = roster.member(member.mesh, key: key), holder.id != member.id {
            return true
        }
        return tables[member.mesh]?.holds(key, besides: member.id) ?? false
    }

    private func isObserver(_ hello: HelloFrame) -> Bool {
        hello.speaksSkein && hello.kind == HelloFrame.observer
    }

    private func sessionKey(of hello: HelloFrame, member: MemberID, mesh: MeshID) -> SessionKey {
        let ownKey = hello.sessionKey.flatMap { $0.isEmpty ? nil : $0 }
        return SessionKey(
            mesh: mesh, member: member,
            identity: ownKey.map { .key($0) }
                ?? .process(sessionID: hello.sessionID, pid: hello.pid))
    }

    /// Joins, or comes back to the presence it had: `hello` has proven that it is `member`'s. The
    /// answer goes out before anything else.
    mutating func welcome(
        _ hello: HelloFrame, member: BrokerMember, requestID: String?, on socket: SocketID,
        at now: Instant
    ) {
        let key = sessionKey(of: hello, member: member.id, mesh: member.mesh)
        let isObserver = isObserver(hello)
        var former = tables[key.mesh]?.sessions[key]
        if let replaced = former?.socket {
            close(replaced, CloseCode.replaced, "session_replaced")
        }
        if let session = former, session.isObserver != isObserver {
            end(key, at: now)
            former = nil
        }
        var session = former ?? newSession(key, member: member, isObserver, at: now)
        session.socket = socket
        session.pid = hello.pid
        session.peer.describe(hello, member: member)
        let restored = former == nil
            ? restore(&session, of: member, speaksSkein: hello.speaksSkein) : nil
        sockets[socket] = Socket(
            session: key, speaksSkein: hello.speaksSkein, heardAt: now.uptime)
        deadlines.remove(.hello(socket))
        deadlines.set(.ping(socket), at: now.uptime + Self.pingInterval)
        deadlines.set(.lease(key), at: now.uptime + Self.lease)
        metrics.connected()
        if hello.speaksSkein { effects.append(.allowLargeFrames(socket)) }
        let hookToken =
            hello.speaksSkein && !isObserver
            ? pages.hooks.token(for: key, make: ids.presence) : nil
        send(
            .helloAck(
                HelloAckFrame(
                    presenceID: session.peer.presenceID, displayName: session.peer.displayName,
                    profile: MemberProfile(
                        roleTag: member.roleTag, groups: member.groups,
                        messageMode: member.messageMode),
                    selfEditable: roster.mesh(member.mesh)?.policy.selfEditable
                        ?? MeshPolicy.SelfEditable(),
                    restored: restored,
                    capabilities: hello.speaksSkein ? [FrameLimits.skein1] : [],
                    isReturn: hello.speaksSkein && former != nil, hookToken: hookToken)),
            requestID: requestID, to: [socket])
        put(session)
        applyPending(to: key, at: now)
        if former == nil {
            noteJoin(session, at: now)
            if let restored {
                announceReturn(session, restored, at: now)
            } else {
                announce(.peerJoined, session, at: now)
            }
        }
        serve(session, speaksSkein: hello.speaksSkein)
    }

    private func newSession(
        _ key: SessionKey, member: BrokerMember, _ isObserver: Bool, at now: Instant
    ) -> Session {
        var publicKey = member.publicKey.hex
        if case .key(let own) = key.identity { publicKey = own }
        return Session(
            key: key, socket: nil, isObserver: isObserver, status: PresenceStatus(at: now.wall),
            peer: PresencePeer(
                presenceID: ids.presence(), publicKey: publicKey,
                memberKey: member.publicKey.hex, connectedAt: now.wall,
                displayName: member.displayName, sessionID: "", cwd: ""))
    }
}

extension PresencePeer {
    /// What a hello tells of a session. Groups it does not name are kept.
    fileprivate mutating func describe(_ hello: HelloFrame, member: BrokerMember) {
        displayName =
            hello.displayName.flatMap { PeerName.cleaned($0) }
            ?? PeerName.cleaned(member.displayName) ?? "unnamed"
        sessionID = hello.sessionID
        cwd = hello.cwd
        hostname = hello.hostname
        peerType = hello.peerType
        channel = hello.channel
        model = hello.model
        role = hello.speaksSkein ? hello.role : nil
        agent = hello.speaksSkein ? hello.agent : nil
        attestation = hello.speaksSkein ? hello.attestation : nil
        let named = hello.groups.filter(\.isBearable)
        if !named.isEmpty { groups = named.reduce([]) { GroupRules.joining($1, to: $0) } }
    }
}

extension GroupMembership {
    /// A name by the rules, of bearable size.
    var isBearable: Bool {
        name.utf8.count <= FrameLimits.groupName && GroupRules.isName(name)
            && (role?.utf8.count ?? 0) <= FrameLimits.word
    }
}
