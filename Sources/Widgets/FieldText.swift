import Text

/// What can be done to the text of a field, apart from moving to another field.
public enum FieldEdit: Hashable, Sendable {
    case insert(String)
    case backspace, delete
    case left, right, wordLeft, wordRight, home, end
    /// Ctrl-W, Ctrl-U and Ctrl-K.
    case deleteWord, deleteToStart, deleteToEnd
}

/// The text of a one-line field and the cursor in it. It holds no line break, no control
/// character, nothing invisible, and never more clusters than its limit.
public struct FieldText: Equatable, Hashable, Sendable {
    public private(set) var text: String
    /// Clusters to the left of the cursor.
    public private(set) var cursor: Int
    /// Clusters at most.
    public let limit: Int

    /// The text, cleaned as if it had been pasted, with the cursor at its end.
    public init(_ text: String = "", limit: Int = 256) {
        self.limit = max(0, limit)
        self.text = SafeText.entered(text, limit: self.limit)
        cursor = self.text.count
    }

    /// A text that was cleaned before, and the cursor in it.
    init(cleaned text: String, cursor: Int, limit: Int) {
        self.limit = max(0, limit)
        self.text = text
        self.cursor = cursor
    }

    public var isEmpty: Bool { text.isEmpty }

    /// Changes the text; what does not fit in the limit is left out. A paste is an insertion.
    public mutating func apply(_ edit: FieldEdit) {
        switch edit {
        case .insert(let new): insert(new)
        case .backspace: remove(max(0, cursor - 1)..<cursor)
        case .delete: remove(cursor..<min(cursor + 1, text.count))
        case .left: cursor = max(0, cursor - 1)
        case .right: cursor = min(text.count, cursor + 1)
        case .wordLeft: cursor = wordStart()
        case .wordRight: cursor = wordEnd()
        case .home: cursor = 0
        case .end: cursor = text.count
        case .deleteWord: remove(wordStart()..<cursor)
        case .deleteToStart: remove(0..<cursor)
        case .deleteToEnd: remove(cursor..<text.count)
        }
    }

    /// The same with the change made.
    public func applying(_ edit: FieldEdit) -> FieldText {
        var changed = self
        changed.apply(edit)
        return changed
    }

    private mutating func insert(_ raw: String) {
        let new = SafeText.entered(raw, limit: limit)
        let head = String(text.prefix(cursor))
        let tail = String(text.dropFirst(cursor))
        // Clusters may join where the texts meet, so that lengths do not simply add up.
        var kept = new
        while !kept.isEmpty, case let excess = (head + kept + tail).count - limit, excess > 0 {
            kept.removeLast(min(excess, kept.count))
        }
        text = head + kept + tail
        cursor = clusters(spanning: (head + kept).unicodeScalars.count)
    }

    private mutating func remove(_ range: Range<Int>) {
        let head = String(text.prefix(range.lowerBound))
        text = head + text.dropFirst(range.upperBound)
        cursor = clusters(spanning: head.unicodeScalars.count)
    }

    /// The first clusters of the text that hold so many code points.
    private func clusters(spanning scalars: Int) -> Int {
        var left = scalars
        var count = 0
        for cluster in text where left > 0 {
            left -= cluster.unicodeScalars.count
            count += 1
        }
        return count
    }

    private func wordStart() -> Int {
        let head = text.prefix(cursor)
        let beforeSpaces = head.trimmingSuffix { $0 == " " }
        return beforeSpaces.trimmingSuffix { $0 != " " }.count
    }

    private func wordEnd() -> Int {
        let tail = text.dropFirst(cursor)
        return text.count - tail.drop { $0 == " " }.drop { $0 != " " }.count
    }
}

extension Substring {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
        var trimmed = self
        while let last = trimmed.last, predicate(last) { trimmed.removeLast() }
        return trimmed
    }
}
