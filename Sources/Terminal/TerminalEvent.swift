import Keys
import Surface

/// What the terminal tells the program.
public enum TerminalEvent: Equatable, Sendable {
    /// A key, a click or a paste.
    case input(InputEvent)
    /// The window has this size now, and everything on it has to be drawn again. A burst of
    /// changes is one event. The size may be the one it was.
    case resized(Size)
    /// The program is back from a stop (^Z and `fg`): nothing is on the screen until the next
    /// `present`. The size may have changed, which `resized` has said before this.
    case resumed
    /// The terminal said whether what text stands on is light, because it was asked.
    case background(isLight: Bool)
    /// The terminal is gone or its input has ended. Leave; nothing more comes.
    case closed
    /// SIGINT, SIGTERM or SIGHUP came. Leave by the one way out: `resetTerminal`, then
    /// `Terminal.die(of:)` or an exit code of the program's own.
    case terminated(signal: Int32)
}
