import Keys
import Widgets

extension FieldEdit {
    /// What a key does to the field it is typed into, as in a shell's command line.
    init?(_ key: Key) {
        switch key {
        case .text(let text): self = .insert(text)
        case .backspace: self = .backspace
        case .delete, .control("d"): self = .delete
        case .left, .control("b"): self = .left
        case .right, .control("f"): self = .right
        case .alt("b"): self = .wordLeft
        case .alt("f"): self = .wordRight
        case .home, .control("a"): self = .home
        case .end, .control("e"): self = .end
        case .control("w"): self = .deleteWord
        case .control("u"): self = .deleteToStart
        case .control("k"): self = .deleteToEnd
        default: return nil
        }
    }
}
