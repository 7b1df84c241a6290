import Connection
import Mesh
import MeshProtocol

extension RelayServer {
    /// The answer to a request; `watch` has none.
    func answer(_ verb: RelayVerb) async -> RelayReply.Body {
        do throws(SkeinError) {
            guard !isStopping else {
                throw SkeinError(.relayUnreachable, "the relay is stopping", hint: "Try again")
            }
            switch verb {
            case .status: return .status(await status())
            case .stop:
                await shutDown()
                return .done
            case .register(let launch, let token):
                try await register(launch, token: token)
                return .done
            case .peers(let mesh):
                return .peers(try await observer(of: mesh).peersNow())
            case .refresh:
                try await refresh()
                return .done
            case .invite(let order): return .invite(try await makeInvite(order))
            case .invites(let mesh): return .invites(try await invites(of: mesh))
            case .revokeInvite(let id, let mesh):
                try await revokeInvite(id, of: mesh)
                return .done
            case .watch:
                throw SkeinError(.relayRefused, "a watch is answered by events")
            }
        } catch {
            return .failed(error)
        }
    }

    private func status() async -> RelayStatus {
        var meshes: [RelayStatus.MeshHealth] = []
        for membership in (try? database.memberships()) ?? [] {
            let launch = launches.values.first { $0.record.mesh == membership.mesh }
            let link = await observers[membership.mesh]?.state ?? launch?.linkState
            meshes.append(.init(mesh: membership.mesh, name: membership.name, link: link))
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
        for observer in observers.values { await observer.retryNow() }
        for launch in launches.values { await launch.link?.retryNow() }
        return await localBroker.port
    }
}
