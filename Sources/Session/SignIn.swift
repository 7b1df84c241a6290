import Mesh
import MeshProtocol

/// How one signs in.
public enum SignInWay: Hashable, Sendable { case browser, token }

/// What is typed into an overlay that asks for one line.
public enum Entry: Hashable, Sendable {
    /// The broker's address, after which one signs in.
    case server(SignInWay)
    /// An access token: a secret, never shown.
    case accessToken
}

/// A code to be approved elsewhere.
public struct SignInCode: Hashable, Sendable {
    public var userCode: String
    public var page: String
    /// With the code in it.
    public var fullPage: String
    /// How long it holds, in seconds.
    public var lifetime: Int

    public init(userCode: String, page: String, fullPage: String, lifetime: Int) {
        self.userCode = userCode
        self.page = page
        self.fullPage = fullPage
        self.lifetime = lifetime
    }
}

/// A sign-in that is under way in the wizard.
public struct SignInState: Hashable, Sendable {
    /// What answers to an earlier one is nobody's.
    public var number: Int
    public var server: String
    public var way: SignInWay
    /// Nil until the broker has given one, and where a token is asked after.
    public var code: SignInCode?
    public var secondsLeft = 0
    /// What came of the last *copy* or *open again*.
    public var said: Said?

    public enum Said: Hashable, Sendable { case copied, notCopied, opened, notOpened }
}

/// Everything that can happen to a sign-in.
public enum SignInAction: Equatable, Sendable {
    case begin(SignInWay)
    /// The broker's address was typed.
    case server(String, SignInWay)
    /// A token was pasted; it is known to be one.
    case token(AccountToken)
    case code(SignInCode, number: Int)
    /// A second has passed.
    case tick(number: Int)
    case done(SignedInAccount, number: Int)
    case failed(SkeinError, number: Int)
    case cancel
    case open
    case copy
    case said(SignInState.Said, number: Int)
    /// The account's meshes, as the broker lists them.
    case meshes([MeshOfAccount])
    case meshesFailed(SkeinError)
}

/// What a sign-in needs done outside.
public enum SignInEffect: Equatable, Sendable {
    /// Ask for a code, tell it, and wait until somebody approves.
    case begin(server: String, number: Int)
    case check(AccountToken, server: String, number: Int)
    case cancel
    case tick(number: Int)
    case open(page: String, number: Int)
    case copy(page: String, number: Int)
    case findMeshes
}

extension SessionState {
    mutating func reduce(_ action: SignInAction) -> [SessionEffect] {
        switch action {
        case .begin(let way): return begin(way)
        case .server(let server, let way):
            facts.server = server
            return begin(way)
        case .token(let token):
            guard let server = facts.server else { return begin(.token) }
            let number = start(.token, at: server)
            return [.signIn(.check(token, server: server, number: number))]
        case .code(let code, let number):
            guard signIn?.number == number else { return [] }
            signIn?.code = code
            signIn?.secondsLeft = code.lifetime
            return [.signIn(.tick(number: number))]
        case .tick(let number):
            guard signIn?.number == number, let left = signIn?.secondsLeft, left > 0 else {
                return []
            }
            signIn?.secondsLeft = left - 1
            return [.signIn(.tick(number: number))]
        case .done(let account, let number): return signedIn(account, number)
        case .failed(let error, let number): return signInFailed(error, number)
        case .cancel: return cancelSignIn()
        case .open:
            guard let signIn, let code = signIn.code else { return [] }
            return [.signIn(.open(page: code.fullPage, number: signIn.number))]
        case .copy:
            guard let signIn, let code = signIn.code else { return [] }
            return [.signIn(.copy(page: code.fullPage, number: signIn.number))]
        case .said(let said, let number):
            if signIn?.number == number { signIn?.said = said }
            return []
        case .meshes(let meshes):
            accountMeshes = meshes.filter { !$0.isArchived }
            proposeMeshOfAccount()
            return []
        case .meshesFailed(let error):
            // What is on this machine needs no broker; only what a person can mend is told.
            if error.code == .sessionExpired { sessionExpired() }
            return []
        }
    }

    private mutating func begin(_ way: SignInWay) -> [SessionEffect] {
        let former = signIn == nil ? [] : cancelSignIn()
        overlays.dismiss { $0 == .sessionExpired || $0.isEntry }
        guard let server = facts.server else {
            overlays.push(.entry(.server(way)))
            return former
        }
        guard way == .browser else {
            overlays.push(.entry(.accessToken))
            return former
        }
        let number = start(way, at: server)
        return former + [.signIn(.begin(server: server, number: number))]
    }

    private mutating func start(_ way: SignInWay, at server: String) -> Int {
        signIns += 1
        signIn = SignInState(number: signIns, server: server, way: way)
        overlays.dismiss { $0.isEntry }
        overlays.push(.signIn)
        return signIns
    }

    private mutating func signedIn(_ account: SignedInAccount, _ number: Int) -> [SessionEffect] {
        guard signIn?.number == number else { return [] }
        signIn = nil
        overlays.dismiss { $0 == .signIn }
        answers.account.settle(.signedIn(account))
        // The login name is what is offered where nothing better is known.
        if answers.name.value == facts.loginName, let name = nameOfAccount {
            answers.name.propose(name)
        }
        return [.signIn(.findMeshes)]
    }

    private mutating func signInFailed(_ error: SkeinError, _ number: Int) -> [SessionEffect] {
        guard let failed = signIn, failed.number == number else { return [] }
        signIn = nil
        overlays.dismiss { $0 == .signIn }
        // An address that was typed may have been typed wrongly: it is asked for again.
        if error.code == .arguments || error.exit == .network, !facts.isServerConfigured {
            facts.server = nil
        }
        overlays.push(.failure(error))
        return []
    }

    mutating func cancelSignIn() -> [SessionEffect] {
        overlays.dismiss { $0 == .signIn }
        guard signIn != nil else { return [] }
        signIn = nil
        return [.signIn(.cancel)]
    }

    /// The token was refused: one signs in again, and is where one was.
    mutating func sessionExpired() {
        if case .signedIn? = machine.account { machine.account = .thisMachine }
        if case .signedIn? = answers.account.settled { answers.account.settle(.thisMachine) }
        overlays.push(.sessionExpired)
    }

    /// What the account is called, where it can be a name in a mesh.
    var nameOfAccount: String? {
        for account in [answers.account.settled, machine.account] {
            if case .signedIn(let account)? = account, !account.name.isEmpty {
                return try? Self.checkText(account.name, what: "name")
            }
        }
        return nil
    }

    /// Who signs in on a machine without a mesh is here for one of theirs.
    private mutating func proposeMeshOfAccount() {
        guard machine.memberships.isEmpty, let first = meshesToJoin.first,
            answers.mesh.value == .create(name: directoryMeshName)
        else { return }
        answers.mesh.propose(.ofAccount(first))
    }

    /// The meshes of the account that this machine is not in yet.
    public var meshesToJoin: [MeshOfAccount] {
        accountMeshes.filter { mesh in !machine.memberships.contains { $0.mesh == mesh.mesh } }
    }
}

extension Overlay {
    public var isEntry: Bool { if case .entry = self { true } else { false } }
}
