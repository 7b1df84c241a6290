import Connection
import Database
import Mesh
import MeshCrypto
import MeshProtocol

/// Messages into the outbox, and what becomes of them.
extension RelayServer {
    /// On the disk when this returns.
    func send(_ question: SendMessage, for asker: Asker) async throws(SkeinError) -> SentMessage {
        try checkMayUse(question.mesh, asker)
        try Self.check(question)
        if let sent = try await sentBefore(question, by: asker) { return sent }
        _ = try membership(of: question.mesh)
        let target = try await resolve(question.target, in: question.mesh, for: asker)
        let outgoing = try await outgoing(question, to: target, by: asker)
        var notes = await notes(on: target, question)
        if let note = try await changedKey(of: target, in: question.mesh) { notes.append(note) }
        // The person's word to either end lets agents go on.
        if asker.speaker == .person { await mail.resetLoops(of: target.spec) }
        try await mail.store.enqueue(outgoing)
        happened(
            .sent(
                outgoing.id, to: Self.kept(target.name), priority: outgoing.priority,
                excerpt: Self.excerpt(outgoing.text)),
            in: question.mesh, by: asker.launch)
        await postman(of: question.mesh).wake()
        mailChanged(in: question.mesh)
        return SentMessage(id: question.id, to: target, notes: notes)
    }

    private static func check(_ question: SendMessage) throws(SkeinError) {
        guard question.text.utf8.count <= SendMessage.longestText else {
            throw SkeinError(
                .messageTooLong,
                "the message has \(question.text.utf8.count) bytes, and may have "
                    + "\(SendMessage.longestText)")
        }
        guard !question.text.isEmpty else {
            throw SkeinError(.arguments, "the message has no text")
        }
        let isID = question.id.rawValue.utf8.allSatisfy {
            (48...57).contains($0) || (97...102).contains($0) || $0 == UInt8(ascii: "-")
        }
        guard isID, (8...64).contains(question.id.rawValue.utf8.count) else {
            throw SkeinError(.arguments, "the message's id is not one")
        }
    }

    /// Asked once more under the same id, nothing is done again, and no loop counted.
    private func sentBefore(
        _ question: SendMessage, by asker: Asker
    ) async throws(SkeinError) -> SentMessage? {
        do throws(SkeinError) {
            let report = try await mail.store.report(question.id.rawValue)
            guard report.id == question.id else { return nil }
            guard report.launch == asker.launch, report.mesh == question.mesh else {
                throw SkeinError(.forbidden, "another message has that id")
            }
            return SentMessage(id: report.id, to: report.target)
        } catch {
            guard error.code == .messageNotFound else { throw error }
            return nil
        }
    }

    private func outgoing(
        _ question: SendMessage, to target: ResolvedTarget, by asker: Asker
    ) async throws(SkeinError) -> OutgoingMail {
        let moment = now()
        var outgoing = OutgoingMail(
            id: question.id, mesh: question.mesh, launch: asker.launch, target: target,
            priority: question.priority, text: question.text,
            author: asker.launch == nil ? .person : .agent, createdAt: moment,
            notBefore: question.notBefore.flatMap { $0 > moment ? $0 : nil })
        guard let launch = asker.launch else { return outgoing }
        guard let answered = try await answered(by: launch, to: target, at: moment) else {
            return outgoing
        }
        outgoing.answers = answered.key.id
        outgoing.hops = answered.hops + 1
        let own = try signer(of: launch, in: question.mesh).keys.publicKey.hex
        switch await mail.countAnswer(from: own, to: target.spec, hops: outgoing.hops) {
        case .passes: return outgoing
        case .stopped(_, let isFirst):
            if isFirst {
                happened(.loop(with: Self.kept(target.name)), in: question.mesh, by: launch)
                await tellStopped(outgoing, at: moment)
            }
            throw SkeinError(
                .loopStopped,
                "you and \(target.name) have answered each other too often without a person",
                hint: "Wait until a person writes to either of you")
        }
    }

    /// The agent's mail that was put before a launch, which its message to the same peer answers.
    private func answered(
        by launch: LaunchID, to target: ResolvedTarget, at moment: Moment
    ) async throws(SkeinError) -> InboxMessage? {
        guard PublicKey(hex: target.spec) != nil else { return nil }
        var since = moment.advanced(bySeconds: -600)
        // What a person wrote since is what it answers.
        if let key = key(of: launch), let person = await mail.personWrote(to: key) {
            since = max(since, person)
        }
        let last = try await mail.store.lastShown(to: launch, from: target.spec, since: since)
        return last?.sender.author == .agent ? last : nil
    }

