/// One whom a target could mean. Every text in it is hostile until made safe to show.
public struct TargetChoice: Codable, Equatable, Hashable, Sendable {
    public var name: String
    /// The beginning of its key that means it and nobody else.
    public var key: String
    public var role: String?
    /// Where it works; nil for a member that is away.
    public var directory: String?

    public init(name: String, key: String, role: String? = nil, directory: String? = nil) {
        self.name = name
        self.key = key
        self.role = role
        self.directory = directory
    }
}

/// Why a target means nobody, or nobody in particular.
public enum TargetFault: Error, Equatable, Sendable {
    /// What cannot be a target: nothing, or a group whose name is none.
    case malformed
    /// With some whom it could have been meant for, and how many there are besides.
    case unknown(choices: [TargetChoice], more: Int)
    /// With those it means, and how many there are besides.
    case ambiguous(choices: [TargetChoice], more: Int)
}
