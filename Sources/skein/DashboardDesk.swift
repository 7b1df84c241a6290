import Dashboard
import Mesh
import MeshProtocol
import RelayClient

/// Asks the relay what the dashboard wants to know, or to have done.
struct DashboardDesk {
    let relay: RelayClient

    func answer(_ question: DashboardQuestion) async throws(SkeinError) -> DashboardAnswer {
        switch question {
        case .status: .status(try await relay.status())
        case .events(let wish): .events(try await relay.ask(wish.question), for: wish)
        case .past(let wish): .past(try await past(wish))
        }
    }

    /// Makes a dashboard show how it was; a time of which nothing is known is refused.
    func look(at moment: Moment, in state: inout DashboardState) async throws(SkeinError) {
        for case .ask(let question) in state.reduce(.look(at: moment)) {
            _ = state.reduce(.answered(try await answer(question)))
        }
        guard let shown = state.replay?.moment, shown <= moment else {
            let since = state.replay.map { "; it begins at \(ISOMoment($0.moment))" } ?? ""
            throw SkeinError(.notThere, "The history does not reach so far back" + since)
        }
    }

    /// A mesh of which nothing is kept is left out; where that is all of them, it is said.
    private func past(_ wish: PastWish) async throws(SkeinError) -> Past {
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

    private func events(
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
