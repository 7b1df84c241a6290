/// Every escape code that ncurses does not write for us: what is switched on with the first frame,
/// and what gives the terminal back. `Docs/` explains the order; so do the comments.
enum Modes {
    /// Keypad as terminfo describes its keys, mouse (press, release, drag, wheel; SGR coordinates)
    /// where it is wanted, bracketed paste. To be written on the alternate screen.
    static func entering(_ entry: TerminfoEntry, mouse: Bool) -> [UInt8] {
        let reports = mouse ? "\(csi)?1000h\(csi)?1002h\(csi)?1006h" : ""
        return entry.plain("smkx") + Array("\(reports)\(csi)?2004h".utf8)
    }

    /// Everything back to how a terminal is found, in the one right order: first what must end on
    /// the alternate screen, last the way out of it. Modes are ended whether or not they are on,
    /// for a program before us may have died in the middle.
    static func leaving(_ entry: TerminfoEntry, rows: Int) -> [UInt8] {
        var bytes = Array(reset.utf8)
        // What terminfo knows beyond that: a console's own cursor shape, a keypad of its own kind.
        for name in ["rmacs", "sgr0", "rmkx", "cnorm"] {
            let value = entry.plain(name)
            if !bytes.contains(value) { bytes += value }
        }
        if entry.strings["smcup"] != nil, entry.strings["rmcup"] != nil {
            // Leaving brings back the character sets there were when it was entered, and ncurses
            // has already put line drawing into G1 by then.
            return bytes + entry.plain("rmcup") + Array("\(ascii)\r".utf8)
        }
        // No alternate screen: what was drawn stays, and the shell goes on below it.
        return bytes + Array("\(csi)\(max(1, rows));1H\r\n".utf8)
    }

    /// Reports that must not reach the program that comes after us.
    static let quiet = Array("\(csi)?1006l\(csi)?1002l\(csi)?1000l\(csi)?1004l\(csi)?2004l".utf8)

    /// DA1, "what are you": every terminal answers, after everything it was told before.
    static let deviceAttributesQuery = Array("\(csi)c".utf8)

    private static let csi = "\u{1B}["

    /// ASCII in G0 and G1, and G0 in use.
    private static let ascii = "\u{1B}(B\u{1B})B\u{0F}"

    private static let reset = [
        // A frame that was held back is shown, or the screen would stay frozen.
        "\(csi)?2026l",
        "\(csi)?1016l\(csi)?1006l\(csi)?1015l\(csi)?1005l\(csi)?1003l\(csi)?1002l\(csi)?1000l",
        "\(csi)?1004l",
        "\(csi)?2004l",
        // Cursor keys and keypad.
        "\(csi)?1l\u{1B}>",
        // Scroll region, origin, insert, autowrap.
        "\(csi)r\(csi)?6l\(csi)4l\(csi)?7h",
        ascii,
        // Attributes, and a hyperlink left open.
        "\(csi)0m\u{1B}]8;;\u{1B}\\",
        // The cursor's shape, blinking, visibility.
        "\(csi)0 q\(csi)?12l\(csi)?25h",
    ].joined()
}

extension TerminfoEntry {
    /// A string capability without its padding (`$<5/>`, terminfo(5)), which no emulator needs.
    func plain(_ name: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = (strings[name] ?? [])[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "$"), rest.first == UInt8(ascii: "<"),
                let end = rest.firstIndex(of: UInt8(ascii: ">"))
            {
                rest = rest[(end + 1)...]
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }
}
