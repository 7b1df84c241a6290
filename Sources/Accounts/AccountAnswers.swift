import Connection
import Mesh
import MeshProtocol

/// What stands for one sign-in while nobody has approved it yet (RFC 8628, section 3.2).
public struct DeviceCode: Equatable, Sendable {
    /// A secret between this machine and the broker.
    public var deviceCode: String
    /// What the person compares, or types.
    public var userCode: String
    /// Where they do.
    public var page: String
    /// The same, with the code in it.
    public var fullPage: String
    /// Seconds it holds, from when it was given.
    public var lifetime: Int
    /// Seconds between two looks.
    public var interval: Int

    public init(
        deviceCode: String, userCode: String, page: String, fullPage: String, lifetime: Int,
        interval: Int
    ) {
        self.deviceCode = deviceCode
        self.userCode = userCode
        self.page = page
        self.fullPage = fullPage
        self.lifetime = lifetime
        self.interval = interval
    }

    init(_ fields: AnswerFields, from server: WebAddress) throws(AccountFault) {
        userCode = try fields.text("user_code", atMost: 32)
        deviceCode = try fields.text("device_code", atMost: 256)
        page = try fields.text("verification_uri", atMost: WebAddress.longest)
        let full = try fields.text("verification_uri_complete", atMost: WebAddress.longest)
        fullPage = full
        lifetime = Int(try fields.number("expires_in", in: 1...3600))
        // RFC 8628, section 3.2: 5 where none is said.
        interval = Int(try fields.optionalNumber("interval", in: 1...60) ?? 5)
        guard !userCode.isEmpty, !deviceCode.isEmpty else { throw .garbled("it gives no code") }
        guard server.mayOpen(page), server.mayOpen(full) else {
            throw .garbled("the page it names is none to open")
        }
    }
}

extension DeviceCode: CustomReflectable {
    public var customMirror: Mirror { Mirror(self, children: ["userCode": userCode]) }
}

/// What an approval gives.
public struct SignInGrant: Equatable, Sendable {
    public var token: AccountToken
    /// How long it holds.
    public var seconds: Int64
    public var account: SignedInAccount

    public init(token: AccountToken, seconds: Int64, account: SignedInAccount) {
        self.token = token
        self.seconds = seconds
        self.account = account
    }
}

/// A token as the broker lists it: never the token itself.
public struct TokenRow: Equatable, Sendable {
    public var id: String
    public var kind: String
    public var name: String
    public var createdAt: Moment?
    public var expiresAt: Moment?
    public var lastUsedAt: Moment?

    init(_ fields: AnswerFields) throws(AccountFault) {
        id = try fields.text("id", atMost: 128)
        kind = try fields.text("kind", atMost: 32)
        name = try fields.optionalText("name")
        createdAt = try fields.moment("created_at")
        expiresAt = try fields.moment("expires_at")
        lastUsedAt = try fields.moment("last_used_at")
    }
}

extension MeshOfAccount {
    init(_ fields: AnswerFields, from server: WebAddress) throws(AccountFault) {
        let url = try fields.text("broker_url", atMost: WebAddress.longest)
        do {
            _ = try BrokerEndpoint(url: url)
        } catch {
            throw .garbled("its broker_url is none")
        }
        self.init(
            mesh: MeshID(rawValue: try fields.text("id", atMost: 64)),
            name: try fields.text("name"), slug: try fields.text("slug", atMost: 64),
            permission: Permission(rawValue: try fields.text("permission", atMost: 16)) ?? .member,
            members: try fields.optionalNumber("members", in: 0...10_000_000).map(Int.init),
            brokerURL: url, isOwner: fields.isTrue("is_owner"),
            isArchived: fields.isTrue("archived"))
    }
}
