import Connection
import Database
import Mesh
import MeshProtocol

/// What comes by a mesh's links: mail into the inboxes, receipts into the store, and word of both
/// to whoever waits or watches.
extension RelayServer {
    /// One at a time and in their order. What was kept is acknowledged, and nothing before.
    func readMail(of link: BrokerLink, in mesh: MeshID, as hearer: MailHearer) -> Task<Void, Never> {
        Task { [weak self, events = link.mail] in
            for await event in events {
                guard let self else { return }
                switch event {
                case .push(let push):
                    await self.take(push, by: link, in: mesh, as: hearer)
                    self.mail.bell.ringInboxes()
                case .mark(let mark):
                    await self.mail.removeMark(mark)
                    self.mail.bell.ringInboxes()
                case .receipt(let receipt): await self.take(receipt, in: mesh)
                case .state(let change):
                    // Every link hears of it; the observer's word is enough.
                    guard hearer == .observer else { continue }
                    self.happened(change, in: mesh)
                    await self.observers[mesh]?.tell(.state(change), to: nil)
                }
            }
        }
    }

    /// Answers when what this link was pushed before is in the store, 2 s from now at most. An
    /// answer of the broker's comes behind the pushes it made before it.
    func untilRead(_ link: BrokerLink, for speaker: Asker.Speaker) async {
        let mark = await mail.makeMark()
        link.mark(mark)
        _ = await mail.bell.wait(
            for: .inbox(speaker), until: .now + .seconds(2)
        ) { () async throws(Never) -> Bool? in
            await mail.isAhead(mark) ? nil : true
        }
        await mail.removeMark(mark)
    }

    private func take(
        _ push: PushFrame, by link: BrokerLink, in mesh: MeshID, as hearer: MailHearer
    ) async {
        // What a broker says of itself is no mail.
        guard push.subtype != "system" else { return }
        do throws(SkeinError) {
            let keyring = try keyring(of: mesh)
            let opener = MailOpener(mesh: mesh, keyring: keyring, hearer: hearer)
            var opened: MailOpener.Opened
            do throws(MailOpener.Unreadable) { opened = try opener.open(push, at: now()) } catch {
                logger.warning("a message could not be read", metadata: ["link": "\(hearer)"])
                await link.acknowledge(
                    ClientAckFrame(brokerMessageID: push.messageId, refused: "unreadable"))
                return
            }
            if let member = opened.attestedBy {
                await mail.note(member, name: opened.message.sender.name, in: mesh)
                if try await mail.store.isVerified(member, in: mesh) {
                    opened.message.sender.trust = .verified
                }
            }
            let isNew = try await mail.store.receive(opened.message)
            // A webhook's push is no delivery that could be acknowledged.
            if push.subtype != "webhook" {
                await link.acknowledge(ClientAckFrame(brokerMessageID: push.messageId))
            }
            if isNew { await received(opened.message) }
        } catch {
            // Not acknowledged: the broker gives it again.
            logger.error("a message could not be kept: \(error.message)")
        }
    }

    private func received(_ message: InboxMessage) async {
        happened(
            .received(
                message.key.id, by: Self.kept(called(message.key.launch)),
                priority: message.priority, excerpt: Self.excerpt(message.text)),
            in: message.key.mesh, peer: message.sender.key, name: message.sender.name)
        if let launch = message.key.launch {
            mail.bell.ring(.inbox(.launch(launch)))
            await countLoop(message, to: launch)
            // What is for a launch that ended is the person's to read.
            if launches[launch] == nil { mail.bell.ring(.inbox(.person)) }
        } else {
            mail.bell.ring(.inbox(.person))
        }
        mailChanged(in: message.key.mesh)
    }

    /// A person's word, to a group or to it alone, lets an agent go on; another agent's answer counts
    /// as its own do. What this machine's launches send was counted when they sent it.
    private func countLoop(_ message: InboxMessage, to launch: LaunchID) async {
        guard let own = key(of: launch) else { return }
        switch message.sender.author {
        case .person: await mail.resetLoops(of: own)
        case .agent where message.answers != nil && launchKeys[message.sender.key] == nil:
            _ = await mail.countAnswer(from: message.sender.key, to: own, hops: message.hops)
        case .agent, .relay, .unknown: break
        }
    }

    /// A launch's session key.
    func key(of launch: LaunchID) -> String? {
        launchKeys.first { $0.value.id == launch }?.key
    }

    private func take(_ receipt: ReceiptFrame, in mesh: MeshID) async {
        guard receipt.messageId.utf8.count <= FrameLimits.id else { return }
        do throws(SkeinError) {
            guard try await keep(receipt, in: mesh) else { return }
            let report = try await mail.store.report(receipt.messageId)
            let speaker = report.launch.map { Asker.Speaker.launch($0) } ?? .person
            await observers[mesh]?.tell(.receipt(receipt), to: speaker)
        } catch {
            logger.warning("a receipt: \(error.message)")
        }
    }

    /// False where it was known.
    func keep(_ receipt: ReceiptFrame, in mesh: MeshID) async throws(SkeinError) -> Bool {
        let peer = await peersSeen(in: mesh).first {
            $0.id == receipt.recipient || $0.memberKey == receipt.recipient
        }
        var name = peer?.name
        if name == nil {
            let members = await mail.members(of: mesh, youngerThan: .seconds(86_400)) ?? []
            name = members.first { $0.pubkey == receipt.recipient }?.displayName
        }
        let cleaned = name.flatMap { PeerName.cleaned($0) }
        let isNew = try await mail.store.note(receipt, name: cleaned, in: mesh)
        guard isNew else { return false }
        let id = MessageID(rawValue: receipt.messageId)
        mail.bell.ring(.message(id))
        // That it is on the broker's disk was known when the broker took it.
        if receipt.state != .stored {
            happened(
                .delivery(id, to: Self.kept(cleaned ?? ""), receipt.state), in: mesh,
                peer: receipt.recipient, name: cleaned ?? "")
        }
        return true
    }

    // MARK: - Watchers

    /// Tells the mesh's watchers how much waits; what changes meanwhile is told together.
    func mailChanged(in mesh: MeshID) {
        guard !isStopping, let observer = observers[mesh], mailTellers[mesh] == nil else {
            mailToTell.insert(mesh)
            return
        }
        mailTellers[mesh] = Task {
            repeat {
                mailToTell.remove(mesh)
                for speaker in await observer.speakers(about: .mail) {
                    guard let counts = try? await counts(of: mesh, for: speaker) else { continue }
                    await observer.tell(.mail(counts), to: speaker)
                }
            } while mailToTell.contains(mesh) && !isStopping
            mailTellers[mesh] = nil
        }
    }

    /// What waits for the broker is everybody's to see; what is unread is one's own.
    func counts(
        of mesh: MeshID, for speaker: Asker.Speaker
    ) async throws(SkeinError) -> MailCounts {
        if case .launch(let launch) = speaker {
            return try await mail.store.counts(of: mesh, launch: launch)
        }
        var counts = try await mail.store.counts(of: mesh, launch: nil)
        for ended in endedLaunches(of: mesh) {
            counts.unread += try await mail.store.counts(of: mesh, launch: ended).unread
        }
        return counts
    }
}
