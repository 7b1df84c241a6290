import Mesh

/// What somebody is shown before they come into a mesh. Its texts are somebody else's: they are
/// made safe where they are shown.
public struct InviteCard: Equatable, Sendable {
    public var meshName: String
    /// What the mesh's members call who made the invite; empty where that is not known.
    public var invitedBy: String
    public var permission: Permission
    public var role: String?
    public var groups: [String]
    /// How many are in the mesh; nil where the invite does not say.
    public var members: Int?
    public var expiresAt: Moment
    /// Where the mesh is: `https://broker.example`.
    public var broker: String
    /// Whoever is on the way could read who comes in.
    public var isExposed: Bool
    /// The first eight digits of the owner's key.
    public var owner: String

    public init(
        meshName: String, invitedBy: String, permission: Permission, role: String? = nil,
        groups: [String] = [], members: Int?, expiresAt: Moment, broker: String,
        isExposed: Bool, owner: String
    ) {
        self.meshName = meshName
        self.invitedBy = invitedBy
        self.permission = permission
        self.role = role
        self.groups = groups
        self.members = members
        self.expiresAt = expiresAt
        self.broker = broker
        self.isExposed = isExposed
        self.owner = owner
    }

    /// Label and value, in the order in which they are read.
    public var rows: [(label: String, value: String)] {
        let date = ISOMoment(expiresAt).description
        let time = date.prefix(10) + " " + date.dropFirst(11).prefix(5) + " UTC"
        let all: [(label: String, value: String)] = [
            ("Mesh", meshName), ("Invited by", invitedBy),
            ("You would be", permission == .admin ? "an admin" : "a member"),
            ("Broker", broker + (isExposed ? " (not encrypted)" : "")),
            ("Expires", String(time)), ("Role", role ?? ""),
            ("Groups", groups.joined(separator: ", ")),
            ("Members", members.map(String.init) ?? ""), ("Owner's key", owner),
        ]
        return all.filter { !$0.value.isEmpty }
    }
}
