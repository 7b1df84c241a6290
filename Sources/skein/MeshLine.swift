import Mesh
import MeshProtocol
import RelayClient

/// One mesh, and the relay by which a verb speaks to it.
struct MeshLine {
    let relay: any RelayAsking
    let membership: Membership
    /// The launch that speaks; nil for the person.
    let launch: LaunchID?

    /// The broker's answer. What it refuses is thrown.
    nonisolated(nonsending) func ask(_ verb: ClientFrame.Verb) async throws(SkeinError) -> ServerFrame.Body {
        let frame = try await relay.ask(AskBroker(mesh: membership.mesh, verb))
        switch frame.body {
        case .error(let error): throw SkeinError.refused(byBroker: error.code, error.message)
        case .ack(let ack):
            guard let error = ack.error else { return frame.body }
            let parts = error.split(separator: ":", maxSplits: 1).map(String.init)
            throw SkeinError.refused(byBroker: parts.first ?? "", parts.last ?? error)
        default: return frame.body
        }
    }

    nonisolated(nonsending) func answer<Answer: ServerAnswer>(
        _ request: some ClientRequest, as type: Answer.Type = Answer.self
    ) async throws(SkeinError) -> Answer {
        guard case .answer(let body) = try await ask(.request(request)), let answer = body as? Answer
        else {
            throw SkeinError(
                .brokerRefused, "The broker answered something else than what was asked")
        }
        return answer
    }

    /// This launch's own presence; nil where the mesh does not see it.
    nonisolated(nonsending) func ownPeer() async throws(SkeinError) -> Peer? {
        guard let launch else { return nil }
        return try await relay.peers(mesh: membership.mesh).first {
            $0.sessionID == launch.rawValue
        }
    }

    /// Who `target` is, where it is one member.
    nonisolated(nonsending) func member(
        _ target: String
    ) async throws(SkeinError) -> (name: String, key: String) {
        let found = try await relay.ask(ResolveTarget(target, mesh: membership.mesh))
        guard let key = found.memberKey else {
            throw SkeinError(
                .peerNotFound, "\(found.name) is not one peer",
                hint: "Name one, see skein peers", subject: target)
        }
        return (found.name, key)
    }
}
