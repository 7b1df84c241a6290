import Text

/// A column of a table: its title, how wide it may be, and how soon it gives way.
public struct TableColumn: Equatable, Sendable {
    public enum Width: Equatable, Sendable {
        /// Exactly so many columns of the terminal.
        case fixed(Int)
        /// At least so many, and a share of what is left over.
        case flexible(minimum: Int, weight: Int = 1)
        /// What its content takes, where there is room for it, and never less than so many unless
        /// the content is smaller.
        case content(minimum: Int, widest: Int)

        var minimum: Int {
            switch self {
            case .fixed(let columns): max(0, columns)
            case .flexible(let minimum, _): max(0, minimum)
            case .content(let minimum, let widest): max(0, min(minimum, widest))
            }
        }

        /// What it still wants beyond its minimum before any other gets a share.
        var want: Int {
            if case .content(_, let widest) = self { return max(0, widest - minimum) }
            return 0
        }

        var weight: Int {
            if case .flexible(_, let weight) = self { return max(0, weight) }
            return 0
        }
    }

    public var title: String
    public var width: Width
    /// 0 stays whatever happens; of the others the highest is left out first.
    public var priority: Int
    public var side: Fitting.Side

    public init(
        _ title: String, _ width: Width, priority: Int = 0, flush side: Fitting.Side = .leading
    ) {
        self.title = title
        self.width = width
        self.priority = priority
        self.side = side
    }
}

extension Table {
    /// Blanks between two columns.
    static let gap = 2

    /// The width of each column in so many columns of the terminal; nil where one is left out.
    /// Together with the gaps they take exactly `columns` where any of those shown is flexible.
    public static func widths(_ wanted: [TableColumn], columns: Int) -> [Int?] {
        var shown = Array(wanted.indices)
        func least() -> Int {
            shown.reduce(0) { $0 + wanted[$1].width.minimum } + gap * max(0, shown.count - 1)
        }
        while least() > columns {
            let dispensable = shown.filter { wanted[$0].priority > 0 }
            // The highest number first, of equals the one furthest right.
            guard let victim = dispensable.max(by: { wanted[$0].priority <= wanted[$1].priority })
            else { break }
            shown.removeAll { $0 == victim }
        }
        var widths: [Int?] = Array(repeating: nil, count: wanted.count)
        var spare = max(0, columns - least())
        let grown = grown(wanted, shown, &spare)
        var weights = shown.reduce(0) { $0 + wanted[$1].width.weight }
        // What those that may never go still need beyond the side is cut from the right.
        var room = columns
        for index in shown {
            let weight = wanted[index].width.weight
            let share = weights > 0 ? spare * weight / weights : 0
            spare -= share
            weights -= weight
            let wish = wanted[index].width.minimum + grown[index] + share
            let width = min(wish, max(0, room))
            widths[index] = width > 0 ? width : nil
            room -= width + gap
        }
        return widths
    }

    /// What each column gets of the spare room for its content: those of the lowest number first,
    /// of equals the one furthest left.
    private static func grown(
        _ wanted: [TableColumn], _ shown: [Int], _ spare: inout Int
    ) -> [Int] {
        var grown = Array(repeating: 0, count: wanted.count)
        for index in shown.sorted(by: { (wanted[$0].priority, $0) < (wanted[$1].priority, $1) }) {
            grown[index] = min(spare, wanted[index].width.want)
            spare -= grown[index]
        }
        return grown
    }
}
