import Foundation
import TestSupport
import Testing

@Suite("Two agents that answer each other without an end")
struct LoopBrakeTests {
    @Test("are stopped at the cap and told; a person's message lets them go on")
    func politeness() async throws {
        try await TwoHomes.with { world in
            let dev = try await RunningLaunch.start(world.ana, "dev")
            let ops = try await RunningLaunch.start(world.bob, "ops")
            try await dev.sees("ops")
            try await ops.sees("dev")
            try await dev.send("ops", "Thanks!")
            let (answers, stopped) = try await Self.exchange(between: [ops, dev])
            #expect((6...9).contains(answers), "\(answers)")
            let (refused, other) = stopped
            #expect(refused.status != 0 && refused.errors.contains("without a person"))
            // The other end is told, by nobody's agent.
            let word = try await other.letter()
            #expect(word.author == "relay" && word.text.contains("stopped"), "\(word)")

            // A person may write all the while.
            try await world.ana.send("ops", "Go on, please")
            #expect(try await ops.letter().author == "person")
            try await ops.send("dev", "As you wish")
            #expect(try await dev.letter().text == "As you wish")
        }
    }

    /// Each answers what it reads. How many answers went, and what the one who was stopped heard,
    /// with who the other is.
    static func exchange(
        between launches: [RunningLaunch]
    ) async throws -> (Int, (Command, RunningLaunch)) {
        var sent = 0
        while sent < 40 {
            let (own, other) = (launches[sent % 2], launches[(sent + 1) % 2])
            let letter = try await own.letter()
            let command = try await own.call(["send", letter.fromKey, "No, thank you!"])
            guard command.status == 0 else { return (sent, (command, other)) }
            sent += 1
        }
        throw Command.Late(description: "nobody stopped them")
    }
}
