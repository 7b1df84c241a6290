import Connection
import Database
import Home
import Mesh
import MeshCrypto
import MeshProtocol

/// Whom a message is sealed for.
enum MailAddressees: Sendable {
    case one(PublicKey, speaksSkein: Bool)
    /// Members.
    case many([PublicKey])
}

/// Whose mail a link hears.
enum MailHearer: Hashable, Sendable {
    case launch(LaunchID)
    /// The person, and launches that ended.
    case observer
}

/// An ended launch's way to send what it left in the outbox.
struct AfterLink {
    var mesh: MeshID
    var link: BrokerLink
    var reading: [Task<Void, Never>]
}

/// Links, keys and members, as the mail needs them.
extension RelayServer {
    // MARK: - Postmen

    func postman(of mesh: MeshID) -> MailPostman {
        if let postman = postmen[mesh] { return postman }
        let postman = MailPostman(mesh: mesh, desk: mail, relay: self, now: now, logger: logger)
        postmen[mesh] = postman
        return postman
    }

    /// What an earlier relay left in the outbox goes on its way.
    func resumeMail() async {
        do throws(SkeinError) {
            try await mail.store.releaseAll()
            let memberships = try database.memberships()
            for mesh in memberships.map(\.mesh) where !isStopping {
                let counts = try await mail.store.counts(of: mesh, launch: nil)
                if counts.waiting > 0 { await postman(of: mesh).wake() }
            }
            // What an earlier relay could not tell is told when the observer's link is there.
            let joined = Set(memberships.map(\.mesh))
            for mesh in try await mail.store.meshesToTell() where joined.contains(mesh) {
                _ = try? await standingObserver(of: mesh)
            }
        } catch {
            logger.error("the mail: \(error.message)")
        }
    }

    func sweep() async {
        history.sweep(at: now())
        removeOldKeys()
        do throws(SkeinError) {
            let meshes = Set(try database.memberships().map(\.mesh))
            try await mail.store.sweep(at: now(), meshes: meshes)
            let kept = Set(launches.keys).union(launchKeys.values.map(\.id))
            let gone = try await mail.store.launchesWithUnread().subtracting(kept)
            for launch in gone where launches[launch] == nil {
                try await mail.store.adopt(launch)
            }
            if !gone.isEmpty { mail.bell.ring(.inbox(.person)) }
        } catch {
            logger.error("the mail: \(error.message)")
        }
    }

    /// A postman has nothing more to do for now. Launches that ended need their links no longer
    /// but for what still waits for them.
    func outboxRested(_ mesh: MeshID, keeping waiting: Set<LaunchID>) async {
        for (id, after) in afterLinks where after.mesh == mesh && !waiting.contains(id) {
            afterLinks[id] = nil
            await end(after)
        }
        mailChanged(in: mesh)
        armIdleTimer()
    }

    func end(_ after: AfterLink) async {
        await after.link.stop()
        for task in after.reading { task.cancel() }
    }

    /// Whether somebody's mail of this mesh could go now; nil where there is no link at all yet.
    func hasLiveLink(in mesh: MeshID) async -> Bool? {
        var links = launches.values.filter { $0.record.mesh == mesh }.compactMap(\.link)
        links += afterLinks.values.filter { $0.mesh == mesh }.map(\.link)
        if let observer = observers[mesh] { links.append(observer.link) }
        for link in links where await link.isLive { return true }
        return links.isEmpty ? nil : false
    }

    /// Mail that could go, or has its time, keeps the relay; what waits for a broker that cannot
    /// be reached is on the disk, and the next relay goes on with it.
    func hasMailToSend() async -> Bool {
        for postman in postmen.values where await postman.hasDue { return true }
        return false
    }

    // MARK: - Links

