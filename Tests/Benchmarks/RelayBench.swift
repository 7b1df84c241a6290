import Database
import Foundation
import Home
import Mesh
import MeshCrypto
import MeshProtocol
import RelayClient

/// `Benchmarks PATH-OF-SKEIN relay [--quick]`: the verbs as whole processes, a message from one
/// launch to another, and what a relay costs that has nothing to do.
struct RelayBench {
    let skein: String
    let isQuick: Bool
    private let home: Home
    private let directory: String

    init(skein: String, isQuick: Bool) throws {
        self.skein = URL(fileURLWithPath: skein).path
        self.isQuick = isQuick
        // Beside the program: the disk that is measured is the one it was built on.
        directory = URL(fileURLWithPath: skein).resolvingSymlinksInPath()
            .deletingLastPathComponent().path + "/bench-relay-\(getpid())"
        home = try Home(root: directory)
    }

    func run() async throws {
        let watch = Stopwatch(environment: ["SKEIN_HOME": directory])
        defer {
            _ = try? watch.wholeRun([skein, "relay", "stop"])
            try? FileManager.default.removeItem(atPath: directory)
        }
        _ = try watch.wholeRun([
            skein, "launch", "--non-interactive", "--account", "local", "--new-mesh", "bench", "--name",
            "dev-1", "--role", "reviewer", "--agent", "true",
        ])
        let sleepers = try (0..<10).map { _ in try Sleeper() }
        defer { for sleeper in sleepers { sleeper.end() } }
        let launches = try await register(sleepers)
        // Before there is anything to settle.
        try await idle()
        try await wholeProcesses(launches)
        try await messages(from: launches[0], to: launches[1])
        try await enqueueing(by: launches[2])
    }

    // MARK: - Launches

    private struct Launch {
        var record: LaunchRecord
        var proof: LaunchProof
    }

    private func register(_ sleepers: [Sleeper]) async throws -> [Launch] {
        let machine = try MachineDatabase.open(at: home.machineDatabasePath, createIfMissing: false)
        defer { machine.close() }
        guard let mesh = try machine.memberships().first else { throw BenchFailure("no mesh") }
        let client = try await RelayClient.connect(home: home, starting: starter)
        var launches: [Launch] = []
        for (index, sleeper) in sleepers.enumerated() {
            guard let process = RunningProcess(pid: sleeper.pid) else {
                throw BenchFailure("a process is gone")
            }
            let record = LaunchRecord(
                id: LaunchID(rawValue: RandomID.uuid()), mesh: mesh.mesh, name: "bench-\(index)",
                role: "bench", groups: [], agent: "sh", arguments: [], directory: "/",
                hostname: "bench", agentSession: nil, pid: process.pid,
                processStart: process.start, startedAt: now)
            let token = RandomID.make()
            try await client.register(record, token: token)
            launches.append(Launch(record: record, proof: LaunchProof(id: record.id, token: token)))
        }
        return launches
    }

    private var starter: RelayStarter {
        RelayStarter(executable: skein, environment: ["SKEIN_HOME": directory, "PATH": "/usr/bin:/bin"])
    }

