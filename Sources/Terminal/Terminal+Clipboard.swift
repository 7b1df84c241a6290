import Text

extension Terminal {
    /// Bytes that are handed over at most; terminals drop what is longer.
    static let clipboardLimit = 4096

    /// Hands a text to the terminal's clipboard (OSC 52), where the terminal takes it, and says
    /// whether it was sent. What arrives is for the terminal to decide: nothing answers.
    @discardableResult
    public func copy(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let screen, capabilities.answersQueries, bytes.count <= Self.clipboardLimit else {
            return false
        }
        screen.write(Array("\u{1b}]52;c;".utf8) + Self.base64(bytes) + [0x07])
        return true
    }

    /// Shows a text outside of the window, where the terminal does that (OSC 9, as iTerm2, kitty,
    /// Ghostty, WezTerm and Windows Terminal understand it). Only what can be shown is sent.
    public func notify(_ text: String) {
        guard let screen, capabilities.answersQueries else { return }
        let safe = SafeText.visible(text, limit: 120)
        screen.write(Array("\u{1b}]9;".utf8) + Array(safe.utf8) + [0x07])
    }

    /// Draws everything again with the next `present`, whatever is thought to be on the screen.
    public func repaint() { mustRepaint = true }

    /// RFC 4648.
    nonisolated static func base64(_ bytes: [UInt8]) -> [UInt8] {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                let isUsed = place <= group.count
                text.append(isUsed ? letters[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return text
    }
}