    /// The link by which the mail of a launch, or of the person, goes. `E_LAUNCH_NOT_FOUND` where
    /// the launch ended so long ago that its key is gone.
    func mailLink(
        for launch: LaunchID?, in mesh: MeshID
    ) async throws(SkeinError) -> BrokerLink {
        guard let launch else { return try await standingObserver(of: mesh).link }
        if let link = launches[launch]?.link { return link }
        guard launches[launch] == nil else {
            throw SkeinError(.brokerUnreachable, "the launch is not connected yet")
        }
        return try await afterLink(of: launch, in: mesh)
    }

    /// The observer of a mesh as it is, also where its broker refused it: only who looks at the
    /// mesh asks to be let in again.
    func standingObserver(of mesh: MeshID) async throws(SkeinError) -> MeshObserver {
        if let observer = observers[mesh] { return observer }
        return try await observer(of: mesh)
    }

    /// The mail of a launch whose process has ended goes by its own key all the same, so that it is
    /// from whom it was written by; as an observer, so that nobody sees a peer that is not there.
    private func afterLink(of launch: LaunchID, in mesh: MeshID) async throws(SkeinError) -> BrokerLink {
        if let after = afterLinks[launch] { return after.link }
        let membership = try membership(of: mesh)
        let endpoint = try await endpoint(for: membership)
        let signer = try signer(of: launch, in: mesh)
        // Another task may have made it meanwhile.
        if let after = afterLinks[launch] { return after.link }
        if let link = launches[launch]?.link { return link }
        let link = BrokerLink(
            endpoint: endpoint,
            hello: HelloParameters(
                mesh: mesh, member: membership.member, memberKeys: signer.member,
                sessionKeys: signer.keys, displayName: try database.launch(launch)?.name ?? "",
                sessionID: signer.session, pid: greeting.pid, cwd: "/", peerType: "ai",
                channel: "skein", isObserver: true),
            watchesPresence: false, now: now)
        let states = Task { [weak self, events = link.events] in
            for await event in events {
                guard case .link(.live) = event else { continue }
                await self?.wakePostman(of: mesh, for: launch)
            }
        }
        let reading = [states, readMail(of: link, in: mesh, as: .observer)]
        afterLinks[launch] = AfterLink(mesh: mesh, link: link, reading: reading)
        await link.start()
        return link
    }

    func wakePostman(of mesh: MeshID, for sender: LaunchID?) async {
        guard !isStopping else { return }
        await postman(of: mesh).wake(for: sender)
        await sayShown(in: mesh)
        linksMade += 1
        mail.bell.ringMessages()
    }

    // MARK: - Keys

    /// Who mail of a launch, or of the person, is from.
    func signer(of launch: LaunchID?, in mesh: MeshID) throws(SkeinError) -> MailSigner {
        let membership = try membership(of: mesh)
        let member = try memberKeys(membership)
        guard let launch else {
            let keys = try observerKeys(of: mesh)
            return MailSigner(keys: keys, session: Self.observerSession(keys), member: member)
        }
        var secrets = launches[launch]?.secrets
        if secrets == nil { secrets = try home.launchSecrets(launch: launch) }
        guard let seed = secrets?.sessionSeed, let keys = SigningKeys(seed: seed) else {
            throw SkeinError(
                .launchNotFound, "the launch that wrote it ended, and its key is gone")
        }
        return MailSigner(keys: keys, session: launch.rawValue, member: member)
    }

    /// Made when it is first wanted, and the same in every relay from then on: what answers the
    /// person is addressed to it.
    func observerKeys(of mesh: MeshID) throws(SkeinError) -> SigningKeys {
        if let seed = try home.observerSeed(mesh: mesh), let keys = SigningKeys(seed: seed) {
            return keys
        }
        let keys = SigningKeys.generate()
        try home.storeObserverSeed(keys.seed, mesh: mesh)
        return keys
    }

    /// As its key, so that the session returns with it.
    static func observerSession(_ keys: SigningKeys) -> String {
        "observer-" + keys.publicKey.hex.prefix(32)
    }

