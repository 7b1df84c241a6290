import Foundation
import Home
import Mesh
import MeshProtocol
import RelayClient

/// The background process, and what it knows of the meshes.
extension Doctor {
    /// Also answers the relay, where one runs and speaks as we do.
    func relay() async -> (checks: [DoctorCheck], running: RelayClient?) {
        do throws(SkeinError) {
            let relay = try await RelayClient.connect(
                home: home, starting: nil, as: launch, limit: .seconds(5))
            let version = relay.greeting.programVersion
            if version == SkeinVersion.current {
                return ([.fine("relay", "runs as process \(relay.greeting.pid)")], relay)
            }
            let check = DoctorCheck.warning(
                "relay", "is of Skein \(version), this is \(SkeinVersion.current)",
                next: "skein relay stop; the next one is of this version")
            guard fixes, !isInLaunch, (try? await relay.stop()) != nil else {
                return ([check], relay)
            }
            return ([check.fixed()], nil)
        } catch {
            return ([await without(error)], nil)
        }
    }

    private func without(_ error: SkeinError) async -> DoctorCheck {
        guard error.code == .relayUnreachable else {
            return .broken("relay", error.message, next: error.hint ?? "skein relay stop")
        }
        guard exists(home.relayLockPath) else {
            return .fine("relay", "none runs; one starts by itself when it is needed")
        }
        // Whoever holds the lock has a relay's place and does not answer.
        guard let lock = try? FileLock.acquire(home.relayLockPath) else {
            let pid = FileLock.note(at: home.relayLockPath)?.split(separator: "\n").first ?? "?"
            return .broken(
                "relay", "process \(pid) has the relay's place and does not answer",
                next: "kill \(pid), then try again; its log is \(home.relayLogPath)")
        }
        defer { withExtendedLifetime(lock) {} }
        guard exists(home.socketPath) else {
            return .fine("relay", "none runs; one starts by itself when it is needed")
        }
        // Nobody can start one while the lock is ours.
        if fixes { unlink(home.socketPath) }
        let check = DoctorCheck.warning(
            "relay", "none runs, and one that ended has left its socket", next: "skein doctor --fix")
        return exists(home.socketPath) ? check : check.fixed()
    }

    func meshes(_ relay: RelayClient?) async -> [DoctorCheck] {
        guard let relay else { return [] }
        do throws(SkeinError) {
            return Self.meshes(try await relay.ask(AskStatus(), limit: .seconds(5)).meshes)
        } catch {
            return [.broken("relay", error.message, next: "See its log: skein relay logs")]
        }
    }

    static func meshes(_ meshes: [MeshHealth]) -> [DoctorCheck] {
        meshes.flatMap { health -> [DoctorCheck] in
            let name = "mesh \(health.name)"
            var checks: [DoctorCheck] = []
            switch health.link {
            case nil: checks.append(.fine(name, "not in use now"))
            case .live: checks.append(.fine(name, "its broker answers"))
            case .connecting:
                checks.append(
                    .warning(name, "its broker is not reached yet", next: "Look again in a moment"))
            case .retrying(let reason, _):
                checks.append(
                    .warning(
                        name, "its broker is not reached: \(reason)",
                        next: "Check the network; it is tried again by itself"))
            case .refused(let reason):
                checks.append(refused(name, reason))
            }
            if health.mail.dead > 0 || health.mail.droppedEvents > 0 {
                checks.append(
                    .warning(
                        name, "\(health.mail.dead) messages were given up",
                        next: "See them: skein queue --mesh \(health.name)"))
            }
            return checks
        }
    }

    private static func refused(_ name: String, _ reason: String) -> DoctorCheck {
        // What a broker says to a hello whose time is more than a minute off its own.
        if reason.contains("timestamp_skew") {
            return .broken(
                "clock", "this machine's clock is more than a minute off its broker's (\(name))",
                next: "Set the clock, by NTP where you can")
        }
        return .broken(name, "its broker refuses this member: \(reason)", next: "Ask its owner")
    }

    /// Inside a launch: whether the relay takes us for it.
    func proof(_ relay: RelayClient?) async -> [DoctorCheck] {
        guard isInLaunch else { return [] }
        guard launch != nil else {
            return [
                .broken(
                    "launch", "this launch has no token in its environment",
                    next: "Start the launch again with skein")
            ]
        }
        guard let relay else { return [] }
        do throws(SkeinError) {
            let speaker = try await relay.ask(WhoAmI(), limit: .seconds(5))
            return speaker.launch == nil
                ? [
                    .broken(
                        "launch", "the relay does not know this launch",
                        next: "Start the launch again with skein")
                ] : [.fine("launch", "the relay knows this launch")]
        } catch {
            return [.broken("launch", error.message, next: error.hint ?? "Start it again")]
        }
    }
}
