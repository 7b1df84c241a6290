/// Why the terminal could not be opened.
public enum TerminalError: Error, Equatable, Sendable {
    /// A system call on the terminal failed; `errno` as in errno(3).
    case unavailable(errno: Int32)
    /// ncurses could not use the terminal of this name.
    case unusable(name: String)
    /// The program is in the background and nobody can bring it forward: EIO without a shell, EPERM
    /// where it was told to ignore SIGTTOU.
    case inBackground(errno: Int32)

    /// One sentence for a person.
    public var sentence: String {
        switch self {
        case .unavailable(let errno): "The terminal cannot be used: \(Posix.text(ofError: errno))."
        case .unusable(let name): "The terminal type \(name) cannot be used."
        case .inBackground: "The terminal belongs to another program."
        }
    }
}
