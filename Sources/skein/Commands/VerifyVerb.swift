import ArgumentParser
import Mesh
import MeshProtocol
import RelayClient

/// `skein verify`: compares a member's key with its owner, by a number both can read out.
struct VerifyVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Compare a peer's key with its owner.",
        discussion: """
            Both sides see the same 30 digits. Read them out to each other by another way than the \
            mesh; where they are the same, say so with --confirm.
            """)

    @Argument(help: "The peer.")
    var peer: String
    @Flag(name: .long, help: "The digits were compared and are the same.")
    var confirm = false
    @Flag(name: .long, help: "Take an earlier confirmation back.")
    var undo = false
    @OptionGroup var mesh: MeshOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        guard !(confirm && undo) else {
            throw SkeinError(
                .arguments, "--confirm and --undo exclude each other", hint: "Give one")
        }
        let desk = try Desk()
        if confirm || undo { try desk.refuseLaunch("verify anybody") }
        let (line, target) = try desk.line(to: peer, mesh: mesh.mesh)
        var report = try await line.relay.ask(
            AskSafetyNumber(of: target, mesh: line.membership.mesh))
        if confirm || undo {
            _ = try await line.relay.ask(
                MarkVerified(
                    report.memberKey, mesh: line.membership.mesh, isVerified: confirm))
            report.isVerified = confirm
        }
        let row = Report(report, line.membership)
        try Output.report("verify", row, mesh.common) { () throws(SkeinError) in
            Self.text(report)
        }
        return .ok
    }

    static func text(_ report: SafetyReport) -> String {
        var lines = [
            "\(Output.shown(report.name)): \(Output.shown(report.number))",
            report.isVerified
                ? "You have compared this number." : "You have not compared this number yet.",
        ]
        if let former = report.formerKey {
            lines.append(
                "! Another key went by this name before: \(Output.shown(String(former.prefix(16))))…")
        }
        if !report.isVerified {
            lines.append("Where the other side reads out the same one: add --confirm")
        }
        return lines.joined(separator: "\n")
    }

    private struct Report: Encodable {
        var mesh: String
        var name: String
        var member_key: String
        var safety_number: String
        var is_verified: Bool
        @Nullable var former_key: String?

        init(_ report: SafetyReport, _ membership: Membership) {
            mesh = membership.slug
            name = report.name
            member_key = report.memberKey
            safety_number = report.number
            is_verified = report.isVerified
            former_key = report.formerKey
        }
    }
}
