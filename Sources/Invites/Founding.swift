import Connection
import Database
import Home
import Mesh
import MeshCrypto
import MeshProtocol

/// Making a mesh at a broker that runs by itself, with its operator's leave. The owner's key is
/// made here and stays here.
public struct Founding: Sendable {
    private let home: Home
    private let database: MachineDatabase
    private let network: NetworkSettings
    private let now: @Sendable () -> Moment

    public init(
        home: Home, database: MachineDatabase, network: NetworkSettings,
        now: @escaping @Sendable () -> Moment
    ) {
        self.home = home
        self.database = database
        self.network = network
        self.now = now
    }

    /// The key is written before the broker knows of it, and the membership kept after: a key
    /// without a mesh harms nobody.
    public func found(
        _ name: String, slug: String, at broker: String, ownerName: String, token: String
    ) async throws(SkeinError) -> Membership {
        guard let site = BrokerSite(url: broker) else {
            throw SkeinError(
                .arguments, "--broker is no address of a broker",
                hint: "For example: --broker https://broker.example, or ws://10.0.0.5:7900/ws")
        }
        guard site.isSecure || site.isLoopback else {
            throw SkeinError(
                .arguments, "\(site) is not encrypted: whoever is on the way could read the token",
                hint: "Use https://, or make the mesh on the broker's own machine")
        }
        try home.prepare()
        // Broken off before, it is the same mesh that is asked for again.
        let started = try started(name, at: site)
        let (mesh, member, keys) = (started.mesh, started.member, started.keys)
        let timestamp = now().milliseconds
        let message = FoundingBytes.canonical(
            mesh: mesh.rawValue, member: member.rawValue, ownerKey: keys.publicKey.hex,
            timestamp: timestamp, name: name)
        let asked = FoundMesh(
            mesh: mesh, member: member, name: name, ownerKey: keys.publicKey,
            displayName: ownerName, timestamp: timestamp, proof: Hex.text(keys.sign(message)))
        let pages = BrokerPages(site: site, network: network)
        let request = try WebRequest.posting(
            asked, to: "/api/v1/founded-meshes", bearer: token)
        switch try await pages.ask(request, for: InviteAdmission.self) {
        case .refused(let status, let refusal):
            _ = try? home.setMemberSeedAside(mesh: mesh)
            try? database.set(Self.setting, to: nil)
            throw pages.told(refusal, status: status)
        case .value(let admission):
            let membership = Membership(
                mesh: mesh, name: name,
                slug: Joining.freeSlug(slug, among: try database.memberships()),
                place: .broker(url: site.webSocketURL), member: member,
                memberKey: keys.publicKey, permission: .admin, joinedAt: now(), lastUsedAt: now())
            guard admission.meshID == mesh, admission.memberID == member else {
                throw SkeinError(.brokerRefused, "The broker made another mesh than was asked for")
            }
            try database.join(membership)
            try? database.set(Self.setting, to: nil)
            return membership
        }
    }

    private static let setting = "founding"

    /// The ids and the key, written before the broker is asked.
    private func started(
        _ name: String, at site: BrokerSite
    ) throws(SkeinError) -> (mesh: MeshID, member: MemberID, keys: SigningKeys) {
        let kept = try database.setting(Self.setting)?.split(separator: "\n").map(String.init)
        if let kept, kept.count == 4, kept[0] == site.description, kept[1] == name,
            let seed = try home.memberSeed(mesh: MeshID(rawValue: kept[2])),
            let keys = SigningKeys(seed: seed)
        {
            return (MeshID(rawValue: kept[2]), MemberID(rawValue: kept[3]), keys)
        }
        let keys = SigningKeys.generate()
        let mesh = MeshID(rawValue: RandomID.make())
        let member = MemberID(rawValue: RandomID.make())
        try home.storeMemberSeed(keys.seed, mesh: mesh)
        try database.set(
            Self.setting,
            to: [site.description, name, mesh.rawValue, member.rawValue].joined(separator: "\n"))
        return (mesh, member, keys)
    }
}
