import Foundation
import TestSupport

/// Skein without a terminal.
struct Command: Sendable {
    var status: Int32
    var output: String
    var errors: String

    /// What `--json` printed: one object.
    var json: [String: any Sendable] {
        get throws {
            let object = try JSONSerialization.jsonObject(with: Data(output.utf8))
            return object as? [String: any Sendable] ?? [:]
        }
    }

    static let path = Products.path(of: "skein")

    struct Late: Error, CustomStringConvertible {
        var description: String
    }

    /// Runs a program to its end, on pipes. What it starts in the background must not hold them.
    static func run(
        _ program: String, _ words: [String], input: String = "", environment: [String: String],
        directory: String, within limit: Duration = .seconds(20)
    ) async throws -> Command {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = words
        process.environment = environment
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stderr
        try withNothingBlocked { try process.run() }
        let pid = process.processIdentifier
        let alarm = DispatchWorkItem { kill(pid, SIGKILL) }
        DispatchQueue.global().asyncAfter(
            deadline: .now() + .milliseconds(Int(limit / .milliseconds(1))), execute: alarm)
        async let output = readAll(stdout)
        async let errors = readAll(stderr)
        // A program that has ended meanwhile reads nothing; that is no failure.
        try? stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try? stdin.fileHandleForWriting.close()
        let texts = await (output, errors)
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                process.waitUntilExit()
                continuation.resume()
            }
        }
        let isLate = process.terminationReason == .uncaughtSignal && process.terminationStatus == 9
        alarm.cancel()
        if isLate { throw Late(description: "\(words) did not end. \(texts)") }
        return Command(
            status: process.terminationStatus, output: texts.0, errors: texts.1)
    }

    /// A program inherits which signals are blocked; the threads of tests block most.
    static func withNothingBlocked(_ body: () throws -> Void) rethrows {
        var (none, before) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    private static func readAll(_ pipe: Pipe) async -> String {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                let data = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
                continuation.resume(returning: String(decoding: data, as: UTF8.self))
            }
        }
    }
}

extension Place {
    /// Runs Skein in the directory of this place, without a terminal.
    @discardableResult
    func skein(
        _ words: String..., input: String = "", adding changes: [String: String] = [:]
    ) async throws -> Command {
        try await skein(words, input: input, adding: changes)
    }

    @discardableResult
    func skein(
        _ words: [String], input: String = "", adding changes: [String: String] = [:]
    ) async throws -> Command {
        try await Command.run(
            Command.path, words, input: input,
            environment: environment.merging(changes) { $1 }, directory: work)
    }

    /// Runs a line of sh in the directory of this place, without a terminal; `skein` is ours.
    func shell(_ line: String) async throws -> Command {
        try await Command.run(
            "/bin/sh", ["-c", "skein() { \"\(Command.path)\" \"$@\"; }; " + line],
            environment: environment, directory: work)
    }

    /// A mesh `demo`, and every answer settled, from a launch that has ended already.
    func settle(agent: String = "true") async throws {
        let command = try await skein(
            "launch", "--non-interactive", "--account", "local", "--new-mesh", "demo", "--name",
            "dev1", "--role", "reviewer", "--agent", agent)
        guard command.status == 0 else { throw Command.Late(description: command.errors) }
    }
}
