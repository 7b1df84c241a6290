import Foundation
import TestSupport

/// A launch in a terminal of its own, whose agent is a shell that runs what is typed.
final class RunningLaunch: Caller, Sendable {
    let place: Place
    let name: String
    let session: TerminalSession
    /// As the agent has it.
    let environment: [String: String]

    private init(
        _ place: Place, name: String, _ session: TerminalSession, environment: [String: String]
    ) {
        (self.place, self.name, self.session) = (place, name, session)
        self.environment = environment
    }

    /// The launch's id.
    var id: String { environment["SKEIN_LAUNCH"] ?? "" }

    /// `words` come after those that name it.
    static func start(
        _ place: Place, _ name: String, agent: String = "sh", _ words: [String] = [],
        adding changes: [String: String] = [:]
    ) async throws -> RunningLaunch {
        try await start(
            place, name,
            [
                "--account", "local", "--mesh", TwoHomes.slug, "--name", name, "--role", "tester",
                "--agent", agent,
            ] + words, adding: changes)
    }

    static func resume(_ place: Place, _ name: String, _ id: String) async throws -> RunningLaunch {
        try await start(place, name, ["--resume", id])
    }

    private static func start(
        _ place: Place, _ name: String, _ words: [String], adding changes: [String: String] = [:]
    ) async throws -> RunningLaunch {
        let session = try place.window(["launch", "--non-interactive"] + words, adding: changes)
        var environment: [String: String] = [:]
        try await eventually("the launch \(name)", within: .seconds(10)) {
            environment = variables(of: session.process)
            return environment["SKEIN_LAUNCH_TOKEN"] != nil || session.observed.exit != nil
        }
        guard session.observed.exit == nil else {
            throw Command.Late(description: "\(name) does not run: \(session.observed.text)")
        }
        return RunningLaunch(place, name: name, session, environment: environment)
    }

    private static func variables(of process: pid_t) -> [String: String] {
        let bytes = FileManager.default.contents(atPath: "/proc/\(process)/environ") ?? Data()
        let pairs = bytes.split(separator: 0).map { line in
            let parts = String(decoding: line, as: UTF8.self)
                .split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
        return Dictionary(pairs) { $1 }
    }

    /// Skein with the agent's environment, beside it.
    func call(_ words: [String]) async throws -> Command {
        try await Command.run(
            Command.path, words, environment: environment, directory: place.work)
    }

    /// A line of sh that the agent itself runs: its child. `skein` is ours, `$skein` its path.
    func run(_ line: String, within seconds: Int = 10) async throws -> Command {
        let file = place.root + "/run-\(UInt64.random(in: 0 ... .max))"
        guard mkfifo(file + ".end", 0o600) == 0 else { throw POSIXError(.EIO) }
        let fifo = open(file + ".end", O_RDONLY | O_NONBLOCK)
        defer { close(fifo) }
        let shell =
            "skein='\(Command.path)'; skein() { \"$skein\" \"$@\"; }; "
            + "( \(line) ) >\(file).out 2>\(file).err </dev/null; echo $? >\(file).end\n"
        session.send(shell)
        let end = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var waiting = pollfd(fd: fifo, events: Int16(POLLIN), revents: 0)
                guard poll(&waiting, 1, Int32(seconds * 1000)) == 1 else {
                    return continuation.resume(returning: "")
                }
                var bytes = [UInt8](repeating: 0, count: 16)
                let count = max(0, read(fifo, &bytes, bytes.count))
                continuation.resume(returning: String(decoding: bytes[..<count], as: UTF8.self))
            }
        }
        guard let status = Int32(end.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw Command.Late(description: "\(name) did not end: \(line)")
        }
        func text(_ kind: String) -> String {
            (try? String(contentsOfFile: file + kind, encoding: .utf8)) ?? ""
        }
        return Command(status: status, output: text(".out"), errors: text(".err"))
    }

    /// The agent ends, and its place no longer sees it.
    func end() async throws {
        session.send("exit\n")
        try await session.waitForExit()
        try await eventually("\(name) to be gone", within: .seconds(10)) {
            try await place.peers()[name] == nil
        }
    }
}
