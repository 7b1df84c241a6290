import CTestSupport
import Foundation

/// Figures a person would notice, beside what a person would compare with. Every pair is measured
/// in turn, A B A B, in one run; quote the ratio.
@main
struct Benchmarks {
    static func main() async {
        // Each line when it is known, into a pipe as well.
        support_write_lines()
        do {
            try await measure()
        } catch {
            print("\(error)")
            exit(1)
        }
    }

    private static func measure() async throws {
        guard CommandLine.arguments.count > 1 else {
            usage()
        }
        let skein = CommandLine.arguments[1]
        let rest = Array(CommandLine.arguments.dropFirst(2))
        if rest.first == "relay" {
            return try await RelayBench(skein: skein, isQuick: rest.contains("--quick")).run()
        }
        if rest.first == "broker" {
            guard let broker = BrokerBench(skein: skein, arguments: rest) else { usage() }
            return try broker.run()
        }
        if rest == ["dashboard"] { return DashboardBench().run() }
        if rest.first == "history" {
            return try await HistoryBench(seconds: rest.contains("--quick") ? 10 : 60).run()
        }
        try Benchmarks(skein: skein).run()
        try await RelayBench(skein: skein, isQuick: false).run()
        DashboardBench().run()
        try await HistoryBench(seconds: 60).run()
        if let broker = BrokerBench(skein: skein, arguments: []) { try broker.run() }
    }

    private static func usage() -> Never {
        let parts = BrokerBench.parts.joined(separator: "|")
        print("usage: Benchmarks PATH-OF-SKEIN [dashboard | history [--quick] | relay [--quick] | broker [--only \(parts)] [--quick]]")
        exit(3)
    }

    private let skein: String
    private let home: String
    private let watch: Stopwatch
    private let runs = 31

    init(skein: String) {
        self.skein = skein
        home = FileManager.default.temporaryDirectory.appendingPathComponent("skein-bench-\(getpid())").path
        watch = Stopwatch(environment: ["SKEIN_HOME": home])
    }

    func run() throws {
        defer {
            _ = try? watch.wholeRun([skein, "relay", "stop"])
            try? FileManager.default.removeItem(atPath: home)
        }
        // A home as a second run finds it: a mesh, a relay.
        _ = try watch.wholeRun([
            skein, "launch", "--non-interactive", "--account", "local", "--new-mesh", "bench", "--name",
            "dev-1", "--role", "reviewer", "--agent", "true",
        ])
        print("runs of each: \(runs); medians; lower is better\n")
        try pair(
            "first frame of the wizard, its rows on the screen", [skein],
            "dialog --msgbox", ["dialog", "--msgbox", "hello", "8", "40"], a: "Directory", b: "hello")
        try pair("first frame of the wizard", [skein], "node -e 0", ["node", "-e", "0"], a: "Directory", b: nil)
        try pair("skein --version", [skein, "--version"], "true", ["true"], a: nil, b: nil)
        let idle = try watch.idle([skein, "dashboard"], after: "bench", seconds: 10)
        print("idle dashboard, 10 s: \(idle.bytes) bytes to the terminal, \(Int(idle.cpu * 1000)) ms of processor time")
        let size = try FileManager.default.attributesOfItem(atPath: skein)[.size] as? Int ?? 0
        print(String(format: "binary: %.1f MB", Double(size) / 1e6))
    }

    /// With a text, the time until it is on the screen; without, the time of the whole run.
    private func pair(
        _ name: String, _ command: [String], _ other: String, _ otherCommand: [String], a: String?, b: String?
    ) throws {
        guard let second = Self.found(otherCommand) else {
            print("\(name): no \(otherCommand[0]) here to compare with")
            return
        }
        var ours: [Double] = []
        var theirs: [Double] = []
        for round in 0...runs {
            let first = try time(command, a)
            let beside = try time(second, b)
            // The first of each warms the caches.
            if round > 0 {
                ours.append(first)
                theirs.append(beside)
            }
        }
        let ratios = zip(ours, theirs).map { $0 / $1 }
        print(
            String(
                format: "%@: %.1f ms (p95 %.1f); %@: %.1f ms; ratio %.2f", name, median(ours),
                percentile(ours, 0.95), other, median(theirs), median(ratios)))
    }

    private func time(_ command: [String], _ text: String?) throws -> Double {
        try text.map { try watch.untilShown($0, by: command) } ?? watch.wholeRun(command)
    }

    private static func found(_ command: [String]) -> [String]? {
        ["/usr/local/bin/", "/usr/bin/", "/bin/", "/opt/homebrew/bin/"].map { $0 + command[0] }
            .first { access($0, X_OK) == 0 }.map { [$0] + command.dropFirst() }
    }

    private func median(_ values: [Double]) -> Double { percentile(values, 0.5) }

    private func percentile(_ values: [Double], _ share: Double) -> Double {
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
}
