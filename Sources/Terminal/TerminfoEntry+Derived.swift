/// Entries that no database holds.
extension TerminfoEntry {
    /// Whether the entry as it stands takes 24-bit colours.
    var isDirect: Bool { flags.contains("RGB") && numbers["colors", default: 0] >= 1 << 24 }

    /// This terminal with 24-bit colours: one number, 0xRRGGBB, is a colour. It cannot change the
    /// user's palette.
    var direct: TerminfoEntry {
        var entry = self
        entry.isStored = false
        entry.flags.insert("RGB")
        entry.flags.remove("ccc")
        entry.numbers["colors"] = 1 << 24
        entry.numbers["pairs"] = 0x7FFF
        for name in ["initc", "initp", "oc", "scp", "setf", "setb"] {
            entry.strings[name] = nil
        }
        let channels = "2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%dm"
        entry.strings["op"] = Array("\u{1B}[39;49m".utf8)
        entry.strings["setaf"] = Array("\u{1B}[38;\(channels)".utf8)
        entry.strings["setab"] = Array("\u{1B}[48;\(channels)".utf8)
        return entry
    }

    /// What every terminal emulator of today understands, for a system without a database.
    static let builtIn: TerminfoEntry = {
        let strings = [
            "bel": "\u{07}", "cr": "\r", "ind": "\n", "ri": "\u{1B}M", "ht": "\t",
            "clear": "\u{1B}[H\u{1B}[2J", "ed": "\u{1B}[J", "el": "\u{1B}[K", "el1": "\u{1B}[1K",
            "home": "\u{1B}[H", "cup": "\u{1B}[%i%p1%d;%p2%dH", "hpa": "\u{1B}[%i%p1%dG",
            "vpa": "\u{1B}[%i%p1%dd", "cub1": "\u{08}", "cud1": "\n", "cuf1": "\u{1B}[C",
            "cuu1": "\u{1B}[A", "cub": "\u{1B}[%p1%dD", "cud": "\u{1B}[%p1%dB",
            "cuf": "\u{1B}[%p1%dC", "cuu": "\u{1B}[%p1%dA", "csr": "\u{1B}[%i%p1%d;%p2%dr",
            "smcup": "\u{1B}[?1049h", "rmcup": "\u{1B}[?1049l", "civis": "\u{1B}[?25l",
            "cnorm": "\u{1B}[?25h", "bold": "\u{1B}[1m", "dim": "\u{1B}[2m", "rev": "\u{1B}[7m",
            "smul": "\u{1B}[4m", "rmul": "\u{1B}[24m", "sgr0": "\u{1B}(B\u{1B}[m",
            "op": "\u{1B}[39;49m", "smkx": "\u{1B}[?1h\u{1B}=", "rmkx": "\u{1B}[?1l\u{1B}>",
            "setaf": "\u{1B}[%?%p1%{8}%<%t3%p1%d%e%p1%{16}%<%t9%p1%{8}%-%d%e38;5;%p1%d%;m",
            "setab": "\u{1B}[%?%p1%{8}%<%t4%p1%d%e%p1%{16}%<%t10%p1%{8}%-%d%e48;5;%p1%d%;m",
        ]
        return TerminfoEntry(
            name: "xterm-256color", flags: ["am", "bce", "mir", "msgr", "xenl", "AX"],
            numbers: ["cols": 80, "lines": 24, "it": 8, "colors": 256, "pairs": 0x7FFF],
            strings: strings.mapValues { Array($0.utf8) })
    }()
}
