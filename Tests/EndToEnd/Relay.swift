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

extension Place {
    /// Every relay that runs for this home, found by its environment.
    var relays: [pid_t] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.compactMap { pid_t($0) }.filter { process in
            guard let words = FileManager.default.contents(atPath: "/proc/\(process)/cmdline"),
                let variables = FileManager.default.contents(atPath: "/proc/\(process)/environ")
            else { return false }
            return String(decoding: words, as: UTF8.self).contains("relay\0")
                && String(decoding: variables, as: UTF8.self).contains("SKEIN_HOME=\(home)\0")
        }
    }
}

/// Waits for something that nobody tells of, looking again and again.
func eventually(
    _ what: String, within limit: Duration = .seconds(20), _ isSo: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while try await !isSo() {
        guard ContinuousClock.now < end else {
            throw Command.Late(description: "Waited in vain for \(what)")
        }
        await Turn.pass()
    }
}
