import Foundation
import TestSupport

/// Everything is killed at random while messages go their way, and in the end each that was
/// accepted has been shown, or is reported dead.
///
///     Chaos <skein> [--messages N] [--seed N] [--verbose]
@main
struct ChaosMain {
    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        let words = Array(CommandLine.arguments.dropFirst())
        func number(_ flag: String) -> UInt64? {
            guard let at = words.firstIndex(of: flag), at + 1 < words.count else { return nil }
            return UInt64(words[at + 1])
        }
        guard let skein = words.first, !skein.hasPrefix("-") else {
            say("usage: Chaos <skein> [--messages N] [--seed N] [--verbose]")
            exit(3)
        }
        let seed = number("--seed") ?? UInt64.random(in: 1...UInt64(UInt32.max))
        let messages = Int(number("--messages") ?? 300)
        say("seed \(seed), \(messages) messages")
        do {
            let world = try await ChaosWorld.make(skein: skein)
            let stops = stopping(world)
            var storm = Storm(
                world: world, seed: seed, messages: messages,
                isVerbose: words.contains("--verbose"))
            let verdict = await storm.run()
            for stop in stops { stop.cancel() }
            world.leave(keeping: !verdict.isGood)
            say(verdict.text)
            exit(verdict.isGood ? 0 : 1)
        } catch {
            say("the world could not be made: \(error)")
            exit(2)
        }
    }

    /// Whoever ends the storm early is left no processes.
    private static func stopping(_ world: ChaosWorld) -> [any DispatchSourceSignal] {
        [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                world.leave(keeping: true)
                exit(128 + number)
            }
            source.activate()
            return source
        }
    }
}

/// A line that is there when the program is killed.
func say(_ line: String) {
    try? FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
}
