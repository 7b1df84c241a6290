#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Terminal {
    /// Why there can be no full screen here; the program then speaks in plain lines.
    public enum Obstacle: Equatable, Sendable {
        case inputIsNoTerminal
        case outputIsNoTerminal
        /// `TERM=dumb`: a terminal without a cursor that can be placed.
        case dumb

        /// One sentence for a person.
        public var sentence: String {
            switch self {
            case .inputIsNoTerminal: "Standard input is not a terminal."
            case .outputIsNoTerminal: "Standard output is not a terminal."
            case .dumb: "The terminal is a plain one (TERM=dumb)."
            }
        }
    }

    /// What stands in the way of a full screen, or nil where nothing does. Touches nothing.
    public nonisolated static func obstacle(
        environment: [String: String], input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO
    ) -> Obstacle? {
        if isatty(input) == 0 { return .inputIsNoTerminal }
        if isatty(output) == 0 { return .outputIsNoTerminal }
        return environment["TERM"] == "dumb" ? .dumb : nil
    }
}