    private var now: Moment { Moment(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

    // MARK: - Whole processes

    private func wholeProcesses(_ launches: [Launch]) async throws {
        let hook = directory + "/hook.json"
        try """
            {"session_id":"3f0c","hook_event_name":"PostToolUse","cwd":"/home/ana/payments",\
            "tool_name":"Bash","tool_input":{"command":"make"},"tool_response":{"stdout":"ok"}}
            """.write(toFile: hook, atomically: true, encoding: .utf8)
        let inside = Stopwatch(
            environment: [
                "SKEIN_HOME": directory, "SKEIN_LAUNCH": launches[0].proof.id.rawValue,
                "SKEIN_LAUNCH_TOKEN": launches[0].proof.token, "SKEIN_SOCKET": home.socketPath,
                "SKEIN_SPOOL": home.spoolPath,
            ])
        let person = Stopwatch(environment: ["SKEIN_HOME": directory])
        let runs = isQuick ? 31 : 201
        print("\nwhole processes, \(runs) of each in turn, ms:")
        let subjects: [(String, Stopwatch, [String])] = [
            ("true", person, ["/bin/true"]),
            ("node -e 0", person, ["/usr/bin/node", "-e", "0"]),
            ("skein peers", person, [skein, "peers"]),
            ("skein send", person, [skein, "send", "bench-1", "a line of text"]),
            ("skein hook", inside, ["/bin/sh", "-c", "exec \(skein) hook claude PostToolUse <\(hook)"]),
            ("sh -c true", inside, ["/bin/sh", "-c", "exec /bin/true <\(hook)"]),
        ].filter { access($0.2[0], X_OK) == 0 }
        var times = subjects.map { _ in [Double]() }
        for round in 0...runs {
            for (index, subject) in subjects.enumerated() {
                let time = try subject.1.wholeRun(subject.2)
                if round > 0 { times[index].append(time) }
            }
        }
        for (subject, all) in zip(subjects, times) {
            let sorted = all.sorted()
            print(
                String(
                    format: "  %@: p50 %.2f, p95 %.2f", subject.0, sorted[sorted.count / 2],
                    sorted[sorted.count * 95 / 100]))
        }
    }

    // MARK: - Messages

    private func messages(from sender: Launch, to recipient: Launch) async throws {
        let out = try await RelayClient.connect(home: home, starting: nil, as: sender.proof)
        let into = try await RelayClient.connect(home: home, starting: nil, as: recipient.proof)
        // What the measuring before left there.
        while case let batch = try await into.ask(TakeInbox(limit: 500)), !batch.messages.isEmpty {
            _ = try await into.ask(ConfirmShown(batch.messages.map(\.key)))
        }
        var accepted = Histogram()
        var shown = Histogram()
        let rounds = isQuick ? 200 : 2000
        for round in 0..<rounds {
            let begin = DispatchTime.now().uptimeNanoseconds
            let id = MessageID(at: now, random: RandomBytes.make(10))
            async let batch = into.ask(TakeInbox(limit: 1, seconds: 10))
            _ = try await out.ask(
                SendMessage(
                    id: id, to: recipient.record.name, "message \(round)", mesh: sender.record.mesh))
            accepted.record(DispatchTime.now().uptimeNanoseconds - begin)
            let taken = try await batch.messages
            shown.record(DispatchTime.now().uptimeNanoseconds - begin)
            guard taken.first?.key.id == id else { throw BenchFailure("message \(round) did not come") }
            _ = try await into.ask(ConfirmShown(taken.map(\.key)))
        }
        print(
            String(
                format: """

                    one message after another, launch to launch, %d: accepted p50 %.2f, p99 %.2f ms; \
                    in the other's hands p50 %.2f, p99 %.2f ms
                    """, rounds, accepted.quantile(0.5), accepted.quantile(0.99),
                shown.quantile(0.5), shown.quantile(0.99)))
    }

    private func enqueueing(by sender: Launch) async throws {
        let client = try await RelayClient.connect(home: home, starting: nil, as: sender.proof)
        let seconds = isQuick ? 1.0 : 5.0
        let end = Date().addingTimeInterval(seconds)
        let moment = now
        let later = moment.advanced(bySeconds: 86_400)
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    var count = 0
                    while Date() < end {
                        let id = MessageID(at: moment, random: RandomBytes.make(10))
                        _ = try await client.ask(
                            SendMessage(
                                id: id, to: "@all", "a line of text", mesh: sender.record.mesh,
                                notBefore: later))
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        print(String(format: "messages accepted, 16 at a time: %.0f/s", Double(count) / seconds))
    }

    // MARK: - Nothing to do

    private func idle() async throws {
        guard let pid = FileLock.note(at: home.relayLockPath)?.split(separator: "\n").first
            .flatMap({ Int32($0) })
        else { throw BenchFailure("no relay") }
        let seconds = isQuick ? 10.0 : 60.0
        let before = Self.cpuSeconds(pid)
        try await Task.sleep(for: .seconds(seconds))
        let used = Self.cpuSeconds(pid) - before
        let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        let memory = status.split(separator: "\n")
            .filter { $0.hasPrefix("VmRSS:") || $0.hasPrefix("RssAnon:") }
            .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
            .joined(separator: ", ")
        print(
            String(
                format: "a relay with 10 launches and nothing to do, %.0f s: %.0f ms of processor time (%.3f %%); %@",
                seconds, used * 1000, used / seconds * 100, memory))
    }

    /// proc(5), fields 14 and 15 of `stat`.
    private static func cpuSeconds(_ pid: Int32) -> Double {
        let stat = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        let fields = (stat.split(separator: ")").last ?? "").split(separator: " ").compactMap { Double($0) }
        guard fields.count > 11 else { return 0 }
        return (fields[10] + fields[11]) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}

/// A process that only is there, for a launch to be one.
private final class Sleeper {
    private let process = Process()

    init() throws {
        process.executableURL = URL(fileURLWithPath: "/bin/sleep")
        process.arguments = ["100000"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    var pid: Int32 { process.processIdentifier }

    // SIGKILL: another signal may be blocked in it, as it is in the thread that started it.
    func end() { kill(pid, SIGKILL) }
}
