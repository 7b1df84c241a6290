import TestSupport
import Testing

/// A short storm; `make chaos` makes a long one.
@Suite("Everything is killed while messages go their way", .timeLimit(.minutes(3)))
struct ChaosTests {
    @Test("what was accepted is shown, once")
    func storm() async throws {
        try await Place.with { place in
            let storm = try await Command.run(
                Products.path(of: "Chaos"), [Command.path, "--messages", "60", "--seed", "7"],
                environment: place.environment, directory: place.work, within: .seconds(150))
            #expect(storm.status == 0, "\(storm)")
            #expect(storm.output.contains("seed 7, 60 messages\n"), "\(storm)")
            #expect(storm.output.hasSuffix("good\n"), "\(storm)")
        }
    }
}
