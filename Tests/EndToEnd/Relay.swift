import Foundation
import TestSupport

/// The background process of a place.
extension Place {
    /// The relay's process, or nil where none runs.
    func relayProcess() async throws -> pid_t? {
        let status = try await skein("relay", "status", "--json").json
        let data = status["data"] as? [String: any Sendable]
        return (data?["pid"] as? Int).map(pid_t.init)
    }

    /// Does something while the relay answers nobody.
    func withSilentRelay(_ body: () async throws -> Void) async throws {
        guard let relay = try await relayProcess() else {
            throw Command.Late(description: "no relay runs")
        }
        kill(relay, SIGSTOP)
        do {
            try await body()
        } catch {
            kill(relay, SIGCONT)
            throw error
        }
        kill(relay, SIGCONT)
    }

    func peerNames() async throws -> [String] {
        let command = try await skein("peers", "--json")
        let data = try command.json["data"] as? [String: any Sendable]
        let peers = data?["peers"] as? [[String: any Sendable]]
        return (peers ?? []).compactMap { $0["name"] as? String }
    }
}
