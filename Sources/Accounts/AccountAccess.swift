import Connection
import Home
import Mesh
import MeshProtocol

/// By which token a person's account is used, and where: what was given for this run, else what
/// the environment has, else what is kept on this machine.
public struct AccountAccess: Sendable {
    public enum Source: String, Sendable { case given, environment, file }

    public let server: AccountServer
    public let token: AccountToken
    public let source: Source
    /// What is kept, where that is the source.
    public let kept: AccountFile?
    private let home: Home

    /// The file's token goes to the file's server alone. Nil where nobody is signed in.
    public static func find(
        given: AccountToken?, server: WebAddress?, home: Home, environment: [String: String],
        network: NetworkSettings
    ) throws(SkeinError) -> AccountAccess? {
        if let given {
            let server = AccountServer(try known(server, home), by: network)
            return AccountAccess(
                server: server, token: given, source: .given, kept: nil, home: home)
        }
        if let text = environment["SKEIN_TOKEN"], !text.isEmpty {
            guard let token = AccountToken(text) else {
                throw SkeinError(
                    .badToken, "SKEIN_TOKEN is no token of an account",
                    hint: "Copy it again: it begins with sk_pat_ or sk_session_")
            }
            let server = AccountServer(try known(server, home), by: network)
            return AccountAccess(
                server: server, token: token, source: .environment, kept: nil, home: home)
        }
        guard let kept = try home.signedIn() else { return nil }
        let address = try WebAddress(url: kept.account.server, allowsPlain: true)
        if let server, server != address { return nil }
        return AccountAccess(
            server: AccountServer(address, by: network), token: kept.token, source: .file,
            kept: kept, home: home)
    }

    /// A token alone does not say whose it is.
    private static func known(_ server: WebAddress?, _ home: Home) throws(SkeinError) -> WebAddress {
        if let server { return server }
        if let kept = try home.signedIn() {
            return try WebAddress(url: kept.account.server, allowsPlain: true)
        }
        throw noServer
    }

    public static let noServer = SkeinError(
        .arguments, "no server is known to sign in to",
        hint: "Name it with --server https://broker.example or SKEIN_SERVER, or set server in "
            + "config.toml")

    public static let signedOut = SkeinError(
        .notSignedIn, "nobody is signed in on this machine", hint: "Sign in with: skein login")

    /// Asks with a token that is not about to end. Where the server says that it is none, what is
    /// kept on this machine goes; where there is no answer, it stays.
    public func ask<Answer: Sendable>(
        now: Moment,
        _ question: @Sendable (AccountServer, AccountToken) async throws(AccountFault) -> Answer
    ) async throws(SkeinError) -> Answer {
        let token = await fresh(now: now)
        do {
            return try await question(server, token)
        } catch {
            // 403 may be about the question: that the token is none, its own page must say.
            if source == .file, error.endsSession, try await isRefused(token, error) {
                try home.forgetAccount(token)
                throw AccountFault.refused(status: 401, code: "", message: "").told(server.address)
            }
            throw error.told(server.address)
        }
    }

    /// Whose the token is: one of the environment does not say it by itself.
    public func accountID(now: Moment) async throws(SkeinError) -> String {
        if let kept { return kept.account.id }
        return try await ask(now: now) { (server, token) async throws(AccountFault) in
            try await server.account(token).account.id
        }
    }

    private func isRefused(_ token: AccountToken, _ fault: AccountFault) async throws(SkeinError) -> Bool {
        if case .refused(401, _, _) = fault { return true }
        do throws(AccountFault) {
            _ = try await server.account(token)
            return false
        } catch {
            return error.endsSession
        }
    }

    /// A new token where half of the old one's life is over. One that cannot be had now is asked
    /// for the next time: the old one holds still.
    private func fresh(now: Moment) async -> AccountToken {
        guard let kept, kept.isAgeing(at: now),
            let new = try? await server.refresh(kept.token)
        else { return token }
        let file = AccountFile(
            account: kept.account, token: new.token, issuedAt: now,
            expiresAt: now.advanced(bySeconds: new.seconds))
        let stands = try? home.changeAccount { $0?.token == kept.token ? file : nil }
        // Somebody else's is as good; the old one holds a minute more.
        return stands?.token ?? new.token
    }

    /// Keeps what a sign-in gave. Where that cannot be, the token is given back: nobody has it.
    public static func keep(
        _ grant: SignInGrant, from server: AccountServer, in home: Home, now: Moment
    ) async throws(SkeinError) {
        let file = AccountFile(
            account: grant.account, token: grant.token, issuedAt: now,
            expiresAt: now.advanced(bySeconds: grant.seconds))
        do {
            try home.changeAccount { _ in file }
        } catch {
            try? await server.revoke(grant.token, within: .seconds(3))
            throw error
        }
    }
}
