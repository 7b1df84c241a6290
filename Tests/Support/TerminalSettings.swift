#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A line discipline, to be compared: everything in a termios.
public struct TerminalSettings: Equatable, Sendable, CustomStringConvertible {
    public let inputFlags: UInt
    public let outputFlags: UInt
    public let controlFlags: UInt
    public let localFlags: UInt
    public let controlCharacters: [UInt8]

    public init(of descriptor: Int32) {
        var settings = termios()
        tcgetattr(descriptor, &settings)
        inputFlags = UInt(settings.c_iflag)
        outputFlags = UInt(settings.c_oflag)
        controlFlags = UInt(settings.c_cflag)
        localFlags = UInt(settings.c_lflag)
        controlCharacters = withUnsafeBytes(of: settings.c_cc) { Array($0) }
    }

    /// Whether lines are edited by the kernel and echoed, as a shell leaves it for a program.
    public var isCooked: Bool {
        localFlags & UInt(ICANON) != 0 && localFlags & UInt(ECHO) != 0
    }

    public var description: String {
        let flags = [inputFlags, outputFlags, controlFlags, localFlags]
        return flags.map { String($0, radix: 16) }.joined(separator: ":") + " \(controlCharacters)"
    }
}
