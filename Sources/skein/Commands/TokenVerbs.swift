import Accounts
import ArgumentParser
import Mesh
import MeshProtocol

/// `skein token`: what stands for the account in a script or on another machine.
struct TokenVerbs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make, list and revoke access tokens of your account.",
        subcommands: [Create.self, List.self, Revoke.self], defaultSubcommand: List.self)

    struct Create: Verb {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Make an access token, and print it once.",
            discussion: "Whoever has it is you. It is printed on standard output and kept nowhere.")
        @Argument(help: "What it is for, as the list shows it.")
        var name: String
        @Option(name: .long, help: "How long it holds: 12h, 90d; a year at most.")
        var expires = "90d"
        @OptionGroup var options: AccountOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let account = try AccountDesk()
            try await account.desk.checkIsPerson("make a token")
            guard let seconds = Lifetime.seconds(expires) else {
                throw SkeinError(
                    .arguments, "--expires \(expires) is no time",
                    hint: "Give minutes, hours or days up to a year: 30m, 12h, 90d")
            }
            guard (1...64).contains(name.count), name.utf8.count <= 256 else {
                throw SkeinError(.badName, "A token's name has 1 to 64 characters")
            }
            let access = try account.neededAccess(options)
            let name = name
            let made = try await access.ask(now: Surroundings.now) {
                (server, token) async throws(AccountFault) in
                try await server.makeToken(called: name, seconds: seconds, token)
            }
            if options.common.wantsJSON {
                try Output.report(
                    "token create", Made(Row(made.row), token: made.secret.text), options.common
                ) { () throws(SkeinError) in "" }
            } else {
                Output.complain(
                    Output.shown(
                        "The token “\(made.row.name)” was made. It is shown this once; revoke it "
                            + "with: skein token revoke \(made.row.id)"))
                try Output.put(made.secret.text)
            }
            return .ok
        }

        private struct Made: Encodable {
            var id: String
            var kind: String
            var name: String
            @Nullable var created_at_ms: Int64?
            @Nullable var expires_at_ms: Int64?
            @Nullable var last_used_at_ms: Int64?
            var token: String

            init(_ row: Row, token: String) {
                id = row.id
                kind = row.kind
                name = row.name
                created_at_ms = row.created_at_ms
                expires_at_ms = row.expires_at_ms
                last_used_at_ms = row.last_used_at_ms
                self.token = token
            }
        }
    }

    struct List: Verb {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the account's devices and tokens.")
        static let takesWords = false
        @OptionGroup var options: AccountOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let access = try AccountDesk().neededAccess(options)
            let rows = try await access.ask(now: Surroundings.now) {
                (server, token) async throws(AccountFault) in try await server.tokens(token)
            }.map(Row.init)
            try Output.list("token list", rows, called: "tokens", options.common) {
                () throws(SkeinError) in
                rows.isEmpty
                    ? "There are no tokens."
                    : TextTable.text(
                        [["ID", "KIND", "NAME", "LAST USED", "EXPIRES"]]
                            + rows.map { row in
                                [
                                    row.id, row.kind == "session" ? "device" : "token", row.name,
                                    Self.day(row.last_used_at_ms) ?? "never",
                                    Self.day(row.expires_at_ms) ?? "never",
                                ].map(Output.shown)
                            })
            }
            return .ok
        }

        private static func day(_ milliseconds: Int64?) -> String? {
            milliseconds.map {
                String(ISOMoment(Moment(milliseconds: $0)).description.prefix { $0 != "T" })
            }
        }
    }

    struct Revoke: Verb {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "Take a token back; a device's signs that device out.")
        @Argument(help: "Its id, as skein token list shows it.")
        var id: String
        @OptionGroup var options: AccountOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let account = try AccountDesk()
            try await account.desk.checkIsPerson("revoke a token")
            guard !id.isEmpty, id.utf8.count <= 128 else {
                throw SkeinError(.arguments, "A token's id is at most 128 characters long")
            }
            let access = try account.neededAccess(options)
            let id = id
            try await access.ask(now: Surroundings.now) {
                (server, token) async throws(AccountFault) in
                try await server.revokeToken(id, token)
            }
            try Output.report("token revoke", Gone(id: id), options.common) {
                () throws(SkeinError) in Output.shown("The token \(id) is none any more.")
            }
            return .ok
        }

        private struct Gone: Encodable { var id: String }
    }

    struct Row: Encodable {
        var id: String
        /// `session` or `pat`.
        var kind: String
        var name: String
        @Nullable var created_at_ms: Int64?
        @Nullable var expires_at_ms: Int64?
        @Nullable var last_used_at_ms: Int64?

        init(_ row: TokenRow) {
            id = row.id
            kind = row.kind
            name = row.name
            created_at_ms = row.createdAt?.milliseconds
            expires_at_ms = row.expiresAt?.milliseconds
            last_used_at_ms = row.lastUsedAt?.milliseconds
        }
    }
}
