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
                    mail: (try? await counts(of: membership.mesh, for: .person)) ?? MailCounts(),
                    isExposed: Self.isExposed(membership.place)))
        }
        let refused = launches.values.compactMap { launch -> RefusedLaunch? in
            guard case .refused(let reason) = launch.linkState else { return nil }
            let record = launch.record
            return RefusedLaunch(
                launch: record.id, mesh: record.mesh, name: record.name, reason: reason)
        }
        return RelayStatus(
            pid: greeting.pid, programVersion: options.programVersion, startedAt: startedAt,
            brokerPort: await localBroker.port, launches: launches.count,
            meshes: meshes.sorted { $0.name < $1.name },
            refused: refused.sorted { $0.name < $1.name })
    }

    private static func isExposed(_ place: Membership.Place) -> Bool {
        guard case .broker(let url) = place else { return false }
        return (try? BrokerEndpoint(url: url))?.isExposed == true
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
        for launch in launches.values {
            if joined.contains(launch.record.mesh) {
                await launch.link?.retryNow()
            } else {
                await leave(launch)
            }
        }
        return await localBroker.port
    }
}
