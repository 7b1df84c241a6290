import Connection
import Mesh
import MeshCrypto
import MeshProtocol

/// A broker's account routes, as its clients ask them (Docs/protocol.md, Accounts).
public struct AccountServer: Sendable {
    public let address: WebAddress
    private let call: @Sendable (WebRequest, Duration) async throws(WebCall.Failure) -> WebAnswer

    /// How long one question may take.
    public static let limit = Duration.seconds(10)
    static let clientID = "skein"
    /// RFC 8628, section 3.4.
    static let deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"
    /// The most meshes or tokens of one account that are taken.
    static let mostRows = 1000

    public init(_ address: WebAddress, by network: NetworkSettings) {
        let web = WebCall(address, by: network)
        self.init(address) { (request, limit) async throws(WebCall.Failure) in
            try await web.send(request, within: limit)
        }
    }

    /// Asked by other means: a test's.
    init(
        _ address: WebAddress,
        call: @escaping @Sendable (WebRequest, Duration) async throws(WebCall.Failure) -> WebAnswer
    ) {
        self.address = address
        self.call = call
    }

    private func ask(
        _ request: WebRequest, within limit: Duration = limit
    ) async throws(AccountFault) -> AnswerFields {
        let answer: WebAnswer
        do {
            answer = try await call(request, limit)
        } catch {
            throw .away(error.reason)
        }
        return try answer.fields()
    }

    // MARK: - signing in

    /// RFC 8628, section 3.1. `device` and `system` are shown to whoever approves.
    public func deviceCode(
        device: String, system: String
    ) async throws(AccountFault) -> DeviceCode {
        let fields = try await ask(
            WebRequest(
                .post, "/oauth/device_authorization",
                body: .form([
                    ("client_id", Self.clientID), ("device_name", Self.cut(device)),
                    ("os", Self.cut(system)),
                ])))
        return try DeviceCode(fields, from: address)
    }

    /// One look whether somebody has approved.
    public func grant(for code: DeviceCode) async throws(AccountFault) -> SignInGrant {
        let fields = try await ask(
            WebRequest(
                .post, "/oauth/token",
                body: .form([
                    ("grant_type", Self.deviceGrant), ("device_code", code.deviceCode),
                    ("client_id", Self.clientID),
                ])))
        return SignInGrant(
            token: try fields.token("access_token"),
            seconds: try fields.number("expires_in", in: 1...Self.longestLife),
            account: try account(fields.object("account")))
    }

    /// RFC 7009: the token is none from then on.
    public func revoke(
        _ token: AccountToken, within limit: Duration = limit
    ) async throws(AccountFault) {
        do {
            _ = try await ask(
                WebRequest(.post, "/oauth/revoke", body: .form([("token", token.text)])),
                within: limit)
        } catch .garbled {
            // It said yes, and has no more to say.
        }
    }

    /// Seconds: ten years.
    private static let longestLife: Int64 = 315_360_000

    public func refresh(
        _ token: AccountToken
    ) async throws(AccountFault) -> (token: AccountToken, seconds: Int64) {
        let fields = try await ask(
            WebRequest(.post, "/api/v1/session/refresh", bearer: token.text))
        return (
            try fields.token("access_token"),
            try fields.number("expires_in", in: 1...Self.longestLife)
        )
    }

    // MARK: - the account

    public func account(
        _ token: AccountToken
    ) async throws(AccountFault) -> (account: SignedInAccount, token: TokenRow) {
        let fields = try await ask(WebRequest(.get, "/api/v1/account", bearer: token.text))
        return (try account(fields.object("account")), try TokenRow(fields.object("token")))
    }

    private func account(_ fields: AnswerFields) throws(AccountFault) -> SignedInAccount {
        SignedInAccount(
            server: address.description, id: try fields.text("id"),
            email: try fields.optionalText("email"), name: try fields.optionalText("name"))
    }

    public func tokens(_ token: AccountToken) async throws(AccountFault) -> [TokenRow] {
        let fields = try await ask(WebRequest(.get, "/api/v1/tokens", bearer: token.text))
        var rows: [TokenRow] = []
        for row in try fields.list("tokens", atMost: Self.mostRows) {
            rows.append(try TokenRow(row))
        }
        return rows
    }

