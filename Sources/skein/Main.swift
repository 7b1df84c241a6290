import ArgumentParser
import Hook
import MeshProtocol
import Terminal

/// Where the program starts, and the one place where it ends.
@main
enum Main {
    @MainActor static func main() async {
        // Before anything is touched that takes time: an agent waits for it at every tool.
        HookProgram.runIfAsked()
        // Before anything can go wrong: a crash says so at once and asks no questions.
        Terminal.catchCrashes()
        Process.end(with: await run(Array(CommandLine.arguments.dropFirst())))
    }

    @MainActor private static func run(_ words: [String]) async -> MeshProtocol.ExitCode {
        // What is typed twenty times a day has nothing to be parsed.
        if words.isEmpty {
            return await Output.reporting(json: false) { () async throws(SkeinError) in
                try await LaunchRun.perform(LaunchRequest())
            }
        }
        let wantsJSON = CommandWords.wantJSON(words)
        if let unknown = Skein.unknownVerb(words) {
            Output.tell(unknown, json: wantsJSON)
            return unknown.exit
        }
        do {
            var command: any ParsableCommand = try Skein.verb(words)
            guard let verb = command as? any Verb else {
                // Help is a command of the parser's own.
                try command.run()
                return .ok
            }
            return await Output.reporting(json: wantsJSON) { () async throws(SkeinError) in
                try await verb.perform()
            }
        } catch {
            return refusal(error, json: wantsJSON)
        }
    }

    /// What the argument parser has to say: help and the version are no failures.
    private static func refusal(_ error: any Error, json: Bool) -> MeshProtocol.ExitCode {
        if Skein.exitCode(for: error) == .success {
            Output.line(Skein.fullMessage(for: error))
            return .ok
        }
        let failure = SkeinError(
            .arguments, Skein.message(for: error), hint: "See skein --help")
        if json {
            Output.line(FailureEnvelope(failure).line)
        } else {
            Output.complain(Skein.fullMessage(for: error))
        }
        return failure.exit
    }
}

/// A command of Skein's: it does its work and says with which code the program ends.
protocol Verb: ParsableCommand {
    /// It takes words beside its flags; one that takes none reads `--json a,b` as fields.
    static var takesWords: Bool { get }
    @MainActor func perform() async throws(SkeinError) -> MeshProtocol.ExitCode
}

extension Verb {
    static var takesWords: Bool { true }
}
