import Mesh

/// Who people are to a broker, and what they are known by. Whatever opens a door is kept as its
/// SHA-256.
public protocol AccountRecords {
    /// False where the e-mail address has an account.
    func add(_ account: BrokerAccount) throws -> Bool
    func account(_ id: AccountID) throws -> BrokerAccount?
    func account(email: String) throws -> BrokerAccount?

    func keep(_ token: AccountTokenRecord) throws
    func token(_ id: String) throws -> AccountTokenRecord?
    /// All that were not revoked, newest first, those past their time included.
    func tokens(of account: AccountID) throws -> [AccountTokenRecord]
    /// Time of expiry and last use; the rest stays.
    func update(_ token: AccountTokenRecord) throws
    /// With all its secrets. False where there is none that is not revoked yet.
    func revokeToken(_ id: String, at now: Moment) throws -> Bool

    /// A new one, or another end for one that is there.
    func keep(_ secret: AccountSecret) throws
    func secret(hash: String) throws -> AccountSecret?

    /// False where one of its two codes is taken.
    func keep(_ grant: DeviceGrant) throws -> Bool
    func grant(codeHash: String) throws -> DeviceGrant?
    func grant(userCodeHash: String) throws -> DeviceGrant?
    /// State, account, interval and time of polling; the rest stays.
    func update(_ grant: DeviceGrant) throws

    func keep(_ session: WebSession) throws
    func webSession(hash: String) throws -> WebSession?
    func endWebSession(hash: String) throws

    /// A new one, or another permission for one that is there.
    func keep(_ belonging: AccountMesh) throws
    /// In the order of joining.
    func meshes(of account: AccountID) throws -> [AccountMesh]

    func keep(_ seat: AccountSeat) throws
    /// Of an account in a mesh, ended ones included, in the order of joining.
    func seats(of account: AccountID, in mesh: MeshID) throws -> [AccountSeat]
    /// Those that have not ended.
    func seats(token id: String) throws -> [AccountSeat]
    /// All seats that a token brought in.
    func endSeats(token id: String, at now: Moment) throws

    /// Grants, secrets and web sessions that ended before `moment`.
    func forgetEnded(before moment: Moment) throws
}
