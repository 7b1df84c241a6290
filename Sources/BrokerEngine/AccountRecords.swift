import Mesh

/// An account's opaque id within a broker: 32 base62 characters.
public struct AccountID: RawRepresentable, Hashable, Sendable, Codable {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A person, as a broker with accounts keeps them.
public struct BrokerAccount: Equatable, Sendable {
    public var id: AccountID
    /// As it is compared: in lower case, without space around it. One account has it.
    public var email: String
    public var name: String
    /// See `PasswordHash`.
    public var passwordHash: String
    public var createdAt: Moment

    public init(
        id: AccountID, email: String, name: String, passwordHash: String, createdAt: Moment
    ) {
        self.id = id
        self.email = email
        self.name = name
        self.passwordHash = passwordHash
        self.createdAt = createdAt
    }
}

/// A signed-in machine, or a token made for a script. What it is known by are its secrets, kept
/// beside it as their SHA-256 alone: a refresh adds one and lets the former end.
public struct AccountTokenRecord: Equatable, Sendable {
    /// 32 base62 characters; no secret.
    public var id: String
    public var account: AccountID
    public var kind: AccountToken.Kind
    /// The machine's name, or what the person called it.
    public var name: String
    /// What the machine said it runs; empty for a script's.
    public var system: String
    /// Where it signed in from, or was made from: an IP address.
    public var address: String
    public var createdAt: Moment
    /// Of the secret that ends last.
    public var expiresAt: Moment
    public var lastUsedAt: Moment?
    public var revokedAt: Moment?

    public init(
        id: String, account: AccountID, kind: AccountToken.Kind, name: String, system: String = "",
        address: String = "", createdAt: Moment, expiresAt: Moment, lastUsedAt: Moment? = nil,
        revokedAt: Moment? = nil
    ) {
        self.id = id
        self.account = account
        self.kind = kind
        self.name = name
        self.system = system
        self.address = address
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.lastUsedAt = lastUsedAt
        self.revokedAt = revokedAt
    }
}

/// One secret of a token.
public struct AccountSecret: Equatable, Sendable {
    /// The SHA-256 of the token's text, in hexadecimal digits.
    public var hash: String
    /// The token's id.
    public var token: String
    public var expiresAt: Moment

    public init(hash: String, token: String, expiresAt: Moment) {
        self.hash = hash
        self.token = token
        self.expiresAt = expiresAt
    }
}

/// A machine that asks to be signed in (RFC 8628).
public struct DeviceGrant: Equatable, Sendable {
    public enum State: String, Sendable {
        case pending, approved, denied
        /// Its token was handed out: the code is worth nothing any more.
        case spent
    }

    /// The SHA-256 of the device code, in hexadecimal digits.
    public var codeHash: String
    /// The same of the user code, as it is compared: eight letters.
    public var userCodeHash: String
    public var state: State
    /// Who decided; nil while it is pending.
    public var account: AccountID?
    public var deviceName: String
    public var system: String
    public var address: String
    public var askedAt: Moment
    public var expiresAt: Moment
    /// Seconds the machine must let pass between two questions.
    public var interval: Int
    public var polledAt: Moment?

    public init(
        codeHash: String, userCodeHash: String, state: State = .pending,
        account: AccountID? = nil, deviceName: String, system: String, address: String,
        askedAt: Moment, expiresAt: Moment, interval: Int, polledAt: Moment? = nil
    ) {
        self.codeHash = codeHash
        self.userCodeHash = userCodeHash
        self.state = state
        self.account = account
        self.deviceName = deviceName
        self.system = system
        self.address = address
        self.askedAt = askedAt
        self.expiresAt = expiresAt
        self.interval = interval
        self.polledAt = polledAt
    }
}

/// A browser that is signed in.
public struct WebSession: Equatable, Sendable {
    /// The SHA-256 of its cookie, in hexadecimal digits.
    public var hash: String
    public var account: AccountID
    public var createdAt: Moment
    public var expiresAt: Moment

    public init(hash: String, account: AccountID, createdAt: Moment, expiresAt: Moment) {
        self.hash = hash
        self.account = account
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

/// That an account belongs to a mesh, by whichever of its machines.
public struct AccountMesh: Equatable, Sendable {
    public var account: AccountID
    public var mesh: MeshID
    /// What a further machine of it may do there.
    public var permission: Permission
    /// Whether the account made the mesh.
    public var isOwner: Bool
    public var joinedAt: Moment

    public init(
        account: AccountID, mesh: MeshID, permission: Permission, isOwner: Bool, joinedAt: Moment
    ) {
        self.account = account
        self.mesh = mesh
        self.permission = permission
        self.isOwner = isOwner
        self.joinedAt = joinedAt
    }
}

/// That a member is a machine of an account, brought in by one of its tokens: with the token it
/// goes.
public struct AccountSeat: Equatable, Sendable {
    public var member: MemberID
    public var mesh: MeshID
    public var account: AccountID
    /// The token's id.
    public var token: String
    public var joinedAt: Moment
    /// When its token was revoked.
    public var endedAt: Moment?

    public init(
        member: MemberID, mesh: MeshID, account: AccountID, token: String, joinedAt: Moment,
        endedAt: Moment? = nil
    ) {
        self.member = member
        self.mesh = mesh
        self.account = account
        self.token = token
        self.joinedAt = joinedAt
        self.endedAt = endedAt
    }
}
