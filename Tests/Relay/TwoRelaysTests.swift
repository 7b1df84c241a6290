import Foundation
import Home
import MeshProtocol
import TestSupport
import Testing

@testable import Relay
@testable import RelayClient

@Suite("Two relays started at the same moment", .timeLimit(.minutes(10)))
struct TwoRelaysTests {
    /// `SKEIN_RELAY_RACES` in the environment makes it more: `make chaos` runs 200.
    static let rounds =
        ProcessInfo.processInfo.environment["SKEIN_RELAY_RACES"].flatMap { Int($0) } ?? 20

    @Test("one lives, listens and answers; the other says that it is not needed")
    func one() async throws {
        for round in 1...Self.rounds {
            try await RelayHarness.run { harness in
                try harness.home.prepare()
                let starters = [harness.starter(), harness.starter()]
                let outcomes = try await withThrowingTaskGroup(of: RelayStarter.Outcome.self) {
                    group in
                    for starter in starters {
                        group.addTask {
                            try starter.start(home: harness.home, until: .now + .seconds(30))
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(Set(outcomes) == [.ready, .another] && outcomes.count == 2, "\(round)")
                let client = try await RelayClient.connect(home: harness.home, starting: nil)
                #expect(try await client.status().pid == client.greeting.pid)
                #expect(harness.lockHolder == client.greeting.pid)
                #expect(mode(harness.home.socketPath) == 0o600)
            }
        }
    }
}
