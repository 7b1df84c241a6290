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
        subcommands: [Status.self, Stop.self, Run.self], defaultSubcommand: Status.self)

    struct Status: Verb {
        static let configuration = CommandConfiguration(
            abstract: "Say whether a relay runs, and how its meshes stand.")
        @OptionGroup var common: CommonOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let surroundings = try Surroundings()
            guard let relay = try await running(surroundings.home) else {
                if common.json {
                    Output.line(Envelope(command: "relay status", data: ["running": false]).line)
                } else {
                    Output.line("No relay runs. One starts by itself when it is needed.")
                }
                return .ok
            }
            let status = try await relay.status()
            if common.json {
                Output.line(Envelope(command: "relay status", data: Report(status)).line)
            } else {
                Output.line(Self.text(status))
            }
            return .ok
        }

        private static func text(_ status: RelayStatus) -> String {
            let port = status.brokerPort.map { ", broker on port \($0)" } ?? ""
            let launches = status.launches == 1 ? "1 launch" : "\(status.launches) launches"
            let first = "The relay runs as process \(status.pid): \(launches)\(port)."
            return ([first] + status.meshes.map { "  \(Output.shown($0.name)): \(words($0.link))" })
                .joined(separator: "\n")
        }

        private static func words(_ link: LinkState?) -> String {
            switch link {
            case nil: "not in use"
            case .connecting: "connecting"
            case .live: "live"
            case .retrying(let reason, _): "not reached, trying again (\(Output.shown(reason)))"
            case .refused(let reason): "refused (\(Output.shown(reason)))"
            }
        }

        private struct Report: Encodable {
            var running = true
            var pid: Int32
            var version: String
            var started_at_ms: Int64
            var broker_port: Int?
            var launches: Int
            var meshes: [[String: String]]

            init(_ status: RelayStatus) {
                pid = status.pid
                version = status.programVersion
                started_at_ms = status.startedAt.milliseconds
                broker_port = status.brokerPort
                launches = status.launches
                meshes = status.meshes.map {
                    ["id": $0.mesh.rawValue, "name": $0.name, "link": Status.words($0.link)]
                }
            }
        }
    }

    struct Stop: Verb {
        static let configuration = CommandConfiguration(
            abstract: "Stop the relay; its launches leave their meshes until one runs again.")
        @OptionGroup var common: CommonOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let surroundings = try Surroundings()
            if surroundings.environment["SKEIN_LAUNCH"] != nil {
                throw SkeinError(
                    .forbidden, "A launch may not stop the relay",
                    hint: "Stop it from a terminal of your own")
            }
            let relay = try await running(surroundings.home)
            try await relay?.stop()
            if common.json {
                Output.line(
                    Envelope(command: "relay stop", data: ["was_running": relay != nil]).line)
            } else {
                Output.line(relay == nil ? "No relay was running." : "The relay has stopped.")
            }
            return .ok
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

/// The relay that runs, or nil where none does. It starts none.
private func running(_ home: Home) async throws(SkeinError) -> RelayClient? {
    do {
        return try await RelayClient.connect(home: home, starting: nil)
    } catch {
        if error.code == .relayUnreachable { return nil }
        throw error
    }
}
