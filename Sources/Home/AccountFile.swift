import Mesh
import MeshProtocol

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Who is signed in on this machine, and the token that proves it to one broker alone: a file
/// that its owner only can read.
public struct AccountFile: Equatable, Sendable {
    public var account: SignedInAccount
    public var token: AccountToken
    /// When the token was given, by this machine's clock; with `expiresAt` it tells how long the
    /// token lives, and so when half of that is over.
    public var issuedAt: Moment
    /// By this machine's clock, too; nil where it holds until it is taken back.
    public var expiresAt: Moment?

    public init(
        account: SignedInAccount, token: AccountToken, issuedAt: Moment, expiresAt: Moment?
    ) {
        self.account = account
        self.token = token
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }

    /// The longest file that is read, in bytes.
    static let limit = 16_384

    var text: String {
        let fields: [String: JSONValue] = [
            "version": 1, "server": .string(account.server), "token": .string(token.text),
            "account": ["id": .string(account.id), "email": .string(account.email),
                        "name": .string(account.name)],
            "issued_at": .integer(issuedAt.milliseconds),
            "expires_at": expiresAt.map { .integer($0.milliseconds) } ?? .null,
        ]
        return JSONValue.object(fields).canonical + "\n"
    }

    /// Nil for what is none.
    init?(text bytes: [UInt8]) {
        guard let value = JSONValue.parse(bytes), value["version"] == 1,
            let server = value["server"]?.string, let text = value["token"]?.string,
            let token = AccountToken(text), let id = value["account"]?["id"]?.string,
            let email = value["account"]?["email"]?.string,
            let name = value["account"]?["name"]?.string,
            case .integer(let issued)? = value["issued_at"]
        else { return nil }
        account = SignedInAccount(server: server, id: id, email: email, name: name)
        self.token = token
        issuedAt = Moment(milliseconds: issued)
        if case .integer(let end)? = value["expires_at"] {
            expiresAt = Moment(milliseconds: end)
        } else {
            expiresAt = nil
        }
    }

    /// More than half of its life is over, so that a new one should be asked for.
    public func isAgeing(at now: Moment) -> Bool {
        guard token.kind == .session, let expiresAt else { return false }
        let whole = expiresAt.milliseconds(since: issuedAt)
        let left = expiresAt.milliseconds(since: now)
        return left < whole / 2
    }
}

extension Home {
    /// Who is signed in.
    public var accountPath: String { dataDirectory + "/account.json" }
    private var accountLockPath: String { dataDirectory + "/account.lock" }

    /// Nil where nobody is signed in. A file that is damaged is moved aside and counts as none.
    public func signedIn() throws(SkeinError) -> AccountFile? {
        guard let bytes = try AtomicFile.read(accountPath, limit: AccountFile.limit) else {
            return nil
        }
        if let file = AccountFile(text: bytes) { return file }
        unlink(accountPath + ".damaged")
        rename(accountPath, accountPath + ".damaged")
        return nil
    }

    /// Writes what `change` makes of what stands there, whole, while nobody else does: of two who
    /// sign in at once the second finds the first's file. Nil leaves it as it is.
    @discardableResult
    public func changeAccount(
        _ change: (AccountFile?) -> AccountFile?
    ) throws(SkeinError) -> AccountFile? {
        try prepare()
        let lock = try accountLock()
        defer { withExtendedLifetime(lock) {} }
        let before = try signedIn()
        guard let after = change(before), after != before else { return before }
        try AtomicFile.write(Array(after.text.utf8), to: accountPath, mode: 0o600)
        return after
    }

    /// Signs out on this machine. Only the token that is named goes: somebody may have signed in
    /// anew meanwhile. False where there was nothing to do.
    @discardableResult
    public func forgetAccount(_ token: AccountToken) throws(SkeinError) -> Bool {
        guard try signedIn()?.token == token else { return false }
        let lock = try accountLock()
        defer { withExtendedLifetime(lock) {} }
        guard try signedIn()?.token == token else { return false }
        guard unlink(accountPath) == 0 || errno == ENOENT else {
            throw SystemFailure.last.writing(accountPath)
        }
        return true
    }

    /// It is held for as long as a file takes to be written.
    private func accountLock() throws(SkeinError) -> FileLock {
        for _ in 0..<200 {
            if let lock = try FileLock.acquire(accountLockPath) { return lock }
            var pause = timespec(tv_sec: 0, tv_nsec: 10_000_000)
            nanosleep(&pause, nil)
        }
        throw SkeinError(
            .storeInUse, "another Skein is signing in and does not come to an end",
            hint: "End it, then try again")
    }
}
