import BrokerEngine
import Mesh
import MeshCrypto

/// What the account routes remember between requests: how often somebody asked.
struct AccountDesk: Sendable {
    /// Seconds a device code is good for (RFC 8628, section 3.2).
    static let grantSeconds: Int64 = 600
    /// Seconds between two questions for a token, at first.
    static let pollSeconds = 5
    /// Seconds a machine stays signed in without a refresh.
    static let sessionSeconds: Int64 = 30 * 24 * 3600
    /// Seconds a token holds that was refreshed, so that a lost answer signs nobody out.
    static let refreshGrace: Int64 = 60
    /// Seconds a script's token holds where nothing is said, and at most.
    static let personalSeconds: Int64 = 90 * 24 * 3600
    static let personalLimit: Int64 = 366 * 24 * 3600
    /// Seconds a browser stays signed in.
    static let webSeconds: Int64 = 14 * 24 * 3600
    /// Live tokens of one account, and its live meshes.
    static let tokenLimit = 200
    static let meshLimit = 200

    var settings: AccountSettings
    /// Looks at passwords that are under way or wait.
    var hashing = 0
    /// Machines that ask to be signed in, by address.
    var grants = BucketTable<String>(perMinute: 20)
    /// Everything a program asks with a token or a device code, by address.
    var requests = BucketTable<String>(perMinute: 600)
    /// User codes entered, by address and by account: ten a minute, of 20⁸.
    var codesByAddress = BucketTable<String>(perMinute: 10)
    var codesByAccount = BucketTable<AccountID>(perMinute: 10)
    /// Passwords tried, by address and by the address of e-mail.
    var signInsByAddress = BucketTable<String>(perMinute: 20)
    var signInsByEmail = BucketTable<String>(perMinute: 10)
    /// Accounts made, by address.
    var registrations = BucketTable<String>(perMinute: 5)

    init(_ settings: AccountSettings) { self.settings = settings }

    func newToken(_ kind: AccountToken.Kind) -> AccountToken {
        var bytes: ArraySlice<UInt8> = []
        return AccountToken.make(kind) {
            if bytes.isEmpty { bytes = RandomBytes.make(64)[...] }
            return bytes.popFirst() ?? 255
        }
    }

    /// The SHA-256 of a secret's text in hexadecimal digits, by which it is kept and found: who
    /// reads the store learns none, and a look-up tells nothing by its time.
    static func hash(_ secret: String) -> String { Hex.text(SHA256.of(Array(secret.utf8))) }
}
