/// A value a flow asks for: what it is so far, and whether it stands.
///
/// Unsettling keeps the value, which is then the draft the screen opens with.
public struct Answer<Value> {
    public private(set) var value: Value?
    public private(set) var isSettled: Bool

    /// Nothing known yet.
    public init() {
        value = nil
        isSettled = false
    }

    /// A proposal that still has to be taken.
    public init(draft: Value?) {
        value = draft
        isSettled = false
    }

    public init(settled value: Value) {
        self.value = value
        isSettled = true
    }

    /// The value, if it stands.
    public var settled: Value? { isSettled ? value : nil }

    public mutating func settle(_ value: Value) {
        self.value = value
        isSettled = true
    }

    /// Changes what is proposed. A settled answer stays as it is.
    public mutating func propose(_ draft: Value?) {
        if !isSettled { value = draft }
    }

    public mutating func unsettle() { isSettled = false }
}

extension Answer: Equatable where Value: Equatable {}
extension Answer: Hashable where Value: Hashable {}
extension Answer: Sendable where Value: Sendable {}
