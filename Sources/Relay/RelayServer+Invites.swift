import Connection
import Home
import Mesh
import MeshCrypto
import MeshProtocol

extension RelayServer {
    /// A v1 invite, signed with the mesh's owner key, which is the founding member's. It is known
    /// to the broker when this returns.
    func makeInvite(_ order: InviteOrder) async throws(SkeinError) -> MadeInvite {
        guard (1...InviteOrder.mostUses).contains(order.maxUses),
            (1...Lifetime.longest).contains(order.seconds)
        else { throw SkeinError(.arguments, "the invite lasts too long, or lets in too many") }
        let membership = try membership(of: order.mesh)
        let observer = try await owner(of: membership)
        let keys = try memberKeys(membership)
        let url = try await endpoint(for: membership).description
        var expiresAt = now().advanced(bySeconds: order.seconds).milliseconds / 1000
        // The same bytes would be the same invite: two asked for in one second are two.
        while !inviteEnds.insert(expiresAt).inserted { expiresAt += 1 }
        let token = InviteToken(
            mesh: membership.mesh, slug: membership.slug, brokerURL: url, expiresAt: expiresAt,
            rootKey: try rootKey(of: membership.mesh), permission: order.permission,
            ownerKey: keys.publicKey, sign: { Hex.text(keys.sign($0)) }
        ).text
        let id: String
        do throws(SkeinError) {
            id = try await observer.link.keepInvite(token: token, maxUses: order.maxUses)
        } catch {
            // An admin who did not found the mesh has another key than its owner's.
            guard error.code == .brokerRefused else { throw error }
            throw SkeinError(
                .forbidden, "the broker took no invite of yours to \(membership.name): "
                    + error.message, hint: askTheOwner)
        }
        logger.info("an invite was made", metadata: ["mesh": "\(membership.slug)"])
        happened(.invite("made", detail: Self.kept(id)), in: membership.mesh, by: nil)
        return MadeInvite(
            id: id, token: token, brokerURL: url,
            expiresAt: Moment(milliseconds: expiresAt * 1000), maxUses: order.maxUses)
    }

    func invites(of mesh: MeshID) async throws(SkeinError) -> [InviteList.Entry] {
        let membership = try membership(of: mesh)
        let observer = try await owner(of: membership)
        return try await observer.link.invites()
    }

    func revokeInvite(_ id: String, of mesh: MeshID) async throws(SkeinError) {
        guard (1...64).contains(id.utf8.count) else {
            throw SkeinError(.arguments, "that is no invite's id")
        }
        let membership = try membership(of: mesh)
        let observer = try await owner(of: membership)
        try await observer.link.revokeInvite(id)
        logger.info("an invite was revoked", metadata: ["mesh": "\(membership.slug)"])
        happened(.invite("revoked", detail: Self.kept(id)), in: membership.mesh, by: nil)
    }

    /// The link by which the owner speaks. Who is no admin is no owner; whether an admin is one,
    /// the broker says.
    private func owner(of membership: Membership) async throws(SkeinError) -> MeshObserver {
        guard membership.permission == .admin else {
            throw SkeinError(
                .forbidden, "you are not the owner of \(membership.name)", hint: askTheOwner)
        }
        let observer = try await observer(of: membership.mesh)
        try await observer.link.firstHello()
        return observer
    }

    /// Made when it is first wanted, and kept: every invite of a mesh carries the same one
    /// (protocol decision 12).
    private func rootKey(of mesh: MeshID) throws(SkeinError) -> [UInt8] {
        if let kept = try home.meshRootKey(mesh: mesh) { return kept }
        let fresh = RandomBytes.make(Home.seedLength)
        try home.storeMeshRootKey(fresh, mesh: mesh)
        return fresh
    }
}

private let askTheOwner = "Ask the mesh's owner to invite"
