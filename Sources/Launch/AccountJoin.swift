import Accounts
import Database
import Home
import Mesh
import MeshCrypto
import MeshProtocol

/// A mesh of the account's that this machine joins: its own key is kept before the broker hears of
/// it, and the membership after. Whatever is cut off in between is gone on with the next time, by
/// the same key.
public struct AccountJoin: Sendable {
    private let home: Home
    private let database: MachineDatabase
    private let access: AccountAccess

    public init(home: Home, database: MachineDatabase, access: AccountAccess) {
        self.home = home
        self.database = database
        self.access = access
    }

    /// `name` is what the mesh's members see.
    public func join(
        _ mesh: MeshOfAccount, as name: String, now: Moment
    ) async throws(SkeinError) -> Membership {
        if let joined = try database.memberships().first(where: { $0.mesh == mesh.mesh }) {
            return joined
        }
        try home.prepare()
        do {
            return try await join(mesh, as: name, by: try key(for: mesh.mesh), now: now)
        } catch {
            // A key of this machine's that was put out before comes in no more; a new one may.
            guard error.subject == "key_revoked" else { throw error }
            _ = try home.setMemberSeedAside(mesh: mesh.mesh)
            return try await join(mesh, as: name, by: try key(for: mesh.mesh), now: now)
        }
    }

    private func join(
        _ mesh: MeshOfAccount, as name: String, by keys: SigningKeys, now: Moment
    ) async throws(SkeinError) -> Membership {
        let account = try await access.accountID(now: now)
        let proof = JoinProof(keys, mesh: mesh.mesh.rawValue, account: account, now: now)
        let joined = try await access.ask(now: now) {
            (server, token) async throws(AccountFault) in
            try await server.join(mesh.mesh, proof, called: name, token)
        }
        let membership = Membership(
            mesh: joined.mesh.mesh, name: joined.mesh.name,
            slug: try Self.freeSlug(joined.mesh, among: try database.memberships()),
            place: .broker(url: joined.mesh.brokerURL), member: joined.member,
            memberKey: keys.publicKey, permission: joined.mesh.permission, joinedAt: now,
            lastUsedAt: now)
        try database.add(membership)
        return membership
    }

    private func key(for mesh: MeshID) throws(SkeinError) -> SigningKeys {
        if let seed = try home.memberSeed(mesh: mesh), let keys = SigningKeys(seed: seed) {
            return keys
        }
        let keys = SigningKeys.generate()
        try home.storeMemberSeed(keys.seed, mesh: mesh)
        return keys
    }

    /// What is typed for it: its own short name, or that with a number where another mesh has it.
    static func freeSlug(
        _ mesh: MeshOfAccount, among joined: [Membership]
    ) throws(SkeinError) -> String {
        guard let slug = Slug.from(mesh.slug) ?? Slug.from(mesh.name) else {
            throw SkeinError(.badName, "The mesh's name has no letter or digit")
        }
        let taken = Set(joined.map(\.slug))
        guard taken.contains(slug) else { return slug }
        var number = 2
        while taken.contains("\(slug)-\(number)") { number += 1 }
        return "\(slug)-\(number)"
    }
}
