import Dashboard
import Mesh
import MeshProtocol
import RelayClient

/// Asks the relay what the dashboard wants to know, or to have done.
struct DashboardDesk: Sendable {
    let relay: RelayClient
    let meshes: [Membership]

    nonisolated(nonsending) func answer(
        _ question: DashboardQuestion
    ) async throws(SkeinError) -> DashboardAnswer {
        switch question {
        case .status: return .status(try await relay.status())
        case .trust(let peer, let memberKey):
            return .trust(peer, try await trust(peer, memberKey))
        case .perform(let deed, let peer, let memberKey):
            try await perform(deed, peer, memberKey)
            return .performed(deed, peer, try await trust(peer, memberKey))
        case .events(let wish): return .events(try await relay.ask(wish.question), for: wish)
        case .past(let wish): return .past(try await past(wish))
        case .queue: return .queue(try await relay.ask(ListQueue()))
        case .inbox: return .inbox(try await relay.ask(TakeInbox(keeps: true)))
        case .message(let id): return .message(try await relay.ask(FindMessage(id.rawValue)))
        case .send(let message):
            return .sent(
                message,
                try await relay.ask(
                    SendMessage(
                        id: message.id, to: message.to, message.text, mesh: message.mesh,
                        priority: message.priority)))
        case .retry(let id): return .retried(try await done(RetryMessage(id), id))
        case .cancel(let id): return .cancelled(try await done(CancelMessage(id), id))
        case .confirm(let key): return .confirmed(try await done(ConfirmShown([key]), key))
        }
    }

    // MARK: - Trust

    private nonisolated(nonsending) func trust(
        _ peer: PeerKey, _ memberKey: String
    ) async throws(SkeinError) -> PeerTrust {
        let line = try line(to: peer.mesh)
        let isOwn = memberKey == line.membership.memberKey.hex
        let safety =
            isOwn ? nil : try await relay.ask(AskSafetyNumber(of: memberKey, mesh: peer.mesh))
        let grants = try await Grants(line)
        return PeerTrust(
            safety: safety,
            capabilities: PeerGrants.Capability.allCases.filter(grants.of(memberKey).contains),
            isStandard: grants.entries[memberKey] == nil)
    }

    private nonisolated(nonsending) func perform(
        _ deed: PeerDeed, _ peer: PeerKey, _ memberKey: String
    ) async throws(SkeinError) {
        let line = try line(to: peer.mesh)
        switch deed {
        case .block, .unblock:
            var grants = try await Grants(line)
            try await grants.set(memberKey, to: deed == .block ? [] : nil)
        case .verify(let isVerified):
            _ = try await relay.ask(
                MarkVerified(memberKey, mesh: peer.mesh, isVerified: isVerified))
        case .kick: _ = try await line.ask(.request(Kick(target: peer.id)))
        }
    }

    private func line(to mesh: MeshID) throws(SkeinError) -> MeshLine {
        guard let membership = meshes.first(where: { $0.mesh == mesh }) else {
            throw SkeinError(.meshNotFound, "that mesh is not joined any more")
        }
        return MeshLine(relay: relay, membership: membership, launch: nil)
    }

    private nonisolated(nonsending) func done<Question: RelayQuestion, Subject>(
        _ question: Question, _ subject: Subject
    ) async throws(SkeinError) -> Subject {
        _ = try await relay.ask(question)
        return subject
    }

    // MARK: - What was

    /// Makes a dashboard show how it was; a time of which nothing is known is refused.
    nonisolated(nonsending) func look(at moment: Moment, in state: inout DashboardState) async throws(SkeinError) {
        for case .ask(let question) in state.reduce(.look(at: moment)) {
            _ = state.reduce(.answered(try await answer(question)))
        }
        guard let shown = state.replay?.moment, shown <= moment else {
            let since = state.replay.map { "; it begins at \(ISOMoment($0.moment))" } ?? ""
            throw SkeinError(.notThere, "The history does not reach so far back" + since)
        }
    }

    /// A mesh of which nothing is kept is left out; where that is all of them, it is said.
    private nonisolated(nonsending) func past(_ wish: PastWish) async throws(SkeinError) -> Past {
        var meshes: [MeshID: PastMesh] = [:]
        var failure: SkeinError?
        for mesh in wish.meshes {
            do throws(SkeinError) {
                meshes[mesh] = try await relay.ask(AskPast(mesh: mesh, wish.place))
            } catch where error.code == .notThere {
                failure = failure ?? error
            }
        }
        if meshes.isEmpty, let failure { throw failure }
        guard wish.isWithEvents, let found = wish.found(in: meshes) else {
            return Past(wish, meshes)
        }
        return Past(wish, meshes, events: try await events(wish, upTo: found))
    }

    private nonisolated(nonsending) func events(
        _ wish: PastWish, upTo found: PastWish.Place
    ) async throws(SkeinError) -> [MeshEvent] {
        let mesh = wish.meshes.count == 1 ? wish.meshes.first : nil
        let before = try await relay.ask(
            ListEvents(mesh: mesh, before: found.number + 1, limit: PastWish.events)
        ).events
        guard case .at = wish.place else { return before }
        // What happened after the last change, and changed nobody's presence.
        let after = try await relay.ask(
            ListEvents(mesh: mesh, after: found.number, limit: PastWish.events)
        ).events
        return before + after.prefix { $0.at <= found.moment }
    }
}
