import Surface

/// A theme as one terminal can show it: for every role its colours at that depth, worked out once.
public struct Palette: Sendable {
    public let theme: Theme
    public let depth: ColorDepth
    private let paints: [Role: CellPaint]

    public init(theme: Theme, depth: ColorDepth) {
        self.theme = theme
        self.depth = depth
        let ground = Self.project(theme.background, depth: depth)
        var paints: [Role: CellPaint] = [:]
        for role in Role.allCases {
            paints[role] =
                depth == .none
                ? Self.withoutColor(theme.paint(for: role), role)
                : Self.inColor(theme, role, depth: depth, ground: ground)
        }
        self.paints = paints
    }

    /// How a style looks: its role's paint, with its own emphasis added.
    public func paint(for style: Style) -> CellPaint {
        var paint = paints[style.role] ?? CellPaint()
        paint.emphasis.formUnion(style.emphasis)
        return paint
    }

    private static func withoutColor(_ paint: Paint, _ role: Role) -> CellPaint {
        CellPaint(emphasis: paint.emphasis.union(emphasisWithoutColor(role)))
    }

    private static func inColor(
        _ theme: Theme, _ role: Role, depth: ColorDepth, ground: TerminalColor
    ) -> CellPaint {
        let paint = theme.paint(for: role)
        var projected = CellPaint(
            foreground: project(paint.foreground, depth: depth),
            background: project(paint.background, depth: depth), emphasis: paint.emphasis)
        // With few colours two that were apart may have become one. A background of the role's own
        // that no longer shows is told by emphasis; a text that would vanish takes the terminal's
        // own colours.
        let own = theme.paints[role]?.background
        if own == nil ? role == .selection : projected.background == ground {
            projected.background = theme.paintsBackground ? ground : .default
            projected.emphasis.formUnion(emphasisWithoutColor(role))
        }
        if projected.background != .default, projected.foreground == projected.background {
            projected.foreground = .default
            projected.background = .default
        }
        return projected
    }

    private static func project(_ color: RGB?, depth: ColorDepth) -> TerminalColor {
        guard let color else { return .default }
        if depth == .trueColor { return .rgb(color) }
        return ColorTable.nearest(to: color, depth: depth).map(TerminalColor.indexed) ?? .default
    }

    /// What tells a role apart where there is no colour.
    private static func emphasisWithoutColor(_ role: Role) -> Style.Emphasis {
        switch role {
        case .selection: .reverse
        case .title, .brand, .key, .accent, .statusWorking: .bold
        case .warning, .danger: [.bold, .underline]
        case .field, .statusDnd: .underline
        case .placeholder: [.dim, .underline]
        case .muted, .border, .statusLeft: .dim
        case .text, .success, .statusIdle: []
        }
    }
}
