import ArgumentParser
import Mesh
import MeshProtocol
import RelayClient
import Text

/// `skein state`: what a mesh shares, by key.
struct StateVerbs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state", abstract: "Read, write and watch what a mesh shares.",
        subcommands: [List.self, Get.self, Set.self, Watch.self], defaultSubcommand: List.self)

    /// A text as it is, any other value as JSON.
    static func text(_ value: JSONValue) -> String { value.string ?? value.canonical }

    struct List: Verb {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List every key with its value.")
        static let takesWords = false
        @OptionGroup var rows: RowOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let line = try Desk().line(rows.at.mesh)
            let list: StateList = try await line.answer(ListState())
            let entries = list.entries.sorted { $0.key < $1.key }
            try Output.rows(
                "state list", entries.map(Row.init), called: "entries",
                around: ["mesh": .string(line.membership.slug)], rows
            ) { () throws(SkeinError) in
                entries.isEmpty
                    ? "The mesh shares nothing yet." : Self.table(entries, at: Surroundings.now)
            }
            return .ok
        }

        static func table(_ entries: [StateList.Entry], at now: Moment) -> String {
            TextTable.text(
                [["KEY", "VALUE", "BY", "AGE"]]
                    + entries.map { entry in
                        [
                            SafeText.visible(entry.key, limit: 48),
                            SafeText.visible(StateVerbs.text(entry.value), limit: 60),
                            SafeText.visible(entry.updatedBy, limit: 32),
                            ReceiptTable.age(entry.updatedAt.moment, at: now),
                        ]
                    })
        }
    }

    struct Get: Verb {
        static let configuration = CommandConfiguration(
            commandName: "get", abstract: "Print the value of a key.")
        @Argument(help: "The key.")
        var key: String
        @OptionGroup var mesh: MeshOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let line = try Desk().line(mesh.mesh)
            let result: StateResult = try await line.answer(GetState(key: key))
            guard result.value != .null || !result.updatedAt.isEmpty else {
                throw SkeinError(
                    .notThere, "The mesh \(line.membership.slug) has nothing by the key \(key)",
                    hint: "See skein state list", subject: key)
            }
            try Output.report("state get", Row(result), mesh.common) { () throws(SkeinError) in
                MailText.lines(StateVerbs.text(result.value)).joined(separator: "\n")
            }
            return .ok
        }
    }

    struct Set: Verb {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Set the value of a key.")
        @Argument(help: "The key.")
        var key: String
        @Argument(help: "The value; - reads standard input.")
        var value: [String]
        @Flag(name: .long, help: "The value is JSON, not a text.")
        var asJson = false
        @OptionGroup var mesh: MeshOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let text = try BodyText.read(value, what: "A value", limit: Self.longest)
            guard let parsed = asJson ? JSONValue.parse(text.utf8) : .string(text) else {
                throw SkeinError(
                    .arguments, "The value is no JSON", hint: "Leave --as-json out for a text")
            }
            let line = try Desk().line(mesh.mesh)
            _ = try await line.ask(.request(SetState(key: key, value: parsed)))
            try Output.report("state set", ["key": .string(key), "value": parsed], mesh.common) {
                () throws(SkeinError) in Output.shown("\(key) is set.")
            }
            return .ok
        }

        /// In bytes, as a broker has it.
        private static let longest = 32 << 10
    }

    struct Watch: Verb {
        static let configuration = CommandConfiguration(
            commandName: "watch", abstract: "Print every change as it comes.")
        static let takesWords = false
        @OptionGroup var rows: RowOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let desk = try Desk()
            let mesh = try desk.membership(called: rows.at.mesh).mesh
            for try await event in try await desk.watching().watch(mesh: mesh, topics: [.state]) {
                guard case .state(let change) = event else { continue }
                try Output.streamed(Row(change), rows) {
                    let value = SafeText.visible(StateVerbs.text(change.value), limit: 200)
                    return Output.shown("\(change.key) = \(value)  by \(change.updatedBy)")
                }
            }
            throw SkeinError(.relayUnreachable, "The relay has stopped", hint: "Try again")
        }
    }

    struct Row: Encodable {
        var key: String
        var value: JSONValue
        var updated_by: String
        @Nullable var updated_at: String?

        init(_ entry: StateList.Entry) {
            (key, value, updated_by) = (entry.key, entry.value, entry.updatedBy)
            updated_at = entry.updatedAt.description
        }

        init(_ result: StateResult) {
            (key, value, updated_by) = (result.key, result.value, result.updatedBy)
            updated_at = result.updatedAt.isEmpty ? nil : result.updatedAt
        }

        init(_ change: StateChange) {
            (key, value, updated_by) = (change.key, change.value, change.updatedBy)
            updated_at = nil
        }
    }
}
