import Connection
import Database
import Invites
import MeshProtocol
import Session

/// Carries out what coming in by an invite needs done in the wizard, and tells it what came of it.
@MainActor
final class WizardJoining {
    private let surroundings: Surroundings
    private let database: MachineDatabase
    private let tell: @MainActor (InviteAction) -> Void
    private var task: Task<Void, Never>?
    /// What was looked at last.
    private var invite: VerifiedInvite?

    init(
        _ surroundings: Surroundings, _ database: MachineDatabase,
        tell: @escaping @MainActor (InviteAction) -> Void
    ) {
        self.surroundings = surroundings
        self.database = database
        self.tell = tell
    }

    private var joining: Joining {
        Joining(
            home: surroundings.home, database: database,
            network: NetworkSettings(environment: surroundings.environment),
            now: { Surroundings.now })
    }

    func perform(_ effect: InviteEffect) {
        switch effect {
        case .look(let text, let number):
            run(number) { [self] () async throws(SkeinError) in
                let found = try await joining.look(at: text)
                invite = found
                return .found(found.card, number: number)
            }
        case .claim(let name, let number):
            run(number) { [self] () async throws(SkeinError) in
                guard let invite else { throw SkeinError(.cancelled, "The invite was left") }
                return try await claim(invite, as: name, number)
            }
        case .tick(let number):
            Task { @MainActor [weak self] in
                try? await Task.sleep(for: .seconds(1))
                self?.tell(.tick(number: number))
            }
        case .cancel:
            task?.cancel()
            task = nil
        }
    }

    private func claim(
        _ invite: VerifiedInvite, as name: String, _ number: Int
    ) async throws(SkeinError) -> InviteAction {
        let desk = try Desk()
        try await desk.checkIsPerson("join a mesh")
        let outcome = try await joining.join(invite, as: try SessionState.name(name, of: "name"))
        // What was done stays done where the relay cannot be told: it reads the store when it
        // starts.
        try? await desk.runningRelay()?.refresh()
        let record = try database.record(directory: Process.currentDirectory)
        return .joined(outcome.membership.mesh, record, number: number)
    }

    private func run(
        _ number: Int, _ work: @escaping @MainActor () async throws(SkeinError) -> InviteAction
    ) {
        task?.cancel()
        task = Task { @MainActor [weak self] in
            do throws(SkeinError) {
                let action = try await work()
                self?.tell(action)
            } catch {
                if !Task.isCancelled { self?.tell(.failed(error, number: number)) }
            }
        }
    }
}
