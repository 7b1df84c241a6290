import BrokerEngine
import Mesh

extension MemoryTransaction {
    func keepSession(_ session: SessionRecord) throws {
        set(\.sessions, Place(session.mesh, session.key), session)
    }

    func session(_ key: String, in mesh: MeshID) throws -> SessionRecord? {
        contents.sessions[Place(mesh, key)]
    }

    func endedSessions(of member: MemberID) throws -> [SessionRecord] {
        contents.sessions.values.filter {
            $0.member == member && $0.endedAt != nil && $0.speaksSkein
        }
    }

    func openSessions() throws -> [SessionRecord] {
        contents.sessions.values.filter { $0.endedAt == nil }
            .sorted { ($0.mesh.rawValue, $0.key) < ($1.mesh.rawValue, $1.key) }
    }

    func forgetSessions(before moment: Moment) throws {
        for (place, session) in contents.sessions {
            guard let ended = session.endedAt, ended < moment, contents.queues[place] == nil
            else { continue }
            set(\.sessions, place, nil)
        }
    }
}
