import Surface

/// How one role looks: its colours where there are any, and emphasis that holds everywhere.
public struct Paint: Equatable, Hashable, Sendable {
    /// Nil means the terminal's own foreground.
    public var foreground: RGB?
    /// Nil means what lies beneath: the theme's painted background, or the terminal's own.
    public var background: RGB?
    public var emphasis: Style.Emphasis

    public init(
        foreground: RGB? = nil, background: RGB? = nil, emphasis: Style.Emphasis = []
    ) {
        self.foreground = foreground
        self.background = background
        self.emphasis = emphasis
    }
}

/// A palette by role: what one file in `Themes/` says. It knows nothing of terminals.
public struct Theme: Equatable, Sendable {
    public enum Appearance: String, CaseIterable, Sendable {
        case dark, light
    }

    /// What `--theme` takes: the file's name without `.toml`.
    public var name: String
    /// What a list of themes shows.
    public var title: String
    public var appearance: Appearance
    /// The background that the colours were chosen for, and contrast is measured against.
    public var background: RGB
    /// Whether every cell gets `background`. Otherwise the terminal's own shows through.
    public var paintsBackground: Bool
    /// A role that is missing looks like the terminal's own text.
    public var paints: [Role: Paint]

    public init(
        name: String, title: String, appearance: Appearance, background: RGB,
        paintsBackground: Bool, paints: [Role: Paint]
    ) {
        self.name = name
        self.title = title
        self.appearance = appearance
        self.background = background
        self.paintsBackground = paintsBackground
        self.paints = paints
    }

    /// How a role looks, the painted background included.
    public func paint(for role: Role) -> Paint {
        var paint = paints[role] ?? Paint()
        if paint.background == nil, paintsBackground { paint.background = background }
        return paint
    }
}
