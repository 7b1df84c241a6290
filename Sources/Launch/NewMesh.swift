import Home
import Mesh
import MeshCrypto
import MeshProtocol

/// A mesh of this machine that does not exist yet: its ids, and its founder's key.
public struct NewMesh: Sendable {
    public let mesh = MeshID(rawValue: RandomID.make())
    public let member = MemberID(rawValue: RandomID.make())
    let keys = SigningKeys.generate()

    public init() {}

    /// The founder's public key.
    public var memberKey: PublicKey { keys.publicKey }

    /// What is kept of it, used last of all.
    public func membership(name: String, at now: Moment) throws(SkeinError) -> Membership {
        try Self.membership(name: name, mesh: mesh, member: member, key: memberKey, at: now)
    }

    /// Comes before the membership is kept: a key without a mesh harms nobody, a mesh without a
    /// key would be lost.
    public func storeKey(in home: Home) throws(SkeinError) {
        try home.storeMemberSeed(keys.seed, mesh: mesh)
    }

    static func membership(
        name: String, mesh: MeshID, member: MemberID, key: PublicKey, at now: Moment
    ) throws(SkeinError) -> Membership {
        guard let slug = Slug.from(name) else {
            throw SkeinError(.badName, "A mesh name needs a letter or a digit")
        }
        return Membership(
            mesh: mesh, name: name, slug: slug, place: .thisMachine, member: member,
            memberKey: key, permission: .admin, joinedAt: now, lastUsedAt: now)
    }
}
