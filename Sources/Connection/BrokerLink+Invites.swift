import Mesh
import MeshProtocol

/// Invites, for admins of a mesh whose broker speaks `skein/1`.
extension BrokerLink {
    /// Makes a v1 token known to the broker, and answers the invite's id. The broker keeps it
    /// where the mesh's owner has signed it.
    public func keepInvite(token: String, maxUses: Int) async throws(SkeinError) -> String {
        try await untilSkein()
        return try await ask(
            KeepInvite(token: token, maxUses: maxUses), for: InviteKept.self).id
    }

    /// Makes a v2 invite known to the broker, which keeps it where the mesh's owner has signed it.
    public func keepInvite(
        _ terms: InviteTerms, signature: String
    ) async throws(SkeinError) -> String {
        try await untilSkein()
        return try await ask(
            KeepInviteTerms(terms: terms, signature: signature), for: InviteKept.self).id
    }

    /// How the broker is called from outside, where its pages are, and what it calls the mesh.
    public func address() async throws(SkeinError) -> BrokerAddress {
        try await untilSkein()
        return try await ask(GetAddress(), for: BrokerAddress.self)
    }

    public func invites() async throws(SkeinError) -> [InviteList.Entry] {
        try await untilSkein()
        return try await ask(ListInvites(), for: InviteList.self).invites
    }

    /// Nobody comes in by it any more.
    public func revokeInvite(_ id: String) async throws(SkeinError) {
        try await untilSkein()
        _ = try await ask(.request(RevokeInvite(id: id)))
    }

    private func untilSkein() async throws(SkeinError) {
        try await untilLive()
        guard brokerSpeaksSkein else {
            throw SkeinError(.brokerRefused, "the broker is an old one, and keeps no such invites")
        }
    }
}
