import CSystemCalls
import Foundation
import Home
import MeshProtocol

/// How a relay is started: the program and the arguments that make it one.
///
/// The new process gets the write end of a pipe, whose descriptor follows `--ready-fd`, and says
/// one line on it (`ReadyLine`). It is nobody's child and outlives whoever started it.
public struct RelayStarter: Sendable {
    public var executable: String
    public var arguments: [String]
    public var environment: [String: String]
    /// Further descriptors of this process that the relay gets, as 4, 5, … in this order.
    public var passing: [Int32]

    /// Of `environment` only what a relay has a use for is passed on: it outlives the launch, so
    /// nothing of the launch's may stay in it.
    public init(
        executable: String, arguments: [String] = ["relay", "run"],
        environment: [String: String], passing: [Int32] = []
    ) {
        self.passing = passing
        self.executable = executable
        self.arguments = arguments
        self.environment = environment.filter { Self.isPassedOn($0.key) }
    }

    private static func isPassedOn(_ name: String) -> Bool {
        let names: Set<String> = [
            "HOME", "PATH", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR", "SKEIN_HOME",
            "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "SWIFT_BACKTRACE",
        ]
        let name = name.uppercased()
        return names.contains(name) || name.hasPrefix("XDG_") || name.hasPrefix("LC_")
            || name.hasSuffix("_PROXY")
    }

    enum Outcome: Equatable { case ready, another }

    /// Blocks until the new process has said how it went.
    func start(
        home: Home, until deadline: ContinuousClock.Instant
    ) throws(SkeinError) -> Outcome {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Self.failed(String(cString: strerror(errno))) }
        let (reading, writing) = (ends[0], ends[1])
        _ = fcntl(reading, F_SETFD, FD_CLOEXEC)
        _ = fcntl(writing, F_SETFD, FD_CLOEXEC)
        defer { close(reading) }

        let words = [executable] + arguments + ["--ready-fd", "3"]
        let variables = environment.merging(home.environment) { $1 }.map { $0 + "=" + $1 }
        let result = Self.withStrings(words) { argv in
            Self.withStrings(variables) { envp in
                skein_spawn_detached(
                    executable, argv, envp, [writing] + passing, Int32(1 + passing.count))
            }
        }
        let number = errno
        close(writing)
        guard result == 0 else { throw Self.failed(String(cString: strerror(number))) }

        let line = PolledDescriptor.line(from: reading, limit: 65_536, until: deadline)
        switch line {
        case .line(let bytes, _): return try ReadyLine.outcome(of: bytes, executable: executable)
        case .ended, .tooLong:
            throw Self.failed(
                "it ended before it was ready", hint: "Its log is \(home.relayLogPath)")
        case .late:
            throw Self.failed(
                "it was not ready in time", hint: "Its log is \(home.relayLogPath)")
        }
    }

    static func failed(_ reason: String, hint: String? = nil) -> SkeinError {
        SkeinError(.relayUnreachable, "the relay could not be started: \(reason)", hint: hint)
    }

    private static func withStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        return body(copies + [nil])
    }
}

/// What a starting relay says on its ready pipe: one line.
enum ReadyLine {
    static func outcome(
        of line: [UInt8], executable: String
    ) throws(SkeinError) -> RelayStarter.Outcome {
        switch line.first {
        case UInt8(ascii: "R"): return .ready
        case UInt8(ascii: "A"): return .another
        case UInt8(ascii: "X"):
            let number = Int32(String(decoding: line.dropFirst(), as: UTF8.self)) ?? 0
            throw RelayStarter.failed("\(executable): \(String(cString: strerror(number)))")
        default:
            guard let told = try? JSONDecoder().decode(SkeinError.self, from: Data(line)) else {
                throw RelayStarter.failed("it said something that cannot be understood")
            }
            throw told
        }
    }
}
