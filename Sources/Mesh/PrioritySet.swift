/// Some of the priorities.
public struct PrioritySet: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let now = PrioritySet(rawValue: 1)
    public static let next = PrioritySet(rawValue: 2)
    public static let low = PrioritySet(rawValue: 4)

    /// All that are as urgent as `priority`, or more.
    public init(upTo priority: MessagePriority) {
        rawValue = 2 << UInt8(priority.rank) - 1
    }

    public func has(_ priority: MessagePriority) -> Bool {
        rawValue & 1 << UInt8(priority.rank) != 0
    }

    /// Most urgent first.
    public var priorities: [MessagePriority] { MessagePriority.allCases.filter(has) }
}
