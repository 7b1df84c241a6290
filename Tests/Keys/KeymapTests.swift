import Keys
import Testing

@Suite("Keymap")
struct KeymapTests {
    @Test("every action has a key, and no key does two things where both are offered in text")
    func complete() {
        var owners: [Key: [KeyAction]] = [:]
        for action in KeyAction.allCases {
            #expect(!Keymap.standard.keys[action, default: []].isEmpty, "\(action)")
            for key in Keymap.standard.keys[action, default: []] { owners[key, default: []].append(action) }
        }
        for (key, actions) in owners { #expect(actions.count == 1, "\(key.name): \(actions)") }
    }

    @Test("a key's name reads back as the key")
    func names() {
        for action in KeyAction.allCases {
            for key in Keymap.standard.keys[action, default: []] {
                #expect(Key(name: key.name) == key, "\(key.name)")
            }
        }
        #expect(Key(name: "ctrl-x") == .control("x"))
        #expect(Key(name: "alt-b") == .alt("b"))
        #expect(Key(name: "f12") == .function(12))
        for wrong in ["", "ctrl-", "ctrl-xx", "f0", "f99", "hello", "ctrl-1"] {
            #expect(Key(name: wrong) == nil, "\(wrong)")
        }
    }

    @Test("while text is typed, keys that type do nothing else")
    func typing() {
        let offered: [KeyAction] = [.help, .take]
        #expect(Keymap.standard.action(for: .text("?"), among: offered) == .help)
        #expect(Keymap.standard.action(for: .text("?"), among: offered, typing: true) == nil)
        #expect(Keymap.standard.action(for: .function(1), among: offered, typing: true) == .help)
        #expect(Keymap.standard.key(for: .help, typing: true) == .function(1))
        #expect(Keymap.standard.action(for: .enter, among: [.help]) == nil, "not offered")
    }

    @Test("a user's keys take the place of the standard ones, and leave whoever had them")
    func overrides() {
        let (keymap, problems) = Keymap.standard.changed(by: ["next-theme": ["f1"], "help": ["f5"]])
        #expect(keymap.action(for: .function(5), among: [.help, .nextTheme]) == .help)
        #expect(keymap.action(for: .function(1), among: [.help, .nextTheme]) == .nextTheme)
        #expect(problems.isEmpty)
    }

    @Test("what cannot be taken is told, and no action is left without a key")
    func wrongOverrides() {
        let (keymap, problems) = Keymap.standard.changed(by: [
            "fly": ["f3"], "quit": ["nonsense"], "filter": ["esc"],
        ])
        #expect(problems.count == 3, "\(problems)")
        #expect(keymap.keys[.quit] == Keymap.standard.keys[.quit])
        #expect(keymap.keys[.back] == Keymap.standard.keys[.back])
        #expect(keymap.keys[.filter] == Keymap.standard.keys[.filter])
    }
}
