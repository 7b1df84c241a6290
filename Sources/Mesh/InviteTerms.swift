/// What a v2 invite says, signed by the mesh's owner (protocol decision 16). There is no secret in
/// it: its code is known by its hash.
public struct InviteTerms: Hashable, Sendable, Codable {
    /// 32 base62 characters, made where it is signed.
    public var id: String
    public var mesh: MeshID
    public var slug: String
    /// The mesh's name when the invite was made.
    public var name: String
    /// Where the mesh is, as a WebSocket URL.
    public var brokerURL: String
    /// Whole seconds.
    public var expiresAt: Moment
    public var permission: Permission
    /// What who comes in does there; nil where that is theirs to say.
    public var role: String?
    /// What who comes in belongs to.
    public var groups: [String]
    public var maxUses: Int
    public var ownerKey: PublicKey
    /// The SHA-256 of `InviteCode.hashed`, in lower-case hexadecimal digits.
    public var codeHash: String

    private enum CodingKeys: String, CodingKey {
        case id = "invite_id"
        case mesh = "mesh_id"
        case slug = "mesh_slug"
        case name = "mesh_name"
        case brokerURL = "broker_url"
        case expiresAt = "expires_at"
        case permission, role, groups
        case maxUses = "max_uses"
        case ownerKey = "owner_key"
        case codeHash = "code_hash"
    }

    public static let mostUses = 1000
    public static let mostGroups = 8
    /// Bytes of the canonical form of any that is bearable.
    public static let limit = 4096

    public init(
        id: String, mesh: MeshID, slug: String, name: String, brokerURL: String,
        expiresAt: Moment, permission: Permission, role: String? = nil, groups: [String] = [],
        maxUses: Int, ownerKey: PublicKey, codeHash: String
    ) {
        self.id = id
        self.mesh = mesh
        self.slug = slug
        self.name = name
        self.brokerURL = brokerURL
        self.expiresAt = expiresAt
        self.permission = permission
        self.role = role
        self.groups = groups
        self.maxUses = maxUses
        self.ownerKey = ownerKey
        self.codeHash = codeHash
    }

    /// The bytes under the owner's signature: UTF-8 of
    /// `v=2|<mesh>|<invite>|<expires at, s>|<permission>|<owner key>|<code hash>|<uses>|<broker>|`
    /// `<slug>|<name>|<role>|<groups, by commas>`. In texts `%`, `|` and `,` are written as in a
    /// URL, so that no two invites are the same bytes.
    public var canonical: [UInt8] {
        let seconds = expiresAt.milliseconds / 1000
        let fields = [
            "v=2", Self.escaped(mesh.rawValue), Self.escaped(id), String(seconds),
            permission.rawValue, ownerKey.hex, Self.escaped(codeHash), String(maxUses),
            Self.escaped(brokerURL), Self.escaped(slug), Self.escaped(name),
            Self.escaped(role ?? ""), groups.map(Self.escaped).joined(separator: ","),
        ]
        return Array(fields.joined(separator: "|").utf8)
    }

    /// Whether everything in it is what it should be, whoever wrote it.
    public var isSound: Bool {
        let ids = [id, mesh.rawValue]
        let texts = [name] + [role].compactMap { $0 } + groups
        return ids.allSatisfy(Self.isID) && Slug.from(slug) == slug
            && texts.allSatisfy { (try? PeerName.check($0)) == $0 }
            && groups.count <= Self.mostGroups && (1...Self.mostUses).contains(maxUses)
            && expiresAt.milliseconds % 1000 == 0 && expiresAt.milliseconds > 0
            && (1...2048).contains(brokerURL.utf8.count)
            && codeHash.utf8.count == 64
            && codeHash.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
            && canonical.count <= Self.limit
    }

    private static func isID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                    || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
            }
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": escaped += "%25"
            case "|": escaped += "%7C"
            case ",": escaped += "%2C"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

/// The bytes by which who claims an invite shows that a member key is theirs.
public enum InviteClaimBytes {
    /// UTF-8 of `skein-invite-claim|<mesh>|<invite>|<code hash>|<member key>|<timestamp>|<name>`,
    /// the timestamp in milliseconds. The name comes last: it may hold anything.
    public static func canonical(
        mesh: String, invite: String, codeHash: String, memberKey: String, timestamp: Int64,
        name: String
    ) -> [UInt8] {
        Array(
            "skein-invite-claim|\(mesh)|\(invite)|\(codeHash)|\(memberKey)|\(timestamp)|\(name)"
                .utf8)
    }
}

/// The bytes by which who founds a mesh at a broker shows that its owner's key is theirs.
public enum FoundingBytes {
    /// UTF-8 of `skein-found|<mesh>|<member>|<owner key>|<timestamp>|<name>`, the timestamp in
    /// milliseconds.
    public static func canonical(
        mesh: String, member: String, ownerKey: String, timestamp: Int64, name: String
    ) -> [UInt8] {
        Array("skein-found|\(mesh)|\(member)|\(ownerKey)|\(timestamp)|\(name)".utf8)
    }
}
