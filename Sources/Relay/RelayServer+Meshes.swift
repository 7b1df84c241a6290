import Connection
import Home
import Mesh
import MeshCrypto
import MeshProtocol

extension RelayServer {
    /// The observer of a mesh, connected when it is first wanted.
    func observer(of mesh: MeshID) async throws(SkeinError) -> MeshObserver {
        let membership = try membership(of: mesh)
        let endpoint = try await endpoint(for: membership)
        observerUses[mesh] = .now
        if let observer = observers[mesh] {
            guard case .refused = await observer.state else { return observer }
            // What was refused for good then may be welcome now that somebody asks again.
            if observers[mesh] === observer { observers[mesh] = nil }
            await observer.stop()
            if let newer = observers[mesh] { return newer }
        }
        let link = BrokerLink(
            endpoint: endpoint, by: options.network, hello: try observerHello(membership),
            watchesPresence: true, now: now)
        let observer = MeshObserver(
            link: link,
            history: MeshHistory(mesh: mesh, store: history, feeds: eventFeeds, now: now))
        observers[mesh] = observer
        mailReaders[mesh]?.cancel()
        mailReaders[mesh] = readMail(of: link, in: mesh, as: .observer)
        await observer.wakes { [weak self] in
            await self?.wakePostman(of: mesh, for: nil)
        }
        await observer.start()
        lingerOver(mesh)
        return observer
    }

    func membership(of mesh: MeshID) throws(SkeinError) -> Membership {
        guard let membership = try database.memberships().first(where: { $0.mesh == mesh }) else {
            throw SkeinError(
                .meshNotFound, "this machine has not joined the mesh \(mesh.rawValue)")
        }
        return membership
    }

    func endpoint(for membership: Membership) async throws(SkeinError) -> BrokerEndpoint {
        switch membership.place {
        case .thisMachine: try await localBroker.endpoint(for: membership)
        case .broker(let url): try BrokerEndpoint(url: url)
        }
    }

    func memberKeys(_ membership: Membership) throws(SkeinError) -> SigningKeys {
        guard let seed = try home.memberSeed(mesh: membership.mesh),
            let keys = SigningKeys(seed: seed), keys.publicKey == membership.memberKey
        else {
            throw SkeinError(
                .storeCorrupt,
                "the key of the mesh \(membership.name) is missing or belongs to another member",
                hint: "Restore \(home.memberKeysDirectory) from a backup")
        }
        return keys
    }

    /// Lets go of a mesh that nobody has looked at for a while.
    private func lingerOver(_ mesh: MeshID) {
        Task { [weak self, linger = options.observerLinger] in
            var pause = linger
            while true {
                do { try await Task.sleep(for: pause) } catch { return }
                guard let left = await self?.letGo(of: mesh) else { return }
                pause = left
            }
        }
    }

    /// How long to wait before looking again; nil when there is nothing to let go of any more.
    private func letGo(of mesh: MeshID) async -> Duration? {
        guard let observer = observers[mesh] else { return nil }
        if await observer.isWatched { observerUses[mesh] = .now }
        let unused = (observerUses[mesh] ?? .now).duration(to: .now)
        guard unused >= options.observerLinger else { return options.observerLinger - unused }
        guard observers[mesh] === observer else { return nil }
        // The person's mail comes and goes by it.
        if await isNeeded(observer, of: mesh) { return options.observerLinger }
        guard observers[mesh] === observer else { return nil }
        observers[mesh] = nil
        await observer.stop()
        return nil
    }

    /// A launch of the mesh lives, or mail waits that could go.
    private func isNeeded(_ observer: MeshObserver, of mesh: MeshID) async -> Bool {
        if personsWaiting > 0 || launches.values.contains(where: { $0.record.mesh == mesh }) {
            return true
        }
        guard case .refused = await observer.state else {
            return await postmen[mesh]?.hasDue ?? false
        }
        return false
    }
}