    /// The other end is told once why nothing more comes.
    private func tellStopped(_ outgoing: OutgoingMail, at moment: Moment) async {
        var word = outgoing
        word.id = MessageID(at: moment, random: RandomBytes.make(10))
        word.text =
            "Skein has stopped this exchange: two agents answered each other too often "
            + "without a person. It goes on when a person writes to either of them."
        word.author = .relay
        word.notBefore = nil
        do throws(SkeinError) {
            try await mail.store.enqueue(word)
            await postman(of: word.mesh).wake()
        } catch {
            logger.warning("a stopped loop could not be told: \(error.message)")
        }
    }

    // MARK: - What the sender should know

    private func notes(on target: ResolvedTarget, _ question: SendMessage) async -> [String] {
        guard let many = MeshTarget(target.spec) else { return [] }
        guard case .key = many else {
            return target.isPresent ? [] : ["nobody in \(target.name) is here now"]
        }
        let sessions = await peersSeen(in: question.mesh).filter {
            $0.id == target.spec || $0.memberKey == target.spec
        }
        guard target.isPresent else {
            return ["\(target.name) is away and gets it when back, within 7 days"]
        }
        guard question.priority != .now, !sessions.isEmpty,
            sessions.allSatisfy({ $0.status != .idle })
        else { return [] }
        let word = sessions.contains { $0.status == .working } ? "working" : "not to be disturbed"
        return ["\(target.name) is \(word): it is held until then"]
    }

    /// Pinned at first use: a name that comes with another key is told.
    private func changedKey(
        of target: ResolvedTarget, in mesh: MeshID
    ) async throws(SkeinError) -> String? {
        guard let memberKey = target.memberKey, target.name != target.spec,
            try await mail.meet(memberKey, name: target.name, in: mesh) != nil,
            try await !mail.store.isVerified(memberKey, in: mesh)
        else { return nil }
        return "\(target.name) has another key than whoever had this name before: "
            + "compare it with skein verify"
    }

    // MARK: - What became of it

    func find(_ question: FindMessage, for asker: Asker) async throws(SkeinError) -> MailReport {
        let first = try await report(question.id, for: asker)
        if first.state == .sent { await askStatus(of: first) }
        guard let state = question.awaiting, question.seconds > 0 else {
            return try await report(first.id.rawValue, for: asker)
        }
        let limit = Duration.seconds(min(question.seconds, 24 * 3600))
        var asked = linksMade
        let found = try await mail.bell.wait(
            for: .message(first.id), until: .now + limit
        ) { () async throws(SkeinError) -> MailReport? in
            // While there was no link, receipts went by.
            if asked != linksMade {
                asked = linksMade
                await askStatus(of: first)
            }
            let report = try await report(first.id.rawValue, for: asker)
            return report.hasCome(to: state) ? report : nil
        }
        if let found { return found }
        return try await report(first.id.rawValue, for: asker)
    }

    private func report(_ id: String, for asker: Asker) async throws(SkeinError) -> MailReport {
        var report = try await mail.store.report(id)
        if let launch = asker.launch, report.launch != launch {
            throw SkeinError(
                .messageNotFound, "no message of this id was sent from here", subject: id)
        }
        // Who it is for is known before a broker says how far it came.
        if report.recipients.isEmpty, PublicKey(hex: report.target.spec) != nil {
            report.recipients = [
                MailReport.Recipient(name: report.target.name, key: report.target.spec)
            ]
        }
        return await explained(report)
    }

    /// With what the store does not know: that there is no way to the broker now.
    private func explained(_ report: MailReport) async -> MailReport {
        guard report.state == .waiting, report.reason == nil else { return report }
        var report = report
        report.reason = await whyWaiting(report)
        return report
    }

    private func whyWaiting(_ report: MailReport) async -> String? {
        var state = await observers[report.mesh]?.state
        if let launch = report.launch, let live = launches[launch] { state = live.linkState }
        return switch state {
        case .retrying(let reason, _): reason
        case .refused(let reason): reason
        case .connecting, nil: "the broker is not reached yet"
        case .live: nil
        }
    }

