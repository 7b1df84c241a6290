import ArgumentParser
import Home
import Mesh
import MeshProtocol
import Relay
import RelayClient

/// `skein relay`: the background process. It starts by itself.
struct RelayVerbs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relay", abstract: "Look at the background process, or stop it.",
        subcommands: [Status.self, Stop.self, Logs.self, Run.self], defaultSubcommand: Status.self)

    struct Status: Verb {
        static let configuration = CommandConfiguration(
            abstract: "Say whether a relay runs, and how its meshes stand.")
        static let takesWords = false
        @OptionGroup var common: CommonOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            guard let relay = try Desk().runningRelay() else {
                try Output.report("relay status", ["running": false], common) {
                    () throws(SkeinError) in
                    "No relay runs. One starts by itself when it is needed."
                }
                return .ok
            }
            let status = try await relay.status()
            try Output.report("relay status", Report(status), common) { () throws(SkeinError) in
                Self.text(status)
            }
            return .ok
        }

        static func text(_ status: RelayStatus) -> String {
            let port = status.brokerPort.map { ", broker on port \($0)" } ?? ""
            let launches = status.launches == 1 ? "1 launch" : "\(status.launches) launches"
            let first = "The relay runs as process \(status.pid): \(launches)\(port)."
            let refused = status.refused.map { launch in
                let mesh = status.meshes.first { $0.mesh == launch.mesh }?.name ?? "?"
                return Output.shown(
                    "✗ \(launch.name) on \(mesh) is absent: \(launch.reason)")
            }
            return ([first] + status.meshes.flatMap(HealthText.lines) + refused)
                .joined(separator: "\n")
        }

        private struct Report: Encodable {
            var running = true
            var pid: Int32
            var version: String
            var started_at_ms: Int64
            @Nullable var broker_port: Int?
            var launches: Int
            var meshes: [HealthRow]
            var refused: [RefusedRow]

            init(_ status: RelayStatus) {
                pid = status.pid
                version = status.programVersion
                started_at_ms = status.startedAt.milliseconds
                broker_port = status.brokerPort
                launches = status.launches
                meshes = status.meshes.map(HealthRow.init)
                refused = status.refused.map(RefusedRow.init)
            }
        }
    }

    struct Stop: Verb {
        static let configuration = CommandConfiguration(
            abstract: "Stop the relay; its launches leave their meshes until one runs again.")
        @OptionGroup var common: CommonOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let desk = try Desk()
            try desk.refuseLaunch("stop the relay")
            let relay = try desk.runningRelay()
            try await relay?.stop()
            try Output.report("relay stop", ["was_running": relay != nil], common) {
                () throws(SkeinError) in
                relay == nil ? "No relay was running." : "The relay has stopped."
            }
            return .ok
        }
    }

    struct Logs: Verb {
        static let configuration = CommandConfiguration(
            abstract: "Print the end of the relay's log; no message and no key is in it.")
        static let takesWords = false
        @Option(name: .long, help: "How many lines.")
        var lines = 50
        @Flag(name: .shortAndLong, help: "Go on printing what is added.")
        var follow = false
        @OptionGroup var common: CommonOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            guard (0...100_000).contains(lines) else {
                throw SkeinError(
                    .arguments, "--lines \(lines) is out of range",
                    hint: "Give a number from 0 to 100000")
            }
            guard !(follow && common.wantsJSON) else {
                throw SkeinError(
                    .arguments, "--follow prints no end, so it cannot be one object",
                    hint: "Leave --json out")
            }
            var log = LogTail(path: try Desk().home.relayLogPath)
            let last = try log.last(lines)
            let report = Report(path: log.path, lines: last)
            if common.wantsJSON || !last.isEmpty || !follow {
                try Output.report("relay logs", report, common) { () throws(SkeinError) in
                    last.isEmpty
                        ? Output.shown("There is no log at \(log.path) yet.")
                        : last.map(Output.shown).joined(separator: "\n")
                }
            }
            while follow {
                for line in try log.added() { try Output.put(Output.shown(line)) }
                // A log tells nobody that it has grown; four looks a second cost nothing to see.
                try? await Task.sleep(for: .milliseconds(250))
            }
            return .ok
        }

        private struct Report: Encodable {
            var path: String
            var lines: [String]
        }
    }

    /// What `RelayStarter` starts; nobody types it.
    struct Run: Verb {
        static let configuration = CommandConfiguration(
            abstract: "Be the relay.", shouldDisplay: false)
        @Option(name: .customLong("ready-fd"))
        var readyDescriptor: Int32?

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            _ = try await RelayProcess.run(
                home: try Surroundings().home, readyFD: readyDescriptor)
            return .ok
        }
    }
}
