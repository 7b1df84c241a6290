import Mesh
import MeshProtocol

/// Invites, for admins of a mesh whose broker speaks `skein/1`.
extension BrokerLink {
    /// Makes a v1 token known to the broker, and answers the invite's id. The broker keeps it
    /// where the mesh's owner has signed it.
    public func keepInvite(token: String, maxUses: Int) async throws(SkeinError) -> String {
        let kept = try await ask(KeepInvite(token: token, maxUses: maxUses), for: InviteKept.self)
        return kept.id
    }

    public func invites() async throws(SkeinError) -> [InviteList.Entry] {
        try await ask(ListInvites(), for: InviteList.self).invites
    }

    /// Nobody comes in by it any more.
    public func revokeInvite(_ id: String) async throws(SkeinError) {
        _ = try await answer(to: RevokeInvite(id: id))
    }

    private func ask<Answer: ServerAnswer>(
        _ question: some ClientRequest, for type: Answer.Type
    ) async throws(SkeinError) -> Answer {
        guard case .answer(let body) = try await answer(to: question), let answer = body as? Answer
        else { throw Self.unexpected }
        return answer
    }

    private func answer(
        to question: some ClientRequest
    ) async throws(SkeinError) -> ServerFrame.Body {
        try await untilLive()
        guard brokerSpeaksSkein else {
            throw SkeinError(.brokerRefused, "the broker is an old one, and keeps no such invites")
        }
        return try await request(.request(question))
    }
}
