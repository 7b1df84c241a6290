import Accounts
import ArgumentParser
import Connection
import Home
import Mesh
import MeshProtocol

/// What every verb takes that asks an account's broker.
struct AccountOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "The broker's address; else SKEIN_SERVER, server in config.toml, or where you are signed in.")
    var server: String?
    @Option(name: .long, help: "-: read the access token from standard input; else SKEIN_TOKEN.")
    var token: String?
    @Flag(name: .long, help: "Let a server be asked without TLS (http://) that is not this machine.")
    var insecure = false
    @OptionGroup var common: CommonOptions

    /// The token that was given for this run. Words of a command line can be read by every user
    /// of the machine, so it is none of them.
    func givenToken() throws(SkeinError) -> AccountToken? {
        guard let token else { return nil }
        guard token == "-" else {
            throw SkeinError(
                .arguments, "A token on the command line can be read by everybody on this machine",
                hint: "Give --token - and the token on standard input, or set SKEIN_TOKEN")
        }
        let line = StandardInput.line() ?? ""
        guard let given = AccountToken(line.filter { !$0.isWhitespace }) else {
            throw SkeinError(
                .badToken, "What came on standard input is no token of an account",
                hint: "Copy it again, whole: it begins with sk_pat_ or sk_session_")
        }
        return given
    }
}

/// Where a verb works that is about the person's account.
struct AccountDesk {
    let desk: Desk
    let network: NetworkSettings

    init() throws(SkeinError) {
        desk = try Desk()
        network = NetworkSettings(environment: desk.environment)
    }

    /// How long a broker may take to be told goodbye.
    static let goodbye = Duration.seconds(3)

    /// The server that is meant: named, in the environment, or in the configuration; nil where
    /// nobody said.
    func server(_ options: AccountOptions) throws(SkeinError) -> WebAddress? {
        let named = options.server ?? desk.environment["SKEIN_SERVER"].flatMap { $0.isEmpty ? nil : $0 }
        let said = named ?? Configuration.read(desk.home.configFilePath).0.server
        guard let said else { return nil }
        return try WebAddress(url: said, allowsPlain: options.insecure)
    }

    /// By which token, and where. Nil where nobody is signed in.
    func access(_ options: AccountOptions) throws(SkeinError) -> AccountAccess? {
        // Where one is signed in counts before what the configuration proposes.
        let isNamed = options.server != nil || !(desk.environment["SKEIN_SERVER"] ?? "").isEmpty
        let given = try options.givenToken()
        let needsServer = given != nil || !(desk.environment["SKEIN_TOKEN"] ?? "").isEmpty
        return try AccountAccess.find(
            given: given, server: isNamed || needsServer ? try server(options) : nil,
            home: desk.home, environment: desk.environment, network: network)
    }

    /// The same, where a verb is for nothing without.
    func neededAccess(_ options: AccountOptions) throws(SkeinError) -> AccountAccess {
        guard let access = try access(options) else { throw AccountAccess.signedOut }
        return access
    }
}
