/// Whom a target means.
public struct ResolvedTarget: Codable, Equatable, Hashable, Sendable {
    /// As the broker understands it: a key, `@group`, `*`.
    public var spec: String
    /// As it is shown: a name, or the spec.
    public var name: String
    /// For one recipient: its member's key.
    public var memberKey: String?
    /// Somebody it is for is connected now.
    public var isPresent: Bool

    public init(spec: String, name: String, memberKey: String? = nil, isPresent: Bool) {
        self.spec = spec
        self.name = name
        self.memberKey = memberKey
        self.isPresent = isPresent
    }
}
