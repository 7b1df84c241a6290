import Mesh
import MeshProtocol

/// Carries one sign-in out: asks, waits, and tells how it goes.
public struct SignInRun: Sendable {
    /// What a sign-in needs of time; a test has its own.
    public struct Time: Sendable {
        /// Seconds by a clock that never goes back, and runs on while the machine sleeps.
        public var now: @Sendable () -> Double
        /// Throws where the task is cancelled.
        public var wait: @Sendable (Double) async throws -> Void

        public init(
            now: @escaping @Sendable () -> Double,
            wait: @escaping @Sendable (Double) async throws -> Void
        ) {
            self.now = now
            self.wait = wait
        }

        public static let real = Time(
            now: { ContinuousClock.now.seconds },
            wait: { try await Task.sleep(for: .seconds($0), clock: .continuous) })
    }

    private let server: AccountServer
    private let device: String
    private let system: String
    private let time: Time

    public init(_ server: AccountServer, device: String, system: String, time: Time = .real) {
        self.server = server
        self.device = device
        self.system = system
        self.time = time
    }

    /// Answers when somebody has approved. `shown` is told the code as soon as there is one, with
    /// the seconds it holds. A task that is cancelled ends with `E_CANCELLED`.
    public func grant(
        shown: @Sendable (DeviceCode) async -> Void
    ) async throws(SkeinError) -> SignInGrant {
        var signIn = DeviceSignIn(server.address)
        var next = DeviceSignIn.first
        while true {
            if Task.isCancelled { throw Self.cancelled }
            let event: DeviceSignIn.Event
            switch next {
            case .finish(let grant): return grant
            case .fail(let error): throw error
            case .askForCode:
                event = await code()
                if case .code(let code) = event { await shown(code) }
            case .ask(let code): event = await answer(code)
            case .wait(let seconds):
                do {
                    try await time.wait(seconds)
                } catch {
                    throw Self.cancelled
                }
                event = .waited
            }
            next = signIn.take(event, at: time.now())
        }
    }

    private func code() async -> DeviceSignIn.Event {
        do throws(AccountFault) {
            return .code(try await server.deviceCode(device: device, system: system))
        } catch {
            return .fault(error)
        }
    }

    private func answer(_ code: DeviceCode) async -> DeviceSignIn.Event {
        do throws(AccountFault) {
            return .granted(try await server.grant(for: code))
        } catch {
            return .fault(error)
        }
    }

    private static let cancelled = SkeinError(.cancelled, "the sign-in was left")
}

extension ContinuousClock.Instant {
    /// Since this program first looked.
    fileprivate var seconds: Double { Self.began.duration(to: self) / .seconds(1) }
    private static let began = ContinuousClock.now
}
