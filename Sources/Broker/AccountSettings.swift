import MeshCrypto

/// How a broker with accounts treats people.
public struct AccountSettings: Sendable {
    /// Who may make an account.
    public enum Registration: String, CaseIterable, Sendable {
        case open
        /// Who has an invite to one of the broker's meshes.
        case invite
        case closed
    }

    public var registration = Registration.open
    /// What a look at a password costs.
    public var passwordCost = PasswordHash.Cost.interactive

    public init() {}
}
