import ArgumentParser
import Mesh
import MeshProtocol
import RelayClient

/// `skein status`: what this launch is seen to do.
struct StatusVerbs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say or set what this launch is seen to do.",
        subcommands: [Show.self, Set.self], defaultSubcommand: Show.self)

    struct Show: Verb {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Say what this launch is seen to do.")
        static let takesWords = false
        @OptionGroup var mesh: MeshOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let (line, peer) = try await OwnPresence.of(mesh.mesh, what: "status")
            try Output.report("status", PeerRow(peer, line), mesh.common) {
                () throws(SkeinError) in
                let since = ReceiptTable.age(peer.statusSince, at: Surroundings.now)
                let summary = peer.summary.map { "\n  " + Output.shown($0) } ?? ""
                return Output.shown(
                    "\(peer.name) on \(line.membership.slug): \(PeersVerb.word(peer)) "
                        + "(\(peer.statusSource.rawValue), \(since))") + summary
            }
            return .ok
        }
    }

    struct Set: Verb {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Be seen as idle, working or not to be disturbed.")
        @Argument(help: "idle, working or dnd.")
        var status: String
        @OptionGroup var mesh: MeshOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            guard let wanted = Mesh.Status(rawValue: status) else {
                throw SkeinError(
                    .arguments, "The status \(status) is not known",
                    hint: "Use idle, working or dnd")
            }
            try await OwnPresence.change(.setStatus(wanted), mesh, what: "status")
            try Output.report("status set", ["status": wanted.rawValue], mesh.common) {
                () throws(SkeinError) in "You are seen as \(wanted.rawValue)."
            }
            return .ok
        }
    }
}

/// What a launch has and the person has not: a place among the peers.
enum OwnPresence {
    static func of(
        _ mesh: String?, what: String
    ) async throws(SkeinError) -> (line: MeshLine, peer: Peer) {
        let desk = try Desk()
        try desk.refusePerson(what)
        let line = try desk.line(mesh)
        guard let peer = try await line.ownPeer() else {
            throw SkeinError(
                .peerNotFound, "The mesh \(line.membership.slug) does not see this launch",
                hint: "See skein relay status")
        }
        return (line, peer)
    }

    static func change(
        _ verb: ClientFrame.Verb, _ options: MeshOptions, what: String
    ) async throws(SkeinError) {
        let desk = try Desk()
        try desk.refusePerson(what)
        _ = try await desk.line(options.mesh).ask(verb)
    }
}
