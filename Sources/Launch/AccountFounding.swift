import Accounts
import Database
import Home
import Mesh
import MeshCrypto
import MeshProtocol

/// A mesh that this machine makes at the account's broker. The owner's key is made here, and stays
/// here; it is this machine's member key as well, so that this machine can sign invites.
public struct AccountFounding: Sendable {
    private let home: Home
    private let database: MachineDatabase
    private let access: AccountAccess

    public init(home: Home, database: MachineDatabase, access: AccountAccess) {
        self.home = home
        self.database = database
        self.access = access
    }

    /// The broker gives the mesh its id. Until then the key has a name of its own, by which what is
    /// cut off is gone on with: the same key again is the same mesh.
    public func found(
        _ name: String, slug: String, ownerName: String, now: Moment
    ) async throws(SkeinError) -> Membership {
        try home.prepare()
        let account = try await access.accountID(now: now)
        let (pending, keys) = try started(name, account)
        let proof = JoinProof(keys, mesh: keys.publicKey.hex, account: account, now: now)
        let made: (mesh: MeshOfAccount, member: MemberID)
        do {
            made = try await access.ask(now: now) {
                (server, token) async throws(AccountFault) in
                try await server.makeMesh(name, slug: slug, proof, ownerName: ownerName, token)
            }
        } catch {
            guard error.code == .meshExists else { throw error }
            // What it answered, and did not do. Anything else may have been done all the same.
            try? forget(pending)
            throw SkeinError(
                .meshExists, error.message,
                hint: "Give another name, or join it with: skein launch --mesh \(slug)")
        }
        let mesh = made.mesh
        guard mesh.isOwner, !mesh.isArchived else {
            throw SkeinError(.brokerRefused, "The broker made another mesh than was asked for")
        }
        let joined = try database.memberships()
        let membership: Membership
        if let kept = joined.first(where: { $0.mesh == mesh.mesh }) {
            guard kept.memberKey == keys.publicKey else {
                throw SkeinError(.brokerRefused, "The broker made another mesh than was asked for")
            }
            membership = kept
        } else {
            membership = Membership(
                mesh: mesh.mesh, name: mesh.name,
                slug: try AccountJoin.freeSlug(mesh, among: joined),
                place: .broker(url: mesh.brokerURL), member: made.member,
                memberKey: keys.publicKey, permission: mesh.permission, joinedAt: now,
                lastUsedAt: now)
            try home.storeMemberSeed(keys.seed, mesh: mesh.mesh)
            try database.add(membership)
        }
        try? forget(pending)
        return membership
    }

    private static let setting = "founding at the account's broker"

    /// The key, written before the broker is asked.
    private func started(
        _ name: String, _ account: String
    ) throws(SkeinError) -> (pending: MeshID, keys: SigningKeys) {
        let wanted = [access.server.address.description, account, name]
        let kept = try database.setting(Self.setting)?.split(separator: "\n").map(String.init) ?? []
        if kept.dropLast() == wanted[...], let pending = kept.last.map(MeshID.init(rawValue:)),
            let seed = try home.memberSeed(mesh: pending), let keys = SigningKeys(seed: seed)
        {
            return (pending, keys)
        }
        let keys = SigningKeys.generate()
        let pending = MeshID(rawValue: "new-" + RandomID.make())
        try home.storeMemberSeed(keys.seed, mesh: pending)
        try database.set(
            Self.setting, to: (wanted + [pending.rawValue]).joined(separator: "\n"))
        return (pending, keys)
    }

    /// The setting goes first: a key that nothing names harms nobody.
    private func forget(_ pending: MeshID) throws(SkeinError) {
        try database.set(Self.setting, to: nil)
        try home.removeMemberSeed(mesh: pending)
    }
}
