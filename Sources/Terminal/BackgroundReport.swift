import Themes

/// What a terminal answers when it is asked for its background: `11;rgb:RRRR/GGGG/BBBB`, each
/// number of one to four hexadecimal digits (xterm, "Operating System Commands").
enum BackgroundReport {
    /// OSC 11 with a question mark.
    static let query = Array("\u{1B}]11;?\u{1B}\\".utf8)

    /// Terminals known to answer, or to pass over what they do not know. Others might print it.
    static func canAsk(_ term: String, environment: [String: String]) -> Bool {
        let known = [
            "xterm", "tmux", "screen", "rxvt", "alacritty", "foot", "ghostty", "kitty", "konsole",
            "wezterm", "st-", "contour",
        ]
        return environment["TERM_PROGRAM"] != "Apple_Terminal" && known.contains { term.hasPrefix($0) }
    }

    /// Nil where the bytes are no such answer.
    static func isLight(_ bytes: [UInt8]) -> Bool? {
        let text = String(decoding: bytes, as: UTF8.self)
        let prefix = "11;rgb:"
        guard text.hasPrefix(prefix) else { return nil }
        let parts = text.dropFirst(prefix.count).split(
            separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var levels: [UInt8] = []
        for part in parts {
            guard (1...4).contains(part.count), let value = Int(part, radix: 16), value >= 0 else {
                return nil
            }
            let most = (1 << (4 * part.count)) - 1
            levels.append(UInt8(value * 255 / most))
        }
        // Above this, dark text is easier to read than light text.
        return RGB(levels[0], levels[1], levels[2]).luminance > 0.18
    }
}
