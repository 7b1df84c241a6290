/// The signs that views draw besides letters, each with a twin for a locale that shows only ASCII.
/// Every sign but the marks, the ellipsis and the key names is one column wide.
public struct Glyphs: Equatable, Sendable {
    public let isASCII: Bool

    public let done: String
    public let current: String
    public let failed: String
    public let warning: String
    public let bullet: String
    /// Status signs: each has its own shape, so that colour is never needed.
    public let working: String
    public let idle: String
    public let dnd: String
    public let left: String
    public let ellipsis: String
    public let separator: String
    public let arrow: String
    public let up: String
    public let down: String
    public let upDown: String
    public let leftRight: String
    public let enter: String
    public let backspace: String
    /// Stands for one character of a secret.
    public let mask: String
    public let openQuote: String
    public let closeQuote: String
    /// Two blocks, drawn in the brand's colour.
    public let brand: String
    /// Eight levels, lowest first.
    public let levels: [String]
    public let filled: String
    public let unfilled: String
    public let opened: String
    public let closed: String
    public let box: Box

    /// The lines of a box, of its crossings, and of a tree's branches.
    public struct Box: Equatable, Sendable {
        public let horizontal: Character
        public let vertical: Character
        public let topLeft: String
        public let topRight: String
        public let bottomLeft: String
        public let bottomRight: String
        public let teeLeft: String
        public let teeRight: String
        public let teeDown: String
        public let teeUp: String
        public let branch: String
        public let lastBranch: String
    }

    public static let unicode = Glyphs(
        isASCII: false, done: "✔", current: "▸", failed: "✘", warning: "!", bullet: "•",
        working: "●", idle: "○", dnd: "◐", left: "·", ellipsis: "…", separator: "·",
        arrow: "→", up: "↑", down: "↓", upDown: "↑↓", leftRight: "←→", enter: "⏎",
        backspace: "⌫", mask: "•", openQuote: "“", closeQuote: "”", brand: "██",
        levels: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"], filled: "█", unfilled: "░",
        opened: "▾", closed: "▸",
        box: Box(
            horizontal: "─", vertical: "│", topLeft: "┌", topRight: "┐", bottomLeft: "└",
            bottomRight: "┘", teeLeft: "├", teeRight: "┤", teeDown: "┬", teeUp: "┴",
            branch: "├─", lastBranch: "└─"))

    public static let ascii = Glyphs(
        isASCII: true, done: "+", current: ">", failed: "x", warning: "!", bullet: "-",
        working: "*", idle: "o", dnd: "-", left: ".", ellipsis: "...", separator: "-",
        arrow: ">", up: "^", down: "v", upDown: "up/down", leftRight: "left/right",
        enter: "enter", backspace: "bksp", mask: "*", openQuote: "\"", closeQuote: "\"",
        brand: "##", levels: ["_", ".", ":", "-", "=", "+", "*", "#"], filled: "#",
        unfilled: ".", opened: "v", closed: ">",
        box: Box(
            horizontal: "-", vertical: "|", topLeft: "+", topRight: "+", bottomLeft: "+",
            bottomRight: "+", teeLeft: "+", teeRight: "+", teeDown: "+", teeUp: "+",
            branch: "|-", lastBranch: "`-"))

    /// The signs for a locale that shows Unicode, or not.
    public static func of(unicode: Bool) -> Glyphs { unicode ? .unicode : .ascii }
}
