import Accounts
import ArgumentParser
import Connection
import Home
import MeshProtocol

/// `skein logout`: this machine is one of the person's no more.
struct LogoutVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "Sign out; the meshes of this machine stay.",
        discussion: """
            The token is taken from this machine whatever the broker says; the broker is told where \
            it answers within 3 s.
            """)
    static let takesWords = false
    @OptionGroup var common: CommonOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let account = try AccountDesk()
        try await account.desk.checkIsPerson("sign out")
        guard let kept = try account.desk.home.signedIn() else {
            try tell(Report(was_signed_in: false), "Nobody was signed in on this machine.")
            return .ok
        }
        // Here first: whatever happens while the broker is asked, nobody is signed in.
        try account.desk.home.forgetAccount(kept.token)
        var report = Report(
            was_signed_in: true, server: kept.account.server, server_knows: false)
        do throws(SkeinError) {
            let address = try WebAddress(url: kept.account.server, allowsPlain: true)
            do throws(AccountFault) {
                try await AccountServer(address, by: account.network)
                    .revoke(kept.token, within: AccountDesk.goodbye)
                report.server_knows = true
            } catch {
                // A token it does not know is none there either.
                report.server_knows = error.endsSession
                if !error.endsSession { throw error.told(address) }
            }
        } catch {
            try tell(
                report,
                """
                Signed out of \(kept.account.server) on this machine. The broker could not be told: \
                \(error.message).
                There the token holds until it expires; revoke it from the account's page.
                """)
            return .ok
        }
        try tell(report, "Signed out of \(kept.account.server), here and there.")
        return .ok
    }

    private func tell(_ report: Report, _ text: String) throws(SkeinError) {
        try Output.report("logout", report, common) { () throws(SkeinError) in Output.shown(text) }
    }

    private struct Report: Encodable {
        var was_signed_in: Bool
        @Nullable var server: String?
        /// Null where nobody was signed in; false where the token may still hold there.
        @Nullable var server_knows: Bool?

        init(was_signed_in: Bool, server: String? = nil, server_knows: Bool? = nil) {
            self.was_signed_in = was_signed_in
            self.server = server
            self.server_knows = server_knows
        }
    }
}
