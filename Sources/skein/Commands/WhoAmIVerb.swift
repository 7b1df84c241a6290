import Accounts
import ArgumentParser
import Home
import Mesh
import MeshProtocol

/// `skein whoami`: who is signed in, by what this machine knows or by the broker's word.
struct WhoAmIVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "whoami", abstract: "Say who is signed in.",
        discussion: """
            Without --check nothing is asked and it ends with 0, signed in or not. With it the broker \
            is asked, and it ends with 2 where nobody is signed in or the token is refused, with 4 \
            where the broker cannot be reached.
            """)
    static let takesWords = false
    @Flag(name: .long, help: "Ask the broker whether the token still holds.")
    var check = false
    @OptionGroup var options: AccountOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let account = try AccountDesk()
        guard let access = try account.access(options) else {
            if check { throw AccountAccess.signedOut }
            try tell(Report(), "Nobody is signed in on this machine. Sign in with: skein login")
            return .ok
        }
        guard check || access.kept == nil else {
            let kept = access.kept?.account
            try tell(
                Report(kept, source: "file", expiresAt: access.kept?.expiresAt),
                "\(kept?.title ?? "") at \(access.server.address)")
            return .ok
        }
        guard check else {
            // The environment's token says nothing of whose it is.
            try tell(
                Report(
                    server: access.server.address.description, source: access.source.rawValue),
                "A token from \(Self.words(access.source)) is used at \(access.server.address).")
            return .ok
        }
        let (found, row) = try await access.ask(now: Surroundings.now) {
            (server, token) async throws(AccountFault) in try await server.account(token)
        }
        try tell(
            Report(found, source: access.source.rawValue, expiresAt: row.expiresAt),
            "\(found.title) at \(access.server.address); the broker accepts the token from "
                + Self.words(access.source) + ".")
        return .ok
    }

    private static func words(_ source: AccountAccess.Source) -> String {
        switch source {
        case .given: "standard input"
        case .environment: "SKEIN_TOKEN"
        case .file: "this machine"
        }
    }

    private func tell(_ report: Report, _ text: String) throws(SkeinError) {
        try Output.report("whoami", report, options.common) { () throws(SkeinError) in
            Output.shown(text)
        }
    }

    /// Also what `skein login` reports.
    struct Report: Encodable {
        var signed_in: Bool
        @Nullable var server: String?
        @Nullable var account: String?
        @Nullable var email: String?
        @Nullable var name: String?
        /// `file`, `environment` or `given`.
        @Nullable var source: String?
        @Nullable var expires_at_ms: Int64?
        /// Of a login: false where one was signed in already.
        @Nullable var is_new: Bool?

        init(
            _ account: SignedInAccount? = nil, server: String? = nil, source: String? = nil,
            expiresAt: Moment? = nil, isNew: Bool? = nil
        ) {
            signed_in = account != nil || server != nil
            self.server = account?.server ?? server
            self.account = account?.id
            email = account?.email
            name = account?.name
            self.source = source
            expires_at_ms = expiresAt?.milliseconds
            is_new = isNew
        }
    }
}
