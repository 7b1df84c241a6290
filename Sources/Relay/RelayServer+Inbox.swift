import Connection
import Database
import Mesh
import MeshProtocol

/// Inboxes, as they are asked for.
extension RelayServer {
    private static let mostAtOnce = 1000
    private static let longestWait = 24 * 3600
    /// Bytes of one answer's texts, as JSON writes them.
    private static let answerBytes = 4 << 20
    /// Of one of them.
    private static let longestMessage = 1 << 20

    func takeInbox(
        _ question: TakeInbox, for asker: Asker
    ) async throws(SkeinError) -> InboxBatch {
        if let mesh = question.mesh { try checkMayUse(mesh, asker) }
        if asker.speaker == .person { personsWaiting += 1 }
        defer { if asker.speaker == .person { personsWaiting -= 1 } }
        if asker.speaker == .person { await listen(to: question.mesh) }
        var batch = try await lend(question, to: asker)
        if batch.messages.isEmpty {
            await pull(for: asker.launch, in: question.mesh)
            batch = try await lend(question, to: asker)
        }
        guard batch.messages.isEmpty, question.seconds > 0 else { return batch }
        let limit = Duration.seconds(min(question.seconds, Self.longestWait))
        let found = try await mail.bell.wait(
            for: .inbox(asker.speaker), until: .now + limit
        ) { () async throws(SkeinError) -> InboxBatch? in
            let batch = try await lend(question, to: asker)
            return batch.messages.isEmpty ? nil : batch
        }
        return found ?? batch
    }

    /// The person's mail comes by the observers, which are there for as long as somebody waits. One
    /// that has only begun is waited for; a broker that is away is not.
    private func listen(to mesh: MeshID?) async {
        let meshes = mesh.map { [$0] } ?? ((try? database.memberships()) ?? []).map(\.mesh)
        await withTaskGroup(of: Void.self) { group in
            for mesh in meshes {
                group.addTask {
                    guard let observer = try? await self.standingObserver(of: mesh),
                        await observer.state == .connecting
                    else { return }
                    try? await observer.link.firstHello(within: .seconds(2))
                }
            }
        }
    }

    /// What is unread now, lent to the connection that asks. The inboxes of launches that ended are
    /// the person's.
    func lend(_ question: TakeInbox, to asker: Asker) async throws(SkeinError) -> InboxBatch {
        let limit = min(max(question.limit, 1), Self.mostAtOnce)
        let loan = question.keeps ? nil : LoanNumber(number: asker.connection.number)
        var inboxes: [LaunchID?] = [asker.launch]
        if asker.speaker == .person { inboxes += endedLaunches(of: question.mesh) }
        var batch = InboxBatch(messages: [], left: 0)
        var room = Self.answerBytes
        for inbox in inboxes {
            // One is always given, however long; after that, what surely fits.
            let isRoom = batch.messages.isEmpty || room > Self.longestMessage
            let wanted = isRoom ? limit - batch.messages.count : 0
            let part = try await mail.store.take(
                for: inbox, mesh: question.mesh, limit: wanted, bytes: room, loan: loan,
                includesShown: question.includesShown, priorities: nil)
            batch.messages += part.messages
            batch.left += part.left
            room -= part.messages.reduce(0) { $0 + $1.jsonSize }
        }
        return batch
    }

    /// `low` mail is handed over only when it is asked for; the person, who is never busy, is given
    /// all there is. It goes the way of all mail: what the broker says it pushed is waited for, a
    /// moment at most.
    func pull(for launch: LaunchID?, in mesh: MeshID?) async {
        var links: [BrokerLink] = []
        if let launch {
            if let link = launches[launch]?.link { links.append(link) }
        } else {
            for (id, observer) in observers where mesh == nil || id == mesh {
                links.append(observer.link)
            }
        }
        let speaker = launch.map { Asker.Speaker.launch($0) } ?? .person
        for link in links where await link.isLive {
            let pull = PullInbox(priorities: launch == nil ? nil : [.low], limit: 100)
            guard (try? await link.ask(pull, for: InboxPage.self)) != nil else { continue }
            await untilRead(link, for: speaker)
        }
    }

    func confirmShown(_ keys: [InboxKey], for asker: Asker) async throws(SkeinError) {
        for key in keys {
            let isOwn =
                switch asker.speaker {
                case .person: key.launch.map { launches[$0] == nil } ?? true
                case .launch(let id): key.launch == id
                }
            guard isOwn else { throw Self.notYourInbox }
        }
        let fresh = try await mail.store.confirmShown(keys, at: now())
        await sayShown(fresh)
        for mesh in Set(fresh.map(\.mesh)) { mailChanged(in: mesh) }
    }

    private static let notYourInbox = SkeinError(
        .forbidden, "that message is in another inbox",
        hint: "Ask from where it was sent to")

    /// By the links of whoever they were for; where one is down, when it is back.
    private func sayShown(_ keys: [InboxKey]) async {
        var told: [InboxKey] = []
        var unreached: Set<MeshID> = []
        for key in keys {
            var link = key.launch.flatMap { launches[$0]?.link }
            if link == nil { link = observers[key.mesh]?.link }
            if let link, await link.isLive {
                await link.acknowledge(
                    ClientAckFrame(brokerMessageID: key.id.rawValue, shown: true))
                told.append(key)
            } else if link == nil {
                unreached.insert(key.mesh)
            }
        }
        do throws(SkeinError) { try await mail.store.noteTold(told, at: now()) } catch {
            // They are told again, which changes nothing.
            logger.warning("the mail: \(error.message)")
        }
        for mesh in unreached { Task { try? await standingObserver(of: mesh) } }
    }

    func sayShown(in mesh: MeshID) async {
        guard let keys = try? await mail.store.untold(of: mesh, at: now()) else { return }
        await sayShown(keys)
    }

    /// A launch speaks in its own mesh alone.
    func checkMayUse(_ mesh: MeshID, _ asker: Asker) throws(SkeinError) {
        guard let launch = asker.launch else { return }
        var own = launches[launch]?.record.mesh
        if own == nil { own = try database.launch(launch)?.mesh }
        guard own == mesh else {
            throw SkeinError(
                .forbidden, "a launch speaks in its own mesh alone",
                hint: "Ask from a terminal of your own")
        }
    }
}
