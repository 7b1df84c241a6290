import Accounts
import ArgumentParser
import Connection
import Home
import Mesh
import MeshProtocol

/// `skein login`: this machine becomes one of the person's.
struct LoginVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Sign in to a broker with your account.",
        discussion: """
            A code is shown, to be approved in a browser on this or any other machine. In a script, \
            pipe in an access token: skein login --token - < token
            """)
    static let takesWords = false

    @Flag(name: .long, help: "Open no browser; say the address alone.")
    var noBrowser = false
    @Flag(name: .long, help: "Sign in although somebody is signed in already.")
    var force = false
    @OptionGroup var options: AccountOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let account = try AccountDesk()
        try await account.desk.checkIsPerson("sign in")
        guard let address = try account.server(options) else { throw AccountAccess.noServer }
        let before = try account.desk.home.signedIn()
        if let before, !force {
            try tell(before.account, expiresAt: before.expiresAt, isNew: false, asked: address)
            return .ok
        }
        let server = AccountServer(address, by: account.network)
        let now = Surroundings.now
        let file: AccountFile
        if let token = try options.givenToken() {
            file = try await Self.file(for: token, server, now: now)
            try account.desk.home.changeAccount { _ in file }
        } else {
            let grant = try await grant(from: server, account)
            file = AccountFile(
                account: grant.account, token: grant.token, issuedAt: Surroundings.now,
                expiresAt: Surroundings.now.advanced(bySeconds: grant.seconds))
            try await AccountAccess.keep(
                grant, from: server, in: account.desk.home, now: Surroundings.now)
        }
        if let before, before.token != file.token { await Self.giveBack(before, account) }
        try tell(file.account, expiresAt: file.expiresAt, isNew: true, asked: address)
        return .ok
    }

    /// A token that was made elsewhere is asked after before it is kept.
    static func file(
        for token: AccountToken, _ server: AccountServer, now: Moment
    ) async throws(SkeinError) -> AccountFile {
        do throws(AccountFault) {
            let (account, row) = try await server.account(token)
            return AccountFile(
                account: account, token: token, issuedAt: row.createdAt ?? now,
                expiresAt: row.expiresAt)
        } catch {
            throw error.told(server.address)
        }
    }

    private func grant(
        from server: AccountServer, _ account: AccountDesk
    ) async throws(SkeinError) -> SignInGrant {
        let environment = account.desk.environment
        let run = SignInRun(server, device: Process.hostname, system: Self.system)
        let (isQuiet, opens) = (options.common.wantsJSON, !noBrowser)
        return try await run.grant { (code: DeviceCode) in
            let isOpened = opens && Browser.open(code.fullPage, environment)
            Self.show(code, isOpened: isOpened, isQuiet: isQuiet)
        }
    }

    /// Standard output is the answer's alone where that is JSON.
    private static func show(_ code: DeviceCode, isOpened: Bool, isQuiet: Bool) {
        let text = Output.shown(instructions(code, isOpened: isOpened))
        guard !isQuiet else { return Output.complain(text) }
        Output.line(text)
        Output.picture(of: code.fullPage)
    }

    static func instructions(_ code: DeviceCode, isOpened: Bool) -> String {
        let first =
            isOpened
            ? "A browser was asked to open \(code.fullPage)" : "Open \(code.fullPage)"
        return """
            \(first)
            and approve this code there: \(code.userCode)
            It holds for \(code.lifetime / 60) min. ^C leaves.
            """
    }

    private static func giveBack(_ before: AccountFile, _ account: AccountDesk) async {
        guard let address = try? WebAddress(url: before.account.server, allowsPlain: true) else {
            return
        }
        try? await AccountServer(address, by: account.network)
            .revoke(before.token, within: AccountDesk.goodbye)
    }

    #if os(macOS)
        static let system = "macOS"
    #else
        static let system = "Linux"
    #endif

    private func tell(
        _ account: SignedInAccount, expiresAt: Moment?, isNew: Bool, asked: WebAddress
    ) throws(SkeinError) {
        let report = WhoAmIVerb.Report(
            account, source: "file", expiresAt: expiresAt, isNew: isNew)
        try Output.report("login", report, options.common) { () throws(SkeinError) in
            guard !isNew else {
                return Output.shown("Signed in to \(account.server) as \(account.title).")
            }
            let elsewhere =
                account.server == asked.description
                ? "" : " For \(asked), sign in with --force; it takes the place of the other."
            return Output.shown(
                "You are signed in to \(account.server) as \(account.title) already.\(elsewhere)")
        }
    }
}