    /// `seconds` is how long it holds; nil for as long as the broker lets it.
    public func makeToken(
        called name: String, seconds: Int64?, _ token: AccountToken
    ) async throws(AccountFault) -> (row: TokenRow, secret: AccountToken) {
        var order: [String: JSONValue] = ["name": .string(name)]
        if let seconds { order["expires_in"] = .integer(seconds) }
        let fields = try await ask(
            WebRequest(
                .post, "/api/v1/tokens", body: .json(.object(order)), bearer: token.text))
        return (try TokenRow(fields.object("token")), try fields.token("secret"))
    }

    public func revokeToken(_ id: String, _ token: AccountToken) async throws(AccountFault) {
        _ = try await ask(
            WebRequest(
                .delete, "/api/v1/tokens/" + WebRequest.escaped(id), bearer: token.text))
    }

    // MARK: - its meshes

    public func meshes(_ token: AccountToken) async throws(AccountFault) -> [MeshOfAccount] {
        let fields = try await ask(WebRequest(.get, "/api/v1/meshes", bearer: token.text))
        var meshes: [MeshOfAccount] = []
        for row in try fields.list("meshes", atMost: Self.mostRows) {
            meshes.append(try MeshOfAccount(row, from: address))
        }
        return meshes
    }

    /// A mesh of the account's, whose owner's key is the member key of `proof`. Asked again by the
    /// same key it is the same mesh.
    public func makeMesh(
        _ name: String, slug: String, _ proof: JoinProof, ownerName: String, _ token: AccountToken
    ) async throws(AccountFault) -> (mesh: MeshOfAccount, member: MemberID) {
        let fields = try await ask(
            WebRequest(
                .post, "/api/v1/meshes",
                body: .json([
                    "name": .string(name), "slug": .string(slug),
                    "owner_key": .string(proof.memberKey.hex),
                    "member_key": .string(proof.memberKey.hex),
                    "display_name": .string(ownerName), "proof": .string(proof.signature),
                    "timestamp": .integer(proof.timestamp),
                ]), bearer: token.text))
        return (
            try MeshOfAccount(fields.object("mesh"), from: address),
            MemberID(rawValue: try fields.text("member_id", atMost: 64))
        )
    }

    /// A further machine of an account that is in the mesh becomes a member by a key of its own.
    public func join(
        _ mesh: MeshID, _ proof: JoinProof, called name: String, _ token: AccountToken
    ) async throws(AccountFault) -> (mesh: MeshOfAccount, member: MemberID) {
        let fields = try await ask(
            WebRequest(
                .post, "/api/v1/meshes/\(WebRequest.escaped(mesh.rawValue))/join",
                body: .json([
                    "member_key": .string(proof.memberKey.hex), "display_name": .string(name),
                    "proof": .string(proof.signature), "timestamp": .integer(proof.timestamp),
                ]), bearer: token.text))
        let joined = try MeshOfAccount(fields.object("mesh"), from: address)
        guard joined.mesh == mesh else { throw .garbled("it names another mesh") }
        return (joined, MemberID(rawValue: try fields.text("member_id", atMost: 64)))
    }

    /// At most 64 bytes, whole characters.
    private static func cut(_ text: String) -> String {
        var cut = text
        while cut.utf8.count > 64 { cut.removeLast() }
        return cut
    }
}

/// What a machine proves when it joins: that it has the key it says it has.
public struct JoinProof: Sendable {
    public var memberKey: PublicKey
    /// By that key, in hex.
    public var signature: String
    /// Milliseconds since 1970.
    public var timestamp: Int64

    public init(memberKey: PublicKey, signature: String, timestamp: Int64) {
        self.memberKey = memberKey
        self.signature = signature
        self.timestamp = timestamp
    }

    /// Signed by `keys` for `mesh`, which is as `AccountJoinBytes` has it.
    public init(_ keys: SigningKeys, mesh: String, account: String, now: Moment) {
        let bytes = AccountJoinBytes.canonical(
            mesh: mesh, account: account, memberKey: keys.publicKey.hex,
            timestamp: now.milliseconds)
        self.init(
            memberKey: keys.publicKey, signature: Hex.text(keys.sign(bytes)),
            timestamp: now.milliseconds)
    }
}
