/// A person's account at a broker, as this machine knows it.
public struct SignedInAccount: Hashable, Sendable, Codable {
    /// The broker's pages: `https://broker.example`.
    public var server: String
    public var id: String
    public var email: String
    public var name: String

    public init(server: String, id: String, email: String, name: String) {
        self.server = server
        self.id = id
        self.email = email
        self.name = name
    }

    /// What a person knows it by.
    public var title: String { email.isEmpty ? (name.isEmpty ? id : name) : email }

    /// The server without the scheme, for a line that has little room.
    public var place: String {
        server.hasPrefix("https://") ? String(server.dropFirst("https://".count)) : server
    }
}

/// A mesh that an account is a member of; this machine may not be in it yet.
public struct MeshOfAccount: Hashable, Sendable, Codable, Identifiable {
    public var mesh: MeshID
    public var name: String
    public var slug: String
    public var permission: Permission
    /// How many members it has; nil where the broker does not say.
    public var members: Int?
    /// Its broker's WebSocket URL.
    public var brokerURL: String
    public var isOwner: Bool
    public var isArchived: Bool

    public var id: MeshID { mesh }

    public init(
        mesh: MeshID, name: String, slug: String, permission: Permission, members: Int? = nil,
        brokerURL: String, isOwner: Bool = false, isArchived: Bool = false
    ) {
        self.mesh = mesh
        self.name = name
        self.slug = slug
        self.permission = permission
        self.members = members
        self.brokerURL = brokerURL
        self.isOwner = isOwner
        self.isArchived = isArchived
    }
}
