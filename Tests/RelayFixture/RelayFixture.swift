import Demo
import Foundation
import Home
import Mesh
import MeshProtocol
import Relay

/// The program that tests start as a relay: what `skein relay run` and the demo's relay are,
/// without the rest of `skein`.
@main
struct RelayFixture {
    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        func value(_ flag: String) -> String? {
            guard let at = arguments.firstIndex(of: flag) else { return nil }
            return arguments[(at + 1)...].first
        }
        do throws(SkeinError) {
            let home = try Home.locate(environment: ProcessInfo.processInfo.environment)
            let readyFD = value("--ready-fd").flatMap { Int32($0) }
            if arguments.first == "demo-parent" {
                try await holdDemo()
            } else if arguments.first == "demo",
                let parent = value("--parent-fd").flatMap({ Int32($0) })
            {
                try await DemoRelay.run(
                    home: home, directory: value("--directory") ?? "/", readyFD: readyFD,
                    parentFD: parent)
            } else {
                var options = RelayOptions()
                if let idle = value("--idle").flatMap({ Int($0) }) {
                    options.idleLimit = .milliseconds(idle)
                }
                if let period = value("--wake-period").flatMap({ Int($0) }) {
                    options.wakePeriod = .milliseconds(period)
                }
                options.keepsHistory = !arguments.contains("--no-history")
                if let version = value("--program-version") { options.programVersion = version }
                let outcome = try await RelayProcess.run(
                    home: home, readyFD: readyFD, options: options, now: clock(value("--clock")))
                exit(outcome == .another ? 42 : 0)
            }
        } catch {
            exit(error.exit.rawValue)
        }
        exit(0)
    }

    /// The system's clock, and what a file says that it is wrong by, in milliseconds.
    private static func clock(_ path: String?) -> @Sendable () -> Moment {
        guard let path else { return { RelayProcess.systemNow() } }
        return {
            let text = try? String(contentsOfFile: path, encoding: .utf8)
            let offset = text.flatMap { Int64($0) } ?? 0
            return RelayProcess.systemNow().advanced(byMilliseconds: offset)
        }
    }

    /// Starts a demo, says its relay's pid, and does nothing until it is killed.
    private static func holdDemo() async throws(SkeinError) {
        let environment = ProcessInfo.processInfo.environment
        let demo = try await DemoHome.make(environment: environment).start(
            executable: Bundle.main.executablePath ?? "", arguments: ["demo"],
            environment: environment)
        try? FileHandle.standardOutput.write(
            contentsOf: Data("\(demo.client.greeting.pid)\n".utf8))
        while true { pause() }
    }
}
