import Themes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Terminal {
    /// What the terminal at hand can show. Found out once, before it is opened.
    public struct Capabilities: Equatable, Sendable {
        /// How many colours there are, `NO_COLOR` heeded.
        public var depth: ColorDepth
        /// Whether text beyond ASCII arrives; where not, use the ASCII twins of icons.
        public var isUnicode: Bool
        /// Whether the terminal is of a kind that answers questions, or passes over them.
        let answersQueries: Bool
        /// How ncurses is to speak to the terminal.
        var entry: TerminfoEntry

        /// Reads the environment, the locale and the terminfo database. Sets the process's
        /// character set (`LC_CTYPE`) from the environment; writes nothing to the terminal.
        @MainActor
        public static func detect(
            environment: [String: String], output: Int32 = STDOUT_FILENO
        ) -> Capabilities {
            let stored = candidates(for: environment["TERM"]).lazy
                .compactMap { TerminfoEntry.stored($0, output: output) }
                .first { $0.strings["cup"] != nil }
            return Capabilities(
                entry: stored ?? .builtIn, environment: environment,
                isUnicode: Charset.adopt(environment: environment))
        }

        /// From an entry found for the terminal.
        init(entry: TerminfoEntry, environment: [String: String], isUnicode: Bool) {
            let colors = entry.numbers["colors", default: 0]
            let saysTrueColor = ["truecolor", "24bit"].contains(environment["COLORTERM"])
            let isDirect = entry.isDirect || (saysTrueColor && colors >= 8)
            self.isUnicode = isUnicode
            answersQueries = BackgroundReport.canAsk(
                environment["TERM"] ?? "", environment: environment)
            self.entry = isDirect && !entry.isDirect ? entry.direct : entry
            depth =
                switch colors {
                case _ where !environment["NO_COLOR", default: ""].isEmpty: .none
                case _ where isDirect: .trueColor
                case 256...: .colors256
                case 16...: .colors16
                case 8...: .colors8
                default: .none
                }
        }

        /// The entries to look for, the best first. Terminals whose own entry is missing where the
        /// program runs (over ssh, say) understand what xterm, or screen, does.
        static func candidates(for term: String?) -> [String] {
            let known =
                switch term {
                case .some(let name) where name.hasPrefix("tmux") || name.hasPrefix("screen"):
                    ["screen-256color", "screen"]
                case .some(let name) where name.hasPrefix("rxvt"):
                    ["rxvt-unicode-256color", "rxvt"]
                default: [String]()
                }
            let fallbacks = known + ["xterm-256color", "xterm", "linux", "vt100", "ansi"]
            guard let term, !term.isEmpty, !term.contains("/") else { return fallbacks }
            return [term] + fallbacks
        }
    }
}
