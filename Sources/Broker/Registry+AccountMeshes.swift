import BrokerEngine
import Mesh
import MeshProtocol
import NIOHTTP1

/// The meshes of an account, for programs.
extension Registry {
    /// How clients connect to this broker.
    var webSocketURL: String { "ws" + publicURL.dropFirst("http".count) + "/ws" }

    mutating func listMeshes(_ request: PageRequest, at now: Instant) {
        serveAccount(request, at: now) { transaction, caller in
            try AccountPlaces.all(of: caller.account.id, in: transaction)
        } then: { registry, places, _, _ in
            let url = registry.webSocketURL
            return .json(.ok, ["meshes": .array(places.map { $0.json(brokerURL: url) })])
        }
    }

    /// A mesh whose owner's key stays with the machine that asks: the broker has its public half.
    /// The same key again is the same mesh, so that a lost answer makes no second one.
    mutating func makeMesh(_ request: PageRequest, at now: Instant) {
        let (meshID, memberID) = (MeshID(rawValue: ids.base62()), MemberID(rawValue: ids.base62()))
        serveAccount(request, at: now) { transaction, caller -> Seating in
            let wanted = try WantedMesh.read(request.body)
            let (account, join) = (caller.account.id, wanted.join)
            try join.check(wanted.ownerKey.hex, account, at: now.wall)
            let places = try AccountPlaces.all(of: account, in: transaction)
            let owned = places.filter(\.belonging.isOwner)
            if let made = owned.first(where: { $0.mesh.ownerKey == wanted.ownerKey }) {
                guard made.isOpen, let member = try made.seated(join.key) else {
                    throw AccountRefusal(
                        .conflict, ErrorCode.meshExists.rawValue, "that key has made a mesh")
                }
                return Seating(place: made, member: member)
            }
            let live = owned.filter(\.isOpen)
            guard !live.contains(where: { $0.mesh.slug == wanted.slug }) else {
                throw AccountRefusal(
                    .conflict, ErrorCode.meshExists.rawValue,
                    "the account has a mesh called \(wanted.slug)")
            }
            guard live.count < AccountDesk.meshLimit else {
                throw AccountRefusal(.conflict, "limit", "the account has too many meshes")
            }
            let mesh = BrokerMesh(
                id: meshID, name: wanted.name, slug: wanted.slug, ownerKey: wanted.ownerKey,
                createdAt: now.wall)
            let member = join.member(memberID, of: meshID, .admin, at: now.wall)
            let belonging = AccountMesh(
                account: account, mesh: meshID, permission: .admin, isOwner: true,
                joinedAt: now.wall)
            try transaction.ensure(mesh, founder: member)
            try transaction.keep(belonging)
            return try Seating(member, by: caller, in: transaction, at: now.wall)
        } then: { registry, seating, _, _ in registry.seated(seating) }
    }

    /// A further machine of an account that belongs to the mesh. The same key again is the same
    /// member.
    mutating func joinMesh(_ request: PageRequest, at now: Instant) {
        let mesh = request.mesh
        let memberID = MemberID(rawValue: ids.base62())
        // Keys that sessions of other members go by are nobody's to take.
        let sessions = tables[mesh]
        serveAccount(request, at: now) { transaction, caller -> Seating in
            guard let body = JSONValue.parse(request.body), case .object = body else {
                throw AccountRefusal.invalid("the body is no JSON object")
            }
            let join = try AccountJoin.read(body)
            try join.check(mesh.rawValue, caller.account.id, at: now.wall)
            let place = try AccountPlaces.one(mesh, of: caller.account.id, in: transaction)
            guard place.isOpen else { throw AccountRefusal.noMesh }
            guard !place.isBanned else {
                throw AccountRefusal.forbidden("the account was put out of the mesh")
            }
            if let member = try place.seated(join.key) {
                return Seating(place: place, member: member)
            }
            if sessions?.holds(join.key.hex, besides: MemberID(rawValue: "")) == true {
                throw AccountRefusal(.conflict, "key_taken", "that key is another session's")
            }
            let member = join.member(memberID, of: mesh, place.permission, at: now.wall)
            try transaction.add(member)
            return try Seating(member, by: caller, in: transaction, at: now.wall)
        } then: { registry, seating, _, _ in registry.seated(seating) }
    }

    private mutating func seated(_ seating: Seating) -> PageAnswer {
        if seating.isNew {
            if roster.mesh(seating.place.mesh.id) == nil { roster.put(seating.place.mesh) }
            roster.put(seating.member)
        }
        return .json(
            .ok,
            [
                "mesh": seating.place.json(brokerURL: webSocketURL),
                "member_id": .string(seating.member.id.rawValue),
            ])
    }

    mutating func archiveMesh(_ request: PageRequest, at now: Instant) {
        let id = request.mesh
        serveAccount(request, at: now) { transaction, caller -> BrokerMesh in
            let place = try AccountPlaces.one(id, of: caller.account.id, in: transaction)
            guard place.belonging.isOwner else {
                throw AccountRefusal.forbidden("only the account that made a mesh archives it")
            }
            var mesh = place.mesh
            guard mesh.archivedAt == nil else { return mesh }
            mesh.archivedAt = now.wall
            try transaction.update(mesh)
            try transaction.audit(
                AuditEvent(
                    mesh: id, type: "mesh_changed", actor: place.seats.first?.member.rawValue ?? "",
                    payload: ["archived": true], at: now.wall))
            return mesh
        } then: { registry, mesh, _, now in
            registry.roster.put(mesh)
            registry.shut(mesh.id, at: now)
            return .json(.ok, ["ok": true])
        }
    }
}

/// A machine that has its place in a mesh.
private struct Seating: Sendable {
    var place: AccountPlaces
    var member: BrokerMember
    var isNew = false

    init(place: AccountPlaces, member: BrokerMember) {
        self.place = place
        self.member = member
    }

    /// Writes down by which token a new member came.
    init(
        _ member: BrokerMember, by caller: AccountCaller, in transaction: any StoreTransaction,
        at now: Moment
    ) throws {
        try transaction.keep(
            AccountSeat(
                member: member.id, mesh: member.mesh, account: caller.account.id,
                token: caller.token.id, joinedAt: now))
        try transaction.audit(
            AuditEvent(
                mesh: member.mesh, type: "member_joined", actor: member.id.rawValue,
                payload: ["device": .string(caller.token.name)], at: now))
        place = try AccountPlaces.one(member.mesh, of: caller.account.id, in: transaction)
        self.member = member
        isNew = true
    }
}

/// A mesh somebody wants to make.
private struct WantedMesh: Sendable {
    var name: String
    var slug: String
    var ownerKey: PublicKey
    var join: AccountJoin

    static func read(_ bytes: [UInt8]) throws(AccountRefusal) -> WantedMesh {
        guard let body = JSONValue.parse(bytes), case .object = body else {
            throw .invalid("the body is no JSON object")
        }
        guard let name = body["name"]?.string.flatMap({ try? PeerName.check($0) }) else {
            throw .invalid("name has 1 to \(PeerName.maximumLength) characters")
        }
        let given = body["slug"]?.string
        guard let slug = Slug.from(given ?? name), given == nil || given == slug else {
            throw .invalid("slug has lower-case letters, digits and single dashes, at most 40")
        }
        guard let ownerKey = body["owner_key"]?.string.flatMap({ PublicKey(hex: $0) }),
            ownerKey.isPoint
        else { throw .invalid("owner_key is no ed25519 key of 64 hexadecimal digits") }
        return WantedMesh(
            name: name, slug: slug, ownerKey: ownerKey, join: try AccountJoin.read(body))
    }
}
