import Agents
import Database
import Mesh
import MeshCrypto
import MeshProtocol

/// Mail by a hook's answer.
extension RelayServer {
    /// Messages that are looked at for one hook; what is more is counted.
    private static let mostAtOnce = 32
    /// What a hook has left for waiting when the turn ends. It has 200 ms for all it does.
    private static let pullLimit = Duration.milliseconds(80)

    /// What may be put before a launch's agent now, lent to the hook's connection until it
    /// confirms. Nil where there is nothing that was not brought up before.
    func hookMail(
        for id: LaunchID, at moment: TurnMoment, over connection: ConnectionNumber
    ) async -> PeerMail? {
        guard let mode = launches[id]?.record.mail else { return nil }
        // What is `low` is there for whoever looks.
        let priorities = [MessagePriority.now, .next].filter { mode.puts($0, at: moment) }
        guard !priorities.isEmpty else { return nil }
        if priorities.contains(.next) { await pull(for: id, at: moment) }
        let batch = try? await mail.store.take(
            for: id, mesh: nil, limit: Self.mostAtOnce,
            loan: LoanNumber(number: connection.number), includesShown: false,
            priorities: priorities)
        guard let batch, let announced = launches[id]?.hooks.announced else { return nil }
        let fresh = batch.messages.filter { !announced.contains($0.key) }
        return PeerMail(fresh, left: batch.left, mark: Hex.text(RandomBytes.make(4)))
    }

    /// A broker holds `next` back while the agent works. In a turn it is asked for without anybody
    /// waiting: what comes is put before the agent with its next tool. At the turn's end it is
    /// waited for, a moment at most: then or not before the person types something.
    private func pull(for id: LaunchID, at moment: TurnMoment) async {
        guard let launch = launches[id], let link = launch.link else { return }
        if !launch.hooks.isPulling {
            launches[id]?.hooks.isPulling = true
            Task { [weak self] in
                let pull = PullInbox(priorities: [.now, .next], limit: Self.mostAtOnce)
                let page =
                    await link.isLive ? try? await link.ask(pull, for: InboxPage.self) : nil
                // It may have pushed them before, when it was told of the turn's end.
                if page != nil { await self?.untilRead(link, for: .launch(id)) }
                await self?.pulled(id)
            }
        }
        guard moment == .turnEnd else { return }
        _ = await mail.bell.wait(
            for: .inbox(.launch(id)), until: .now + Self.pullLimit
        ) { () async throws(Never) -> Bool? in
            launches[id]?.hooks.isPulling == true ? nil : true
        }
    }

    private func pulled(_ id: LaunchID) {
        launches[id]?.hooks.isPulling = false
        mail.bell.ring(.inbox(.launch(id)))
    }
}
