import CTestSupport
import Foundation

/// `Benchmarks PATH-OF-SKEIN broker [--only delivery|fan-out|connections|start] [--quick]`: the
/// broker, from outside, as its clients have it.
struct BrokerBench {
    static let parts = ["delivery", "fan-out", "connections", "start"]

    let skein: String
    let only: String?
    let isQuick: Bool

    /// Nil where that is no part of it.
    init?(skein: String, arguments: [String]) {
        self.skein = URL(fileURLWithPath: skein).path
        isQuick = arguments.contains("--quick")
        only = arguments.firstIndex(of: "--only").flatMap {
            arguments.indices.contains($0 + 1) ? arguments[$0 + 1] : ""
        }
        if let only, !Self.parts.contains(only) { return nil }
    }

    func run() throws {
        try raiseOpenFiles()
        // Beside the program: the disk that is measured is the one it was built on.
        let directory = URL(fileURLWithPath: skein).resolvingSymlinksInPath()
            .deletingLastPathComponent().path + "/bench-\(getpid())"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let interrupt = Self.onInterrupt {
            ServerProcess.killAll()
            try? FileManager.default.removeItem(atPath: directory)
        }
        defer { interrupt.cancel() }
        try refuseMemory(directory)
        let load = LoadLoop()
        defer { load.shutDown() }
        let delivery = DeliveryBench(
            skein: skein, directory: directory, load: load, isQuick: isQuick)
        let presence = PresenceBench(
            skein: skein, directory: directory, load: load, isQuick: isQuick)
        var failures = 0
        for part in Self.parts where only == nil || only == part {
            do {
                switch part {
                case "delivery": try delivery.run()
                case "fan-out": try presence.fanOut()
                case "connections": try presence.connections()
                default: try presence.start()
                }
            } catch {
                failures += 1
                print("\n\(part) was not measured: \(error)")
            }
        }
        if failures > 0 { throw BenchFailure("\(failures) parts were not measured") }
    }

    /// Thousands of sockets, here and in the broker, which inherits this.
    private func raiseOpenFiles() throws {
        #if os(Linux)
            let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let files = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        getrlimit(files, &limit)
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, 16_384))
        setrlimit(files, &limit)
        guard limit.rlim_cur >= 6000 else {
            throw BenchFailure("no more than \(limit.rlim_cur) files may be open: ulimit -Hn")
        }
    }

    /// ^C leaves no servers behind.
    private static func onInterrupt(
        _ work: @escaping @Sendable () -> Void
    ) -> any DispatchSourceSignal {
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler {
            work()
            exit(130)
        }
        source.resume()
        return source
    }

    /// Nothing is durable in a file system that is memory.
    private func refuseMemory(_ directory: String) throws {
        if support_is_in_memory(directory) != 0 {
            throw BenchFailure("\(directory) is in memory: nothing there is durable")
        }
    }
}
