/// Keys as they are written in a keymap file, `ctrl-c`, and on the screen, `^C`.
extension Key {
    /// Reads a name such as `q`, `enter`, `ctrl-c`, `alt-x`, `f5`, `page-up`; nil if it names none.
    public init?(name: String) {
        if let key = Self.named.first(where: { $0.name == name })?.key {
            self = key
        } else if name.count == 1 {
            self = .text(name)
        } else if name.hasPrefix("ctrl-"), name.count == 6, let letter = name.last, letter.isLetter
        {
            self = .control(Character(letter.lowercased()))
        } else if name.hasPrefix("alt-"), name.count == 5, let character = name.last {
            self = .alt(character)
        } else if name.hasPrefix("f"), let number = Int(name.dropFirst()), (1...24).contains(number)
        {
            self = .function(number)
        } else {
            return nil
        }
    }

    /// As it is written in a keymap file.
    public var name: String {
        switch self {
        case .text(let text): text == " " ? "space" : text
        case .control(let letter): "ctrl-\(letter)"
        case .alt(let character): "alt-\(character)"
        case .function(let number): "f\(number)"
        default: Self.named.first { $0.key == self }?.name ?? ""
        }
    }

    /// As it stands in the key line and in help.
    public var label: String {
        switch self {
        case .text(let text): text == " " ? "space" : text
        case .control(let letter): "^" + letter.uppercased()
        case .alt(let character): "alt-\(character)"
        case .function(let number): "F\(number)"
        case .up: "↑"
        case .down: "↓"
        case .left: "←"
        case .right: "→"
        case .enter: "⏎"
        case .altEnter: "alt-⏎"
        default: name
        }
    }

    private static let named: [(name: String, key: Key)] = [
        ("enter", .enter), ("alt-enter", .altEnter), ("esc", .escape), ("tab", .tab), ("shift-tab", .backTab),
        ("backspace", .backspace), ("delete", .delete), ("insert", .insert), ("up", .up),
        ("down", .down), ("left", .left), ("right", .right), ("home", .home), ("end", .end),
        ("page-up", .pageUp), ("page-down", .pageDown), ("space", .text(" ")),
    ]
}
