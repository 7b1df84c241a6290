import ArgumentParser
import Mesh
import MeshProtocol
import RelayClient

/// `skein queue`: what waits to be sent, and what was given up.
struct QueueVerbs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "List what waits to be sent, try it again, or cancel it.",
        subcommands: [List.self, Retry.self, Cancel.self], defaultSubcommand: List.self)

    struct List: Verb {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List what waits, and what was given up.")
        static let takesWords = false
        @OptionGroup var rows: RowOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let desk = try Desk()
            let mesh = try rows.at.mesh.map { name throws(SkeinError) in
                try desk.membership(called: name).mesh
            }
            let reports = try await desk.relay().ask(ListQueue(mesh: mesh))
            try Output.rows("queue list", reports.map(MessageRow.init), called: "messages", rows) {
                () throws(SkeinError) in
                reports.isEmpty
                    ? "Nothing waits, and nothing was given up."
                    : ReceiptTable.table(reports, at: Surroundings.now)
            }
            return .ok
        }
    }

    struct Retry: Verb {
        static let configuration = CommandConfiguration(
            commandName: "retry", abstract: "Try a waiting or given-up message again now.")
        @Argument(help: "Its id, or the first 8 characters or more of it.")
        var id: String
        @OptionGroup var common: CommonOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let (found, relay) = try await QueueVerbs.find(id)
            _ = try await relay.ask(RetryMessage(found))
            try Output.report("queue retry", ["id": found.rawValue], common) {
                () throws(SkeinError) in "It is tried again now."
            }
            return .ok
        }
    }

    struct Cancel: Verb {
        static let configuration = CommandConfiguration(
            commandName: "cancel", abstract: "Do not send a message that is still here.")
        @Argument(help: "Its id, or the first 8 characters or more of it.")
        var id: String
        @OptionGroup var common: CommonOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let (found, relay) = try await QueueVerbs.find(id)
            _ = try await relay.ask(CancelMessage(found))
            try Output.report("queue cancel", ["id": found.rawValue], common) {
                () throws(SkeinError) in "It is not sent."
            }
            return .ok
        }
    }

    /// The whole id behind its beginning, and who was asked.
    private nonisolated(nonsending) static func find(
        _ id: String
    ) async throws(SkeinError) -> (id: MessageID, relay: RelayCall) {
        let relay = try Desk().relay()
        return (try await relay.ask(FindMessage(try MessageVerb.checked(id))).id, relay)
    }
}
