import Foundation

/// One `skein hook`, as an agent starts it.
public struct HookRun: Sendable {
    public var status: Int32
    public var output: String
    public var errors: String
    public var seconds: Double

    public enum Input: Sendable {
        case text(String)
        /// Nothing comes and it does not end.
        case endless
        case closed
    }

    public static func run(
        _ words: [String], input: Input = .text("{}"), environment: [String: String] = [:],
        closesOutput: Bool = false
    ) async throws -> HookRun {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        // Only a shell can start a program whose standard descriptors are closed.
        var redirections = ""
        if case .closed = input { redirections += " <&-" }
        if closesOutput { redirections += " >&- 2>&-" }
        process.arguments = [
            "-c", "exec \"$0\" hook \"$@\"" + redirections, Products.path(of: "skein"),
        ] + words
        process.environment = environment
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stderr
        let start = ContinuousClock.now
        try withNothingBlocked { try process.run() }
        let pid = process.processIdentifier
        let alarm = DispatchWorkItem { kill(pid, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + 20, execute: alarm)
        if case .text(let text) = input {
            DispatchQueue.global().async {
                try? stdin.fileHandleForWriting.write(contentsOf: Data(text.utf8))
                try? stdin.fileHandleForWriting.close()
            }
        }
        async let output = all(of: stdout)
        async let errors = all(of: stderr)
        let texts = await (output, errors)
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                process.waitUntilExit()
                continuation.resume()
            }
        }
        alarm.cancel()
        if case .endless = input { try? stdin.fileHandleForWriting.close() }
        return HookRun(
            status: process.terminationReason == .exit ? process.terminationStatus : -1,
            output: texts.0, errors: texts.1,
            seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    /// A program inherits which signals are blocked; the threads of tests block most.
    private static func withNothingBlocked(_ body: () throws -> Void) rethrows {
        var (none, before) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    private static func all(of pipe: Pipe) async -> String {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                let data = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
                continuation.resume(returning: String(decoding: data, as: UTF8.self))
            }
        }
    }
}
