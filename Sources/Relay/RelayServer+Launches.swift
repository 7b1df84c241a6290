import Connection
import Home
import Mesh
import MeshCrypto
import MeshProtocol

extension RelayServer {
    /// Keeps the launch present for as long as its process lives. Returns when the broker has
    /// acknowledged it; where the broker cannot be reached, that is thrown and the relay goes
    /// on trying for as long as the process lives.
    func register(_ record: LaunchRecord, token: String) async throws(SkeinError) {
        try Self.check(record, token: token)
        let membership = try membership(of: record.mesh)
        _ = try memberKeys(membership)
        if launches[record.id]?.record.isSameRun(as: record) != true {
            await replace(record.id)
            let watch = try watch(record)
            var secrets = try home.launchSecrets(launch: record.id)
                ?? LaunchSecrets(sessionSeed: SigningKeys.generate().seed, token: token)
            secrets.token = token
            try home.storeLaunchSecrets(secrets, launch: record.id)
            try database.store(record)
            add(record, secrets: secrets, watch: watch)
        }
        try await connect(record.id)
    }

    /// What can be said of a record without asking anyone.
    private static func check(_ record: LaunchRecord, token: String) throws(SkeinError) {
        let texts = [record.name, record.role, record.agent, record.directory, record.hostname]
        guard texts.allSatisfy({ $0.utf8.count <= 8192 }), record.groups.count <= 256,
            (16...256).contains(token.utf8.count), (1...64).contains(record.id.rawValue.utf8.count)
        else { throw SkeinError(.arguments, "the launch has a value that is too long") }
    }

    // MARK: - presence

    /// Finds the launch's broker and says hello; returns when it was acknowledged.
    private func connect(_ id: LaunchID) async throws(SkeinError) {
        guard let launch = launches[id] else { throw Self.ended }
        if let link = launch.link { return try await link.firstHello() }
        do throws(SkeinError) {
            let membership = try membership(of: launch.record.mesh)
            let endpoint = try await endpoint(for: membership)
            let hello = try launchHello(membership, launch)
            // The process may have ended, or another request have connected it, meanwhile.
            guard let current = launches[id], current.serial == launch.serial else {
                throw Self.ended
            }
            if let link = current.link { return try await link.firstHello() }
            let link = BrokerLink(
                endpoint: endpoint, by: options.network, hello: hello, watchesPresence: false,
                now: now)
            launches[id]?.link = link
            launches[id]?.reading = read(link, of: id, serial: launch.serial)
            launches[id]?.mail = readMail(
                of: link, in: membership.mesh, as: .launch(id))
            await link.restore(
                summary: launch.record.summary, isVisible: launch.record.isVisible)
            await link.start()
            try await link.firstHello()
            // The person's own mail is heard for as long as a launch lives.
            _ = try? await standingObserver(of: membership.mesh)
        } catch {
            logger.warning("a launch is not present: \(error.message)")
            if launches[id]?.link == nil { connectInBackground(id) }
            throw error
        }
    }

    private static let ended = SkeinError(
        .launchNotFound, "the launch's process ended before it was present")

    /// Tries again until the launch's broker could be found; from then on its link does that.
    func connectInBackground(_ id: LaunchID, after pause: Duration = .zero) {
        guard launches[id]?.connecting == nil else { return }
        launches[id]?.connecting = Task { [weak self] in
            if pause > .zero { do { try await Task.sleep(for: pause) } catch { return } }
            await self?.connectAgain(id)
        }
    }

    private func connectAgain(_ id: LaunchID) async {
        guard !Task.isCancelled, let launch = launches[id] else { return }
        do throws(SkeinError) {
            try await connect(id)
        } catch {
            guard launches[id]?.serial == launch.serial else { return }
            launches[id]?.connecting = nil
            if launches[id]?.link == nil { connectInBackground(id, after: .seconds(5)) }
        }
    }

    private func read(_ link: BrokerLink, of id: LaunchID, serial: Int) -> Task<Void, Never> {
        Task { [weak self, events = link.events] in
            for await event in events {
                guard case .link(let state) = event else { continue }
                await self?.noteLink(state, of: id, serial: serial)
            }
        }
    }

    private func noteLink(_ state: LinkState, of id: LaunchID, serial: Int) {
        guard launches[id]?.serial == serial else { return }
        launches[id]?.linkState = state
        if case .refused(let reason) = state {
            logger.warning("a launch is refused for good: \(reason)")
        }
        guard state == .live, let mesh = launches[id]?.record.mesh else { return }
        tellHookStatusAgain(id)
        Task { await wakePostman(of: mesh, for: id) }
    }

