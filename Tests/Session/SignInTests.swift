import Mesh
import MeshProtocol
import Session
import Testing

@Suite("Signing in, in the wizard")
struct SignInTests {
    private static let server = "https://broker.example"
    private static let account = SignedInAccount(
        server: server, id: "a1", email: "ada@example.org", name: "Ada")
    private static let code = SignInCode(
        userCode: "BCDF-GHJK", page: "https://broker.example/device",
        fullPage: "https://broker.example/device?code=BCDF-GHJK", lifetime: 2)
    private static let mesh = MeshOfAccount(
        mesh: MeshID(rawValue: "m1"), name: "Payments", slug: "payments", permission: .member,
        brokerURL: "wss://broker.example/ws")

    private static func state(server: String? = server) -> SessionState {
        var state = Sample.state(welcomed: true)
        state.facts.server = server
        state.facts.isServerConfigured = server != nil
        return state
    }

    @Test("a code is asked for, shown, counted down, and the approval settles the account")
    func browser() {
        var state = Self.state()
        #expect(
            state.reduce(.signIn(.begin(.browser)))
                == [.signIn(.begin(server: Self.server, number: 1))])
        #expect(state.overlays.top == .signIn)
        #expect(state.reduce(.signIn(.open)) == [], "there is no page yet")
        #expect(
            state.reduce(.signIn(.code(Self.code, number: 1))) == [.signIn(.tick(number: 1))])
        #expect(state.signIn?.secondsLeft == 2)
        #expect(state.reduce(.signIn(.tick(number: 1))) == [.signIn(.tick(number: 1))])
        #expect(state.reduce(.signIn(.tick(number: 1))) == [.signIn(.tick(number: 1))])
        #expect(state.reduce(.signIn(.tick(number: 1))) == [], "the time is over")
        #expect(
            state.reduce(.signIn(.copy))
                == [.signIn(.copy(page: Self.code.fullPage, number: 1))])
        _ = state.reduce(.signIn(.said(.copied, number: 1)))
        #expect(state.signIn?.said == .copied)
        #expect(
            state.reduce(.signIn(.done(Self.account, number: 1))) == [.signIn(.findMeshes)])
        #expect(state.overlays.isEmpty && state.signIn == nil)
        #expect(state.answers.account.settled == .signedIn(Self.account))
    }

    @Test("what is told of a sign-in that was left is nobody's")
    func left() {
        var state = Self.state()
        _ = state.reduce(.signIn(.begin(.browser)))
        #expect(state.reduce(.dismiss) == [.signIn(.cancel)])
        #expect(state.overlays.isEmpty)
        #expect(
            state.reduce(.signIn(.begin(.browser)))
                == [.signIn(.begin(server: Self.server, number: 2))])
        #expect(state.reduce(.signIn(.code(Self.code, number: 1))) == [])
        #expect(state.reduce(.signIn(.tick(number: 1))) == [])
        _ = state.reduce(.signIn(.failed(SkeinError(.signInDenied, "no"), number: 1)))
        #expect(state.overlays.top == .signIn)
        _ = state.reduce(.signIn(.done(Self.account, number: 1)))
        #expect(!state.answers.account.isSettled)
        #expect(state.reduce(.signIn(.cancel)) == [.signIn(.cancel)])
        #expect(state.reduce(.signIn(.cancel)) == [])
    }

    @Test("a failure is told in its place, and the flow is where it was")
    func failed() {
        var state = Self.state()
        _ = state.reduce(.signIn(.begin(.browser)))
        let error = SkeinError(.signInDenied, "no")
        #expect(state.reduce(.signIn(.failed(error, number: 1))) == [])
        #expect(state.overlays.top == .failure(error))
        #expect(state.facts.server == Self.server)
        _ = state.reduce(.dismiss)
        #expect(state.overlays.isEmpty)
    }

    @Test("the account's name is offered where only the login name was known")
    func name() {
        var state = Self.state()
        _ = state.prefill(from: LaunchFlags())
        #expect(state.answers.name.value == "ada")
        _ = state.reduce(.signIn(.begin(.browser)))
        _ = state.reduce(.signIn(.done(Self.account, number: 1)))
        #expect(state.answers.name.value == "Ada")
        // Somebody else's choice stays.
        var typed = Self.state()
        _ = typed.prefill(from: LaunchFlags())
        _ = typed.reduce(.propose(.name("dev-1")))
        _ = typed.reduce(.signIn(.begin(.browser)))
        _ = typed.reduce(.signIn(.done(Self.account, number: 1)))
        #expect(typed.answers.name.value == "dev-1")
        var later = Self.state()
        later.machine.account = .signedIn(Self.account)
        _ = later.prefill(from: LaunchFlags())
        #expect(later.answers.name.value == "Ada")
    }

    @Test("without a server one is asked for, and asked again where it was none")
    func server() {
        var state = Self.state(server: nil)
        #expect(state.reduce(.signIn(.begin(.browser))) == [])
        #expect(state.overlays.top == .entry(.server(.browser)))
        #expect(
            state.reduce(.signIn(.server("https://brokr.example", .browser)))
                == [.signIn(.begin(server: "https://brokr.example", number: 1))])
        #expect(state.overlays.overlays == [.signIn])
        _ = state.reduce(
            .signIn(.failed(SkeinError(.brokerUnreachable, "its name is not known"), number: 1)))
        _ = state.reduce(.dismiss)
        _ = state.reduce(.signIn(.begin(.browser)))
        #expect(state.overlays.top == .entry(.server(.browser)))
        _ = state.reduce(.signIn(.server(Self.server, .token)))
        #expect(state.overlays.overlays == [.entry(.accessToken)])
    }

    @Test("a pasted token is asked after, and never shown by what is done with it")
    func token() throws {
        let token = try #require(AccountToken("sk_pat_Rk2nXw8Qb1Lz5Vt7Yc3Mh9Pd4Gs6Jf4BI2dm"))
        var state = Self.state()
        _ = state.reduce(.signIn(.begin(.token)))
        #expect(state.overlays.top == .entry(.accessToken))
        let effects = state.reduce(.signIn(.token(token)))
        #expect(effects == [.signIn(.check(token, server: Self.server, number: 1))])
        #expect(!"\(effects) \(state)".contains("Rk2nXw8"))
        #expect(state.overlays.overlays == [.signIn])
    }

    @Test("the account's meshes that this machine is not in can be chosen, archived ones not")
    func meshes() throws {
        var state = Sample.state(meshes: ["dev"], welcomed: true, account: .thisMachine)
        var (archived, joined) = (Self.mesh, Self.mesh)
        archived.mesh = MeshID(rawValue: "m2")
        archived.isArchived = true
        joined.mesh = MeshID(rawValue: "mesh-dev")
        _ = state.reduce(.signIn(.meshes([Self.mesh, archived, joined])))
        #expect(state.meshesToJoin == [Self.mesh])
        _ = state.reduce(.settle(.mesh(.ofAccount(Self.mesh))))
        #expect(state.answers.mesh.settled == .ofAccount(Self.mesh))
        // Once it is joined, it is one of this machine's.
        var record = state.machine
        record.memberships.append(try #require(Sample.membership("payments", id: "m1")))
        _ = state.reduce(.remembered(record))
        #expect(state.answers.mesh.settled == .joined(MeshID(rawValue: "m1")))
        #expect(state.meshesToJoin == [])
        var other = Sample.state(welcomed: true)
        _ = other.reduce(.settle(.mesh(.ofAccount(Self.mesh))))
        #expect(!other.answers.mesh.isSettled)
    }

    @Test("a token that is refused is told, and one is back where one was after signing in again")
    func expired() {
        var state = Self.state()
        state.machine.account = .signedIn(Self.account)
        _ = state.reduce(.signIn(.meshes([Self.mesh])))
        _ = state.reduce(.settle(.mesh(.ofAccount(Self.mesh))))
        _ = state.reduce(.settle(.confirm))
        #expect(state.reduce(.launchFailed(SkeinError(.sessionExpired, "no"))) == [])
        #expect(state.overlays.top == .sessionExpired)
        _ = state.reduce(.signIn(.begin(.browser)))
        #expect(state.overlays.overlays == [.signIn])
        _ = state.reduce(.signIn(.done(Self.account, number: 1)))
        #expect(state.overlays.isEmpty)
        #expect(state.answers.mesh.settled == .ofAccount(Self.mesh))
        #expect(state.answers.account.settled == .signedIn(Self.account))
    }

    @Test("that the broker cannot be asked for meshes is in nobody's way")
    func quiet() {
        var state = Self.state()
        _ = state.reduce(.signIn(.meshesFailed(SkeinError(.brokerUnreachable, "no"))))
        #expect(state.overlays.isEmpty)
        _ = state.reduce(.signIn(.meshesFailed(SkeinError(.sessionExpired, "no"))))
        #expect(state.overlays.top == .sessionExpired)
    }
}
