import MeshProtocol
import Text

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a command prints. No escape code ever comes from here.
enum Output {
    static func line(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }
    static func complain(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    /// Runs a command and tells its failure, as a sentence or as JSON.
    static func reporting(
        json: Bool, _ work: () async throws(SkeinError) -> ExitCode
    ) async -> ExitCode {
        do throws(SkeinError) {
            return try await work()
        } catch {
            tell(error, json: json)
            return error.exit
        }
    }

    static func tell(_ error: SkeinError, json: Bool) {
        if json {
            line(FailureEnvelope(error).line)
        } else {
            complain("✗ " + shown(error.message))
            if let hint = error.hint { complain("  " + shown(hint)) }
        }
    }

    /// A sentence that may hold words from elsewhere: no control character reaches a terminal.
    static func shown(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { SafeText.visible(String($0), limit: 4096) }.joined(separator: "\n")
    }

    /// Everything, or nothing more once the reader is gone: a closed pipe is no failure to tell.
    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { 
                #if canImport(Glibc)
                    Glibc.write(descriptor, $0.baseAddress, $0.count)
                #else
                    Darwin.write(descriptor, $0.baseAddress, $0.count)
                #endif
            }
            if count > 0 {
                bytes = bytes.dropFirst(count)
            } else if errno != EINTR {
                return
            }
        }
    }
}
