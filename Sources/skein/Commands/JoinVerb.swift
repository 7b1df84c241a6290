import ArgumentParser
import MeshProtocol

/// `skein join`: into a mesh by an invite.
struct JoinVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "join", abstract: "Come into a mesh by an invite.",
        discussion: """
            The invite is looked at and its owner's signature checked; what it leads to is shown, \
            and nothing is done before you say yes. The key is made on this machine and stays here.
            """)
    @Argument(help: "A link, a code, or a v1 token; - reads it from standard input.")
    var invite: String
    @Option(name: .long, help: "What the mesh's members call you; without it your login name.")
    var name: String?
    @Option(name: .long, help: "The broker that knows a code which comes alone.")
    var broker: String?
    @Flag(name: .shortAndLong, help: "Say yes.")
    var yes = false
    @OptionGroup var common: CommonOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let run = try JoinRun()
        let joined = try await run.join(
            JoinRun.Wanted(
                invite: invite, broker: broker, name: name, isAgreed: yes,
                mayAsk: !common.wantsJSON))
        let membership = joined.membership
        let report = Report(
            mesh: membership.slug, id: membership.mesh.rawValue, name: membership.name,
            permission: membership.permission.rawValue, broker: run.broker(of: membership),
            member_key: membership.memberKey.hex, already_joined: joined.wasJoined)
        try Output.report("join", report, common) { () throws(SkeinError) in
            Output.shown(
                joined.wasJoined
                    ? "You are in \(membership.slug) already."
                    : "You are in \(membership.slug). Start an agent there with: skein")
        }
        return .ok
    }

    private struct Report: Encodable {
        var mesh: String
        var id: String
        var name: String
        var permission: String
        @Nullable var broker: String?
        var member_key: String
        var already_joined: Bool
    }
}