    /// Everything by which mail of a mesh can be read.
    func keyring(of mesh: MeshID) throws(SkeinError) -> MailKeyring {
        let membership = try membership(of: mesh)
        return MailKeyring(
            member: try memberKeys(membership), observer: try observerKeys(of: mesh),
            launches: launchKeys.filter { $0.value.mesh == mesh })
    }

    /// Launches that ended and whose keys are kept: what comes for them is the person's to read
    /// until they are resumed.
    func endedLaunches(of mesh: MeshID?) -> [LaunchID] {
        launchKeys.values
            .filter { launches[$0.id] == nil && (mesh == nil || $0.mesh == mesh) }
            .map(\.id)
    }

    // MARK: - Members

    /// The members of a mesh: from its broker where the list is older than `age`, and as they were
    /// known where it cannot be reached.
    func members(
        of mesh: MeshID, youngerThan age: Duration
    ) async throws(SkeinError) -> [MemberSummary] {
        if let known = await mail.members(of: mesh, youngerThan: age) { return known }
        do throws(SkeinError) {
            let link = try await standingObserver(of: mesh).link
            try await link.firstHello(within: .seconds(3))
            let list = try await link.ask(ListMembers(), for: MemberList.self).members
            await mail.keep(list, of: mesh)
            return list
        } catch {
            guard let known = await mail.members(of: mesh, youngerThan: .seconds(86_400)) else {
                throw error
            }
            return known
        }
    }

    /// The peers of a mesh as the observer sees them now; none where it sees nothing.
    func peersSeen(in mesh: MeshID) async -> [Peer] {
        await observers[mesh]?.peersSeen ?? []
    }

    /// Whom a message is sealed for, as the mesh is now.
    func addressees(of outgoing: OutgoingMail) async throws(SkeinError) -> MailAddressees {
        let peers = await peersSeen(in: outgoing.mesh)
        guard let target = MeshTarget(outgoing.target.spec) else {
            throw SkeinError(.arguments, "the broker does not understand whom it is for")
        }
        switch target {
        case .key(let hex):
            guard let key = PublicKey(hex: hex) else {
                throw SkeinError(.arguments, "whom it is for has no key that can be")
            }
            let sessions = peers.filter { $0.id == hex || $0.memberKey == hex }
            guard sessions.isEmpty else {
                return .one(key, speaksSkein: sessions.contains(where: \.speaksSkein))
            }
            // Who is away and is written to by a session's key speaks skein/1: the broker keeps
            // nothing for the ended sessions of others. Of a member, it knows.
            let member = try? await members(of: outgoing.mesh, youngerThan: .seconds(60))
                .first { $0.pubkey == hex }
            return .one(key, speaksSkein: member?.speaksSkein ?? true)
        case .group, .everyone:
            // Fresh: somebody who was put out of the mesh is to read nothing new.
            var members = try await members(of: outgoing.mesh, youngerThan: .seconds(10))
            let here = Set(peers.map(\.memberKey))
            // Nor is somebody who has left since to miss it.
            if members.contains(where: { $0.online && !here.contains($0.pubkey ?? "") }) {
                members = try await self.members(of: outgoing.mesh, youngerThan: .zero)
            }
            let present = Set(peers.filter { target.reaches($0.groups) }.map(\.memberKey))
            let keys = members.compactMap { member -> PublicKey? in
                guard let key = member.pubkey.flatMap({ PublicKey(hex: $0) }),
                    present.contains(key.hex) || target.reaches(member.leftGroups ?? member.groups)
                else { return nil }
                return key
            }
            return .many(keys)
        }
    }
}

extension MeshTarget {
    /// Whether mail for it is for who is in these groups.
    func reaches(_ groups: [GroupMembership]) -> Bool {
        switch self {
        case .key: false
        case .everyone: true
        case .group(let name): groups.contains { GroupRules.reaches(name, $0.name) }
        }
    }
}
