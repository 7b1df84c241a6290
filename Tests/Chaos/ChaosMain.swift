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
            print("usage: Chaos <skein> [--messages N] [--seed N] [--verbose]")
            exit(3)
        }
        let seed = number("--seed") ?? UInt64.random(in: 1...UInt64(UInt32.max))
        let messages = Int(number("--messages") ?? 300)
        print("seed \(seed), \(messages) messages")
        do {
            let world = try await ChaosWorld.make(skein: skein)
            var storm = Storm(
                world: world, seed: seed, messages: messages,
                isVerbose: words.contains("--verbose"))
            let verdict = await storm.run()
            await world.leave(keeping: !verdict.isGood)
            print(verdict.text)
            exit(verdict.isGood ? 0 : 1)
        } catch {
            print("the world could not be made: \(error)")
            exit(2)
        }
    }
}
