import Mesh

@testable import Broker

extension Stage {
    /// What holds between any two events.
    func check(_ registry: Registry, slots: [SocketID?]) {
        let open = Set(slots.compactMap { $0 })
        hold(Set(registry.sockets.keys) == open, "the registry knows other sockets than there are")
        var seen: Set<SocketID> = []
        for (mesh, table) in registry.tables {
            hold(!table.isEmpty, "an empty table is kept")
            for (key, session) in table.sessions {
                hold(key == session.key && key.mesh == mesh, "a session in the wrong place")
                guard let socket = session.socket else {
                    hold(!session.isObserver, "an observer without a socket")
                    continue
                }
                hold(seen.insert(socket).inserted, "two sessions on one socket")
                hold(
                    registry.sockets[socket]?.session == key, "a socket that is another session's")
            }
            for watcher in table.watchers.keys {
                hold(
                    registry.sockets[watcher]?.session?.mesh == mesh,
                    "a watcher who is not in the mesh")
            }
            hold(
                table.peerCount == table.sessions.values.filter { !$0.isObserver }.count,
                "the count of peers is wrong")
        }
        for (socket, state) in registry.sockets {
            guard let key = state.session else { continue }
            hold(
                registry.tables[key.mesh]?.sessions[key]?.socket == socket,
                "a connected session that is not present: a reverse ghost")
        }
    }
}
