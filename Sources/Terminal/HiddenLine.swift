#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A line that is not shown as it is typed: a passphrase.
public enum HiddenLine {
    /// In bytes.
    static let longest = 1024

    /// Asks on the terminal of this process. Nil where there is none, or the person left it with
    /// ^C, ^D or Escape. The terminal is as it was found afterwards.
    public static func ask(_ prompt: String) -> String? {
        let fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard fd >= 0 else { return nil }
        defer { close(fd) }
        var before = termios()
        guard tcgetattr(fd, &before) == 0 else { return nil }
        var hidden = before
        // Without signals from keys: ^C is read, so that the echo is always turned on again.
        hidden.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        withUnsafeMutableBytes(of: &hidden.c_cc) { keys in
            keys[Int(VMIN)] = 1
            keys[Int(VTIME)] = 0
        }
        guard tcsetattr(fd, TCSAFLUSH, &hidden) == 0 else { return nil }
        defer { tcsetattr(fd, TCSAFLUSH, &before) }
        say(prompt, to: fd)
        defer { say("\n", to: fd) }
        return line { byte(from: fd) }
    }

    private static func say(_ text: String, to fd: Int32) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Posix.write(fd, $0) }
    }

    private static func byte(from fd: Int32) -> UInt8? {
        var byte: UInt8 = 0
        while true {
            let count = withUnsafeMutableBytes(of: &byte) { Posix.read(fd, $0) }
            if count < 0 && errno == EINTR { continue }
            return count == 1 ? byte : nil
        }
    }

    /// What keys make of it.
    static func line(next: () -> UInt8?) -> String? {
        var bytes: [UInt8] = []
        while let byte = next() {
            switch byte {
            case 0x0A, 0x0D: return String(validating: bytes, as: UTF8.self)
            case 0x03, 0x1B: return nil
            case 0x04 where bytes.isEmpty: return nil
            case 0x15: bytes = []
            case 0x08, 0x7F:
                // A whole character, not its last byte.
                while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
            case 0x20...: if bytes.count < longest { bytes.append(byte) }
            default: break
            }
        }
        return nil
    }
}
