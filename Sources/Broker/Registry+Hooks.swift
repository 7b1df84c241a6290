import Mesh
import MeshProtocol

extension Registry {
    /// What an agent's hook tells of its session's status.
    mutating func setStatus(_ request: PageRequest, at now: Instant) {
        metrics.hookRequested()
        if let token = request.credentials("Bearer") {
            setStatus(request, token: token, at: now)
        } else {
            setStatusWithoutToken(request, at: now)
        }
    }

    private mutating func setStatus(_ request: PageRequest, token: String, at now: Instant) {
        guard let key = pages.hooks.session(of: token),
            let session = tables[key.mesh]?.sessions[key]
        else { return refuse(request, .unauthorized, "unauthorized") }
        guard takesHook(session.peer.presenceID, request, at: now) else { return }
        guard let body = JSONValue.parse(request.body), case .object = body else {
            return refuse(request, .badRequest, "invalid JSON")
        }
        guard let status = body["status"]?.string.flatMap(Status.init(rawValue:)) else {
            return refuse(request, .badRequest, "status must be idle, working or dnd")
        }
        var isToolOpen: Bool?
        var isWaiting = false
        if case .bool(let value)? = body["tool_open"] { isToolOpen = value }
        if case .bool(let value)? = body["waiting"] { isWaiting = value }
        update(key, at: now) {
            $0.status.writeFromHook(
                status, isToolCallOpen: isToolOpen, isWaiting: isWaiting, at: now.wall)
        }
        answer(request, Self.heard(session))
    }

    /// The form of old: whoever is on this machine speaks for whatever runs in a directory.
    private mutating func setStatusWithoutToken(_ request: PageRequest, at now: Instant) {
        guard pages.settings.legacyHooks else {
            return refuse(request, .unauthorized, "hook token required")
        }
        guard request.isLocal else { return refuse(request, .forbidden, "forbidden") }
        metrics.legacyUsed()
        guard let body = JSONValue.parse(request.body), case .object = body else {
            return refuse(request, .badRequest, "invalid JSON")
        }
        guard let directory = body["cwd"]?.string, !directory.isEmpty,
            directory.utf8.count <= FrameLimits.path, let word = body["status"]?.string
        else { return refuse(request, .ok, "cwd and status required") }
        guard let status = Status(rawValue: word) else {
            return refuse(request, .badRequest, "status must be idle, working or dnd")
        }
        var pid: Int64 = 0
        if case .integer(let value)? = body["pid"] { pid = value }
        let sessionID = body["session_id"]?.string.flatMap {
            $0.isEmpty || $0.utf8.count > FrameLimits.id ? nil : $0
        }
        guard takesHook("\(pid):\(directory)", request, at: now) else { return }
        guard let session = session(sessionID: sessionID, pid: pid, directory: directory) else {
            pages.hooks.keep(
                HookDesk.Pending(
                    directory: directory, pid: pid, sessionID: sessionID, status: status,
                    toldAt: now.uptime))
            return answer(request, .json(.ok, ["ok": true, "pending": true]))
        }
        update(session.key, at: now) { $0.status.writeFromHook(status, at: now.wall) }
        answer(request, Self.heard(session))
    }

    private static func heard(_ session: Session) -> PageAnswer {
        .json(.ok, ["ok": true, "presence_id": .string(session.peer.presenceID)])
    }

    private mutating func takesHook(
        _ asker: String, _ request: PageRequest, at now: Instant
    ) -> Bool {
        if pages.hookLimit.take(asker, at: now.uptime) { return true }
        metrics.hookLimited()
        refuse(request, .tooManyRequests, "rate limited")
        return false
    }

    /// By its own id, else by process and directory, else the newest in the directory. Sessions of
    /// other machines may have the same directory and are never meant.
    private func session(sessionID: String?, pid: Int64, directory: String) -> Session? {
        let here = tables.values.flatMap(\.sessions.values).filter { session in
            guard !session.isObserver, let host = session.peer.hostname,
                let ours = pages.settings.hostname
            else { return !session.isObserver }
            return host == ours
        }
        let newest = { (sessions: [Session]) in
            sessions.max { $0.peer.connectedAt.moment < $1.peer.connectedAt.moment }
        }
        if let sessionID,
            let named = newest(here.filter { $0.peer.sessionID == sessionID })
        {
            return named
        }
        let inDirectory = here.filter { $0.peer.cwd == directory }
        if pid != 0, let process = newest(inDirectory.filter { $0.pid == pid }) { return process }
        return newest(inDirectory)
    }

    /// What a hook of old told just before this session came.
    mutating func applyPending(to key: SessionKey, at now: Instant) {
        guard let session = tables[key.mesh]?.sessions[key], !session.isObserver,
            let status = pages.hooks.take(
                sessionID: session.peer.sessionID, pid: session.pid, directory: session.peer.cwd,
                at: now.uptime)
        else { return }
        update(key, at: now) { $0.status.writeFromHook(status, at: now.wall) }
    }
}
