/// Which keys do what. Help, hints and Docs/keys.md are derived from it.
public struct Keymap: Equatable, Sendable {
    public private(set) var keys: [KeyAction: [Key]]

    public static let standard = Keymap(keys: [
        .up: [.up, .control("p")],
        .down: [.down, .control("n")],
        .pageUp: [.pageUp],
        .pageDown: [.pageDown],
        .first: [.home, .text("g")],
        .last: [.end, .text("G")],
        // Where a terminal sends a line feed for Enter, it is Ctrl-J.
        .take: [.enter, .control("j")],
        .back: [.escape],
        .nextRow: [.tab],
        .previousRow: [.backTab],
        .help: [.text("?"), .function(1)],
        .leave: [.control("c")],
        .suspend: [.control("z")],
        .redraw: [.control("l")],
        .nextTheme: [.text("T"), .function(2)],
        .filter: [.text("/")],
        .sort: [.text("s")],
        .reverse: [.text("r")],
        .columns: [.text("c")],
        .tree: [.text("t")],
        .fold: [.text(" ")],
        .pause: [.text("p")],
        .onePeer: [.text("f")],
        .copyKey: [.text("y")],
        .copyAddress: [.text("Y")],
        .grow: [.text(">")],
        .shrink: [.text("<")],
        .palette: [.text(":")],
        .actions: [.text("a")],
        .verify: [.text("v")],
        .save: [.text("S")],
        .quit: [.text("q")],
        .message: [.text("m")],
        .messages: [.text("M")],
        .inbox: [.text("i")],
        .retry: [.text("R")],
        .cancel: [.text("X"), .delete],
        .nextMesh: [.text("n")],
        .meshes: [.text("w")],
        .health: [.text("h")],
        .stepBack: [.text("[")],
        .stepForward: [.text("]")],
        .minuteBack: [.text("{")],
        .minuteForward: [.text("}")],
        .live: [.text("L")],
    ])

    /// The action of a key among those the screen offers now. Where text is being typed, keys that
    /// type are text and do nothing else.
    public func action(for key: Key, among offered: [KeyAction], typing: Bool = false) -> KeyAction? {
        if typing, case .text = key { return nil }
        return offered.first { keys[$0, default: []].contains(key) }
    }

    /// The first key of an action that works now: while text is typed, one that does not type.
    public func key(for action: KeyAction, typing: Bool = false) -> Key? {
        keys[action, default: []].first { key in
            if typing, case .text = key { return false }
            return true
        }
    }

    /// What is wrong with one line of a user's keymap.
    public struct Problem: Equatable, Sendable {
        public var sentence: String
    }

    /// This keymap with a user's keys in place of the standard ones, and what could not be taken.
    /// A key given to a second action leaves the first, so that no key does two things.
    public func changed(by overrides: [String: [String]]) -> (keymap: Keymap, problems: [Problem]) {
        var changed = self
        var problems: [Problem] = []
        for (name, keyNames) in overrides.sorted(by: { $0.key < $1.key }) {
            guard let action = KeyAction(rawValue: name) else {
                problems.append(Problem(sentence: "“\(name)” is no action"))
                continue
            }
            let given = keyNames.compactMap { keyName -> Key? in
                if let key = Key(name: keyName) { return key }
                problems.append(Problem(sentence: "“\(keyName)” is no key (for \(name))"))
                return nil
            }
            guard !given.isEmpty else { continue }
            let robbed = changed.keys.filter { other, keys in
                other != action && !keys.isEmpty && keys.allSatisfy(given.contains)
            }
            if let victim = robbed.keys.map(\.rawValue).min() {
                problems.append(
                    Problem(sentence: "\(name) would leave \(victim) without a key; not taken"))
                continue
            }
            for other in changed.keys.keys where other != action {
                changed.keys[other]?.removeAll { given.contains($0) }
            }
            changed.keys[action] = given
        }
        return (changed, problems)
    }

    /// The keymap as a Markdown table, for Docs/keys.md.
    public var markdown: String {
        let rows = KeyAction.allCases.map { action in
            let names = keys[action, default: []].map { "`\($0.name)`" }.joined(separator: ", ")
            return "| `\(action.rawValue)` | \(names) | \(action.explanation) |"
        }
        return (["| action | keys | what it does |", "|---|---|---|"] + rows).joined(separator: "\n")
    }
}