    /// What the broker knows, where it can be reached at once: receipts may have been missed.
    private func askStatus(of report: MailReport) async {
        var link = report.launch.flatMap { launches[$0]?.link }
        if link == nil { link = observers[report.mesh]?.link }
        guard let link, await link.isLive,
            let status = try? await link.ask(
                GetMessageStatus(messageID: report.id.rawValue), for: MessageStatusResult.self)
        else { return }
        for recipient in status.recipients.prefix(4096) {
            for (word, at) in recipient.receipts ?? [:] {
                guard let state = DeliveryState(rawValue: word) else { continue }
                _ = try? await keep(
                    ReceiptFrame(
                        messageID: report.id.rawValue, recipient: recipient.pubkey, state: state,
                        at: at.moment, reason: recipient.reason),
                    in: report.mesh)
            }
        }
    }

    func queue(_ question: ListQueue, for asker: Asker) async throws(SkeinError) -> [MailReport] {
        if let mesh = question.mesh { try checkMayUse(mesh, asker) }
        let limit = min(max(question.limit, 1), 1000)
        var queue: [MailReport]
        if let launch = asker.launch {
            let all = try await mail.store.queue(of: question.mesh, limit: 100_000)
            queue = Array(all.filter { $0.launch == launch }.prefix(limit))
        } else {
            queue = try await mail.store.queue(of: question.mesh, limit: limit)
        }
        for index in queue.indices { queue[index] = await explained(queue[index]) }
        return queue
    }

    func retry(_ id: MessageID, for asker: Asker) async throws(SkeinError) {
        let report = try await report(id.rawValue, for: asker)
        await postman(of: report.mesh).putBack(report.id)
        let mesh = try await mail.store.retry(report.id)
        await postman(of: mesh).wakeAll()
        mailChanged(in: mesh)
    }

    func cancel(_ id: MessageID, for asker: Asker) async throws(SkeinError) {
        let report = try await report(id.rawValue, for: asker)
        let postman = postman(of: report.mesh)
        await postman.putBack(report.id)
        // What is under way is with the broker in a moment, or back.
        _ = await mail.bell.wait(
            for: .outbox(report.mesh), until: .now + .seconds(2)
        ) { () async throws(Never) -> Bool? in await postman.isIdle ? true : nil }
        let mesh = try await mail.store.cancel(report.id)
        mail.bell.ring(.message(report.id))
        mail.bell.ring(.outbox(mesh))
        mailChanged(in: mesh)
    }

    func sync(_ question: SyncMail, for asker: Asker) async throws(SkeinError) -> [MeshHealth] {
        let deadline = ContinuousClock.now + .seconds(min(max(question.seconds, 0), 3600))
        var meshes = try database.memberships().map(\.mesh)
        if let mesh = question.mesh {
            try checkMayUse(mesh, asker)
            meshes = [try membership(of: mesh).mesh]
        } else if let launch = asker.launch, let own = launches[launch]?.record.mesh {
            meshes = [own]
        }
        for launch in launches.values { await launch.link?.retryNow() }
        for mesh in meshes {
            if let observer = try? await standingObserver(of: mesh) {
                await observer.retryNow()
                let left = ContinuousClock.now.duration(to: deadline)
                try? await observer.link.firstHello(within: max(.zero, min(left, .seconds(10))))
            }
            await pull(for: asker.launch, in: mesh)
            let postman = postman(of: mesh)
            await postman.wakeAll()
            _ = await mail.bell.wait(
                for: .outbox(mesh), until: deadline
            ) { () async throws(Never) -> Bool? in await postman.isIdle ? true : nil }
        }
        return await status().meshes.filter { meshes.contains($0.mesh) }
    }
}

extension MailReport {
    /// Every recipient has come so far, or will not any more; or it will reach nobody.
    func hasCome(to wanted: DeliveryState) -> Bool {
        switch state {
        case .dead: return true
        case .waiting, .scheduled: return false
        case .sent: break
        }
        guard !recipients.isEmpty else { return wanted == .stored }
        return recipients.allSatisfy { recipient in
            let ends: [DeliveryState] = [.delivered, .expired, .refused]
            if ends.contains(where: { recipient.times[$0] != nil }) { return true }
            return switch wanted {
            case .stored: true
            case .pushed: [.pushed, .acked, .shown].contains { recipient.times[$0] != nil }
            case .acked: [.acked, .shown].contains { recipient.times[$0] != nil }
            case .shown: recipient.times[.shown] != nil
            case .delivered, .expired, .refused: recipient.times[wanted] != nil
            }
        }
    }
}
