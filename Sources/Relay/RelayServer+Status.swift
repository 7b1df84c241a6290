import Connection
import Mesh
import MeshProtocol

extension RelayServer {
    func checkIsRunning() throws(SkeinError) {
        guard !isStopping else {
            throw SkeinError(.relayUnreachable, "the relay is stopping", hint: "Try again")
        }
    }

    func status() async -> RelayStatus {
        var meshes: [MeshHealth] = []
        for membership in (try? database.memberships()) ?? [] {
            let launch = launches.values.first { $0.record.mesh == membership.mesh }
            let link = await observers[membership.mesh]?.state ?? launch?.linkState
            let ack = await mail.lastAck(of: membership.mesh)
            meshes.append(
                MeshHealth(
                    mesh: membership.mesh, name: membership.name, link: link,
                    lastAckAt: ack?.at, lastAckMilliseconds: ack?.milliseconds,
                    mail: (try? await counts(of: membership.mesh, for: .person)) ?? MailCounts()))
        }
        return RelayStatus(
            pid: greeting.pid, programVersion: options.programVersion, startedAt: startedAt,
            brokerPort: await localBroker.port, launches: launches.count,
            meshes: meshes.sorted { $0.name < $1.name })
    }

    /// The store is read at every request; what must be made for a new mesh is made now, and a
    /// link that waits for its next try makes it. Returns the port of this machine's broker, if
    /// any mesh wants one.
    @discardableResult
    public func refresh() async throws(SkeinError) -> Int? {
        for membership in try database.memberships() where membership.place == .thisMachine {
            _ = try await localBroker.endpoint(for: membership)
        }
        let joined = Set(try database.memberships().map(\.mesh))
        for (mesh, observer) in observers {
            if joined.contains(mesh) {
                await observer.retryNow()
            } else {
                // The mesh was left.
                observers[mesh] = nil
                await observer.stop()
            }
        }
        for launch in launches.values { await launch.link?.retryNow() }
        return await localBroker.port
    }
}
