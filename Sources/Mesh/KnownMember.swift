/// A member of a mesh by a name it is known under, connected or not.
public struct KnownMember: Codable, Equatable, Hashable, Sendable {
    public var name: String
    public var memberKey: String

    public init(name: String, memberKey: String) {
        self.name = name
        self.memberKey = memberKey
    }
}
