/// One thing to pick.
public struct PickerItem: Equatable, Sendable {
    public var title: String
    /// Said after the title, stepping back.
    public var detail: String
    /// Why this cannot be picked; nil when it can.
    public var disabledReason: String?
    /// The heading this item stands under; drawn above the first item of each.
    public var section: String?
    /// For lists of which several can be taken: whether this one is.
    public var isMarked: Bool?

    public init(
        _ title: String, detail: String = "", disabledReason: String? = nil,
        section: String? = nil, isMarked: Bool? = nil
    ) {
        self.title = title
        self.detail = detail
        self.disabledReason = disabledReason
        self.section = section
        self.isMarked = isMarked
    }

    public var isEnabled: Bool { disabledReason == nil }
}

extension Picker {
    /// The index the selection moves to: `steps` items on, over those that cannot be picked, and
    /// no further than the ends. It stays where it is when nothing there can be picked.
    public static func moved(_ selected: Int, by steps: Int, in items: [PickerItem]) -> Int {
        guard !items.isEmpty, steps != 0 else { return selected }
        let direction = steps > 0 ? 1 : -1
        let wanted = min(max(0, selected + steps), items.count - 1)
        // Onwards from there, else back towards where it was.
        let end = direction > 0 ? items.count - 1 : 0
        let onwards = stride(from: wanted, through: end, by: direction)
        if let found = onwards.first(where: { items[$0].isEnabled }) { return found }
        let back = stride(from: wanted, to: selected, by: -direction)
        return back.first(where: { items[$0].isEnabled }) ?? selected
    }

    /// The first item that can be picked, or nil.
    public static func firstEnabled(in items: [PickerItem]) -> Int? {
        items.firstIndex { $0.isEnabled }
    }
}
