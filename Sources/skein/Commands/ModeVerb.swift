import ArgumentParser
import Mesh
import MeshProtocol
import RelayClient

/// `skein mode`: how a launch wants its mail.
struct ModeVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "mode", abstract: "Say or set how a launch wants its mail.",
        discussion: """
            push puts it before the agent, inbox keeps it for skein inbox, off takes none. With \
            push, --policy says when: open at any time, quiet between turns, focus only what is now.
            """)

    @Argument(help: "push, inbox or off.")
    var mode: String?
    @Option(name: .long, help: "open, quiet or focus.")
    var policy: String?
    @Option(name: .long, help: "Another launch, by its id.")
    var launch: String?
    @OptionGroup var common: CommonOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let wanted = try mode.map { word throws(SkeinError) in
            guard let mode = MessageMode(rawValue: word) else {
                throw SkeinError(
                    .arguments, "The mode \(word) is not known", hint: "Use push, inbox or off")
            }
            return mode
        }
        let policy = try policy.map { word throws(SkeinError) in
            guard let policy = ReceiverPolicy(rawValue: word) else {
                throw SkeinError(
                    .arguments, "--policy \(word) is not known",
                    hint: "Use --policy open, quiet or focus")
            }
            return policy
        }
        let desk = try Desk()
        if launch == nil { try desk.refusePerson("mode of your own") }
        let now = try await desk.relay().ask(
            SetMailMode(
                mode: wanted, policy: policy, launch: launch.map { LaunchID(rawValue: $0) }))
        let report = ["mode": now.mode.rawValue, "policy": now.policy.rawValue]
        try Output.report("mode", report, common) { () throws(SkeinError) in
            "Mail: \(now.mode.rawValue), \(now.policy.rawValue)."
        }
        return .ok
    }
}
