import Database
import Foundation
import Mesh
import MeshProtocol

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What keeping what happens costs the relay: 10,000 peers of which 100 a second change, told as a
/// broker tells them, every 16 ms. Nothing else is done in this process meanwhile.
struct HistoryBench {
    private static let mesh = MeshID(rawValue: "bench")
    private static let start = Moment(milliseconds: 1_767_009_600_000)
    private static let peers = 10_000
    private static let changes = 100
    private static let milliseconds: UInt64 = 16

    let seconds: Int

    func run() async throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("skein-history-\(getpid())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.appendingPathComponent("history.sqlite").path
        let store = HistoryStore(path: path, hooks: HistoryStore.Hooks(clean: { $0 }))
        let began = nanoseconds()
        store.record(.link(.live), of: Self.mesh, at: Self.start)
        store.record(
            .snapshot((0..<Self.peers).map { Self.peer($0, "0") }), of: Self.mesh, at: Self.start)
        await store.flushed()
        let first = Double(nanoseconds() - began) / 1e6
        try await paced(store, first)
        try await asked(store)
        store.close()
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        print(String(format: "  the file: %.1f MiB", Double(size) / 1_048_576))
    }

    private func paced(_ store: HistoryStore, _ first: Double) async throws {
        let (cpu, written) = (Self.processorTime, Self.bytesWritten)
        let begin = nanoseconds()
        var (told, calls) = (0, Histogram())
        for tick in 1...(UInt64(seconds) * 1000 / Self.milliseconds) {
            let due = begin + tick * Self.milliseconds * 1_000_000
            let wait = Int64(due) - Int64(nanoseconds())
            if wait > 0 { try await Task.sleep(for: .nanoseconds(wait)) }
            let wanted = Int(tick * Self.milliseconds) * Self.changes / 1000
            let changed = (told..<wanted).map {
                Self.peer($0 * 7919 % Self.peers, "change \($0)")
            }
            told = wanted
            let moment = Self.start.advanced(byMilliseconds: Int64(tick * Self.milliseconds))
            let before = nanoseconds()
            store.record(.changed(PeerChanges(updated: changed)), of: Self.mesh, at: moment)
            calls.record(nanoseconds() - before)
        }
        await store.flushed()
        let share = (Self.processorTime - cpu) / Double(seconds)
        print(
            String(
                format: "\nHistory of %d peers, %d changes a second for %d s: %.2f %% of a core, "
                    + "%.0f bytes written a change; telling it one takes %.1f µs (p50), %.1f µs (p99); "
                    + "everybody at first %.0f ms",
                Self.peers, Self.changes, seconds, share * 100,
                Double(Self.bytesWritten - written) / Double(max(1, told)),
                calls.quantile(0.5) * 1000, calls.quantile(0.99) * 1000, first))
    }

    private func asked(_ store: HistoryStore) async throws {
        var (back, forth) = (Histogram(), Histogram())
        let begin = nanoseconds()
        var past = try await store.past(AskPast(mesh: Self.mesh, .at(Moment(milliseconds: .max))), at: Self.start)
        let first = Double(nanoseconds() - begin) / 1e6
        for step in 0..<40 {
            guard let number = past?.number else { break }
            let before = nanoseconds()
            let place: AskPast.Place = step < 20 ? .before(number) : .after(number)
            past = try await store.past(AskPast(mesh: Self.mesh, place), at: Self.start)
            if step < 20 {
                back.record(nanoseconds() - before)
            } else {
                forth.record(nanoseconds() - before)
            }
        }
        print(
            String(
                format: "  the last past %.0f ms; a step back %.0f ms (p50), a step on %.0f ms (p50)",
                first, back.quantile(0.5), forth.quantile(0.5)))
    }

    private static func peer(_ number: Int, _ summary: String) -> Peer {
        Peer(
            id: String(repeating: "a", count: 56) + String(10_000_000 + number),
            memberKey: String(repeating: "b", count: 64), name: "worker-\(number)",
            status: .working, statusSource: .hook, statusSince: start, summary: summary,
            role: "backend", groups: [GroupMembership(name: "team-\(number % 20)")],
            sessionID: "session-\(number)", connectedAt: start, cwd: "/srv/src/project-\(number % 50)",
            hostname: "host-\(number % 200)", agent: "claude", model: "opus", peerType: "ai",
            speaksSkein: true)
    }

    /// Of this process, in seconds.
    private static var processorTime: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// To any file, by this process; 0 where the system does not say.
    private static var bytesWritten: Int {
        let text = (try? String(contentsOfFile: "/proc/self/io", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("wchar:") }
        return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }
}
