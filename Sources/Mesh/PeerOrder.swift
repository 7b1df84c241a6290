/// What peers are ordered by. Those that are equal stand by name and then by key, so that every
/// list has one order; what is missing stands last whichever way it goes.
public struct PeerOrder: Hashable, Sendable {
    /// Code points of a text that count.
    public static let textLimit = 128

    /// What one peer has to be ordered by.
    public enum Value: Hashable, Sendable {
        case number(Int64)
        /// In lower case; made by `text(_:)`.
        case folded(String)
        case missing

        /// A text without regard to case; an empty one is missing.
        public static func text(_ text: String?) -> Value {
            guard let text, !text.isEmpty else { return .missing }
            return .folded(PeerOrder.folded(text))
        }
    }

    /// A peer's place in a list.
    public struct Key: Hashable, Sendable {
        public var value: Value
        public var name: String
        public var id: PeerKey

        public init(_ value: Value, of peer: MeshPeer) {
            self.value = value
            name = PeerOrder.folded(peer.peer.name)
            id = peer.id
        }
    }

    public var isAscending: Bool

    public init(isAscending: Bool = true) { self.isAscending = isAscending }

    public func precedes(_ left: Key, _ right: Key) -> Bool {
        switch (left.value, right.value) {
        case (.number(let one), .number(let other)) where one != other:
            return (one < other) == isAscending
        case (.folded(let one), .folded(let other)) where one != other:
            return (one < other) == isAscending
        case (.missing, .missing): break
        case (.missing, _): return false
        case (_, .missing): return true
        case (.number, .folded): return isAscending
        case (.folded, .number): return !isAscending
        default: break
        }
        return left.name == right.name ? left.id < right.id : left.name < right.name
    }

    /// In lower case, and no longer than counts.
    public static func folded(_ text: String) -> String {
        let short = text.utf8.count <= textLimit
            ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(textLimit)))
        return short.lowercased()
    }
}
