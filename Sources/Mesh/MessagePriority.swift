/// How urgent a message is.
public enum MessagePriority: String, Codable, CaseIterable, Hashable, Sendable, Comparable {
    case now, next, low

    /// 0 is the most urgent.
    public var rank: Int {
        switch self {
        case .now: 0
        case .next: 1
        case .low: 2
        }
    }

    public static func < (left: MessagePriority, right: MessagePriority) -> Bool {
        left.rank < right.rank
    }
}