    // MARK: - the end of a process

    private func add(_ record: LaunchRecord, secrets: LaunchSecrets, watch: ProcessWatch) {
        lastSerial += 1
        if let keys = SigningKeys(seed: secrets.sessionSeed) {
            launchKeys[keys.publicKey.hex] = LaunchKey(
                id: record.id, mesh: record.mesh, keys: keys)
        }
        launches[record.id] = LiveLaunch(
            record: record, secrets: secrets, watch: watch, serial: lastSerial)
        armIdleTimer()
    }

    private func watch(_ record: LaunchRecord) throws(SkeinError) -> ProcessWatch {
        let (id, pid, start) = (record.id, record.pid, record.processStart)
        return try ProcessWatch(pid: pid, start: start) { [weak self] in
            Task { await self?.processEnded(id, pid: pid, start: start) }
        }
    }

    private func processEnded(_ id: LaunchID, pid: Int32, start: UInt64) async {
        guard let launch = launches[id], launch.record.pid == pid,
            launch.record.processStart == start
        else { return }
        launches[id] = nil
        launch.stopWatching()
        forget(id)
        await launch.link?.stop()
        logger.info("a launch ended", metadata: ["pid": "\(pid)"])
        // What it left in the outbox goes by a link of its own.
        if !isStopping { await postmen[launch.record.mesh]?.wake(for: id) }
        mailChanged(in: launch.record.mesh)
        armIdleTimer()
    }

    /// Its mesh was left: it is present there no more, though its process goes on.
    func leave(_ launch: LiveLaunch) async {
        guard launches[launch.record.id]?.serial == launch.serial else { return }
        launches[launch.record.id] = nil
        launch.stopWatching()
        await launch.link?.stop()
        logger.info("a launch's mesh was left")
        armIdleTimer()
    }

    /// A launch that is registered for another process than before.
    private func replace(_ id: LaunchID) async {
        guard let old = launches.removeValue(forKey: id) else { return }
        old.stopWatching()
        await old.link?.stop()
    }

    /// Its key stays for as long as a broker keeps mail for it.
    private func forget(_ id: LaunchID) {
        do throws(SkeinError) {
            try database.endLaunch(id, at: now())
        } catch {
            // At its next start the relay sees that the process is gone.
            logger.error("\(error.message)")
        }
    }

    // MARK: - after a restart

    /// The launches of the store whose processes still live, watched again; every other one has
    /// ended while no relay ran.
    func restoredLaunches() throws(SkeinError) -> [LiveLaunch] {
        let boot = RunningProcess.bootID
        let isSameBoot = try database.setting(Self.bootSetting) == boot
        if !isSameBoot { try database.set(Self.bootSetting, to: boot) }
        for record in try database.launchesToWatch() {
            guard isSameBoot, let watch = try? watch(record),
                let secrets = try? home.launchSecrets(launch: record.id)
            else {
                forget(record.id)
                continue
            }
            add(record, secrets: secrets, watch: watch)
        }
        readLaunchKeys()
        return launches.values.sorted { $0.serial < $1.serial }
    }

    private static let bootSetting = "relay.boot"

    // MARK: - keys of launches that ended

    /// Milliseconds a launch's key is kept after its end: as long as a broker keeps what is sent to
    /// it, and a day for clocks that differ.
    private static let keyLife: Int64 = 8 * 24 * 3_600_000

    /// Those that are still kept; what is older goes.
    private func readLaunchKeys() {
        for id in home.launchesWithSecrets() where launches[id] == nil {
            guard let record = try? database.launch(id),
                let secrets = try? home.launchSecrets(launch: id),
                let keys = SigningKeys(seed: secrets.sessionSeed)
            else {
                removeKey(of: id)
                continue
            }
            launchKeys[keys.publicKey.hex] = LaunchKey(id: id, mesh: record.mesh, keys: keys)
        }
        removeOldKeys()
    }

    func removeOldKeys() {
        let limit = now().advanced(byMilliseconds: -Self.keyLife)
        for key in launchKeys.values where launches[key.id] == nil {
            // Without a time it has only been kept, and not registered yet.
            guard let end = try? database.endOfLaunch(key.id), end < limit else { continue }
            removeKey(of: key.id)
        }
    }

    private func removeKey(of id: LaunchID) {
        home.removeLaunchSecrets(launch: id)
        launchKeys = launchKeys.filter { $0.value.id != id }
    }
}
