import Mesh
import MeshProtocol

extension Registry {
    mutating func handle(
        _ frame: ClientFrame, bytes: [UInt8], from socket: SocketID, at now: Instant
    ) {
        guard let state = sockets[socket] else { return }
        let id = frame.requestID
        guard let key = state.session else {
            switch frame.verb {
            case .hello(let frame):
                hello(frame, bytes: bytes, requestID: id, from: socket, at: now)
            case .invalid(type: "hello"):
                refuse(socket, HelloRefusal("malformed"))
            default:
                let error = ErrorFrame(code: "no_hello", message: "must send hello first")
                send(.error(error), requestID: id, to: [socket])
            }
            return
        }
        switch frame.verb {
        case .hello, .invalid(type: "hello"):
            // Told to clients of old too: it is nothing they do.
            let error = ErrorFrame(
                code: "already_hello", message: "this socket has said hello already")
            send(.error(error), requestID: id, to: [socket])
        case .listPeers:
            let peers = tables[key.mesh]?.peers(seenBy: key.member) ?? []
            send(.peersList(peers), requestID: id, to: [socket])
        case .watchPresence:
            guard state.speaksSkein else { return refuseUnknown(id, socket) }
            watch(key, requestID: id, on: socket, at: now)
        case .unknown:
            refuseUnknown(id, socket)
        case .invalid(let type):
            answer(
                "invalid_argument", "a field of \(type) is missing or of another kind", id, socket)
        case .send(let frame):
            asker(key, id, socket).map { send(frame, by: $0, at: now) }
        case .clientAck(let frame):
            asker(key, id, socket).map { acknowledge(frame, by: $0, at: now) }
        case .request(let request):
            asker(key, id, socket).map { perform(request, for: $0, at: now) }
        case .setStatus, .setSummary, .setVisible, .joinGroup, .leaveGroup:
            changeOneself(frame.verb, key, requestID: id, socket, at: now)
        }
    }

    /// What a session tells of itself. An observer is no peer, so there is nothing to tell.
    private mutating func changeOneself(
        _ verb: ClientFrame.Verb, _ key: SessionKey, requestID: String?, _ socket: SocketID,
        at now: Instant
    ) {
        guard let session = tables[key.mesh]?.sessions[key], !session.isObserver else {
            return answer("forbidden", "an observer is no peer", requestID, socket)
        }
        switch verb {
        case .setStatus(let status):
            update(key, at: now) { $0.status.write(status, from: .manual, at: now.wall) }
        case .setSummary(let summary):
            update(key, at: now) {
                $0.peer.summary = FrameLimits.cut(summary, to: FrameLimits.summary)
            }
        case .setVisible(let isVisible):
            update(key, at: now) { $0.peer.isVisible = isVisible }
            if session.peer.isVisible != isVisible {
                announce(isVisible ? .peerVisible : .peerHidden, session, at: now)
            }
            return send(
                .ack(AckFrame(id: requestID ?? "")), requestID: requestID, to: [socket])
        case .joinGroup(let group):
            let groups = GroupRules.joining(group, to: session.peer.groups)
            guard group.isBearable, groups.count <= FrameLimits.groups else {
                return answer(
                    "invalid_argument", "that is no group, or one too many", requestID, socket)
            }
            update(key, at: now) { $0.peer.groups = groups }
        case .leaveGroup(let name):
            update(key, at: now) {
                $0.peer.groups = GroupRules.leaving(name, from: $0.peer.groups)
            }
        default: return
        }
        // Clients of old wait for no answer to these.
        if let requestID, sockets[socket]?.speaksSkein == true {
            send(.ack(AckFrame(id: requestID)), requestID: requestID, to: [socket])
        }
    }

    private mutating func watch(
        _ key: SessionKey, requestID: String?, on socket: SocketID, at now: Instant
    ) {
        // Those who watch already are told first, so that one revision means one state.
        tell(key.mesh, at: now)
        tables[key.mesh]?.watch(socket, as: key.member)
        guard let table = tables[key.mesh] else { return }
        let pages = PresenceSnapshot.pages(
            revision: table.revision, peers: table.peers(seenBy: key.member))
        for page in pages { send(.snapshot(page), requestID: requestID, to: [socket]) }
    }

    // MARK: - Refusing

    mutating func badFrame(from socket: SocketID, at now: Instant) {
        guard var state = sockets[socket] else { return }
        state.badFrames += 1
        metrics.rejected("parse_or_handler")
        sockets[socket] = state
        let isLast = state.badFrames >= Self.badFrameLimit
        if state.session == nil || state.speaksSkein || isLast {
            let error = ErrorFrame(code: "bad_frame", message: "a frame is one JSON object")
            send(.error(error), to: [socket])
        }
        if isLast {
            if let key = state.session { detach(key, from: socket, at: now) }
            close(socket, CloseCode.violation, "bad_frame")
        }
    }

    mutating func refuseUnknown(_ id: String?, _ socket: SocketID) {
        answer("unknown_type", "this broker does not know that type", id, socket)
    }

    /// A client of old takes an error without a request's id for the answer to whatever it asked
    /// first, so it gets none (protocol decision 17).
    mutating func answer(
        _ code: String, _ message: String, _ id: String?, _ socket: SocketID
    ) {
        guard id != nil || sockets[socket]?.speaksSkein == true else { return }
        send(.error(ErrorFrame(code: code, message: message)), requestID: id, to: [socket])
    }
}
