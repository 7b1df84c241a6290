/// A key as a person thinks of it, whatever bytes the terminal sent.
public enum Key: Hashable, Sendable {
    /// A printable grapheme cluster, as typed.
    case text(String)
    /// Ctrl with a lower-case letter.
    case control(Character)
    /// Alt with a printable character.
    case alt(Character)
    /// Enter with Alt, or with any other modifier where the terminal tells.
    case altEnter
    case enter, escape, tab, backTab, backspace, delete, insert
    case up, down, left, right, home, end, pageUp, pageDown
    case function(Int)
}

/// What a mouse did, at a cell counted from the top left, which is (0, 0).
public struct MouseEvent: Hashable, Sendable {
    public enum Kind: Hashable, Sendable { case press, release, drag, wheelUp, wheelDown }
    public var kind: Kind
    public var column: Int
    public var row: Int

    public init(_ kind: Kind, column: Int, row: Int) {
        self.kind = kind
        self.column = column
        self.row = row
    }
}

/// What a person did at the terminal.
public enum InputEvent: Hashable, Sendable {
    case key(Key)
    /// Bracketed paste: the whole text at once, as pasted, at most 1 MiB.
    case paste(String)
    case mouse(MouseEvent)
}
