/// What a piece of text is for. Views name roles, never colours; a theme says how each looks.
public enum Role: String, CaseIterable, Sendable, Hashable {
    /// Ordinary text.
    case text
    /// Text that steps back: explanations, units, what is settled already.
    case muted
    /// Headings of screens and cards.
    case title
    /// The brand mark.
    case brand
    /// What the eye should find first: the focused row, the pointer of a picker.
    case accent
    case success
    case warning
    case danger
    /// The chosen row of a list; it has a background where colours allow one.
    case selection
    /// Rules and boxes.
    case border
    /// A key's name in the key line and in help.
    case key
    /// The text of an input field.
    case field
    /// What a field shows while it is empty.
    case placeholder
    case statusIdle = "status-idle"
    case statusWorking = "status-working"
    case statusDnd = "status-dnd"
    case statusLeft = "status-left"
}

/// A role with emphasis. Emphasis holds in every palette, also where there is no colour.
public struct Style: Equatable, Hashable, Sendable {
    public struct Emphasis: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public static let bold = Emphasis(rawValue: 1)
        public static let dim = Emphasis(rawValue: 2)
        public static let underline = Emphasis(rawValue: 4)
        public static let reverse = Emphasis(rawValue: 8)
    }

    public var role: Role
    public var emphasis: Emphasis

    public init(_ role: Role, _ emphasis: Emphasis = []) {
        self.role = role
        self.emphasis = emphasis
    }
}
