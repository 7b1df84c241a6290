import Keys
import Mesh
import MeshProtocol
import Onboarding
import Session
import Surface
import TestSupport
import Testing
import Text

@Suite("Frames of signing in")
struct SignInFrameTests {
    private static let sizes = [
        Size(columns: 40, rows: 12), Size(columns: 80, rows: 24), Size(columns: 120, rows: 40),
    ]
    private static let secret = "sk_pat_Rk2nXw8Qb1Lz5Vt7Yc3Mh9Pd4Gs6Jf4BI2dm"
    private static let account = SignedInAccount(
        server: "https://broker.example", id: "a1", email: "ada@example.org", name: "Ada")
    private static let code = SignInCode(
        userCode: "BCDF-GHJK", page: "https://broker.example/device",
        fullPage: "https://broker.example/device?code=BCDF-GHJK", lifetime: 600)

    /// On the Account screen, with the second entry chosen.
    private static func account(server: String? = "https://broker.example") -> OnboardingState {
        var (session, _) = Sample.session(welcomed: true)
        session.facts.server = server
        session.facts.isServerConfigured = server != nil
        return OnboardingState(session: session)
    }

    private static func asking() -> OnboardingState {
        var wizard = account()
        wizard.press(.down, .enter)
        return wizard
    }

    private static func coded() -> OnboardingState {
        var wizard = asking()
        _ = wizard.reduce(.session(.signIn(.code(code, number: 1))))
        return wizard
    }

    private static func token() -> OnboardingState {
        var wizard = account()
        wizard.press(.down, .down, .enter)
        return wizard
    }

    private static let shots = [
        Shot("sign in, asking", showing: ["Asking", "Cancel"]) { asking() },
        Shot("sign in, code", showing: ["BCDF-GHJK", "broker.example/device", "10:00", "Cancel"]) {
            coded()
        },
        Shot("sign in, copied", showing: ["BCDF-GHJK", "9:59", "Open again"]) {
            var wizard = coded()
            _ = wizard.reduce(.session(.signIn(.said(.copied, number: 1))))
            _ = wizard.reduce(.session(.signIn(.tick(number: 1))))
            return wizard
        },
        Shot("sign in, server", showing: ["Which broker?", "https://broker.example"]) {
            var wizard = account(server: nil)
            wizard.press(.down, .enter)
            return wizard
        },
        Shot("sign in, server refused", showing: ["broker", "https://"]) {
            var wizard = account(server: nil)
            wizard.press(.down, .enter)
            wizard.type("broker")
            wizard.press(.enter)
            return wizard
        },
        Shot("sign in, token", showing: ["Access token"]) {
            var wizard = token()
            _ = wizard.reduce(.input(.paste(secret)))
            return wizard
        },
        Shot("sign in, token refused", showing: ["no token"]) {
            var wizard = token()
            wizard.type("sk_pat_no")
            wizard.press(.enter)
            return wizard
        },
        Shot("sign in, expired", showing: ["Sign in again", "Not now"]) {
            var wizard = account()
            _ = wizard.reduce(.session(.push(.sessionExpired)))
            return wizard
        },
        Shot("sign in, meshes", showing: ["Payments", "Create"]) {
            var wizard = coded()
            _ = wizard.reduce(.session(.signIn(.done(account, number: 1))))
            let mesh = MeshOfAccount(
                mesh: MeshID(rawValue: "m1"), name: "Payments", slug: "payments-team",
                permission: .member, members: 4, brokerURL: "wss://broker.example/ws")
            _ = wizard.reduce(.session(.signIn(.meshes([mesh]))))
            return wizard
        },
    ]

    @Test("each looks as recorded and shows what it must", arguments: shots, sizes)
    func frames(_ shot: Shot, _ size: Size) {
        let grid = shot.wizard().view(size: size, glyphs: .unicode)
        for word in shot.words {
            #expect(grid.text.contains(word), "“\(word)” has to be on the screen")
        }
        #expect(!grid.text.contains("Rk2nXw8"))
        Golden.expect(grid.text, "frame \(shot.testDescription) \(size.columns)x\(size.rows)")
    }

    private static func mesh(_ name: String) -> MeshOfAccount {
        MeshOfAccount(
            mesh: MeshID(rawValue: "m-" + name), name: name, slug: name, permission: .member,
            members: 4, brokerURL: "wss://broker.example/ws")
    }

    private func frame(_ wizard: OnboardingState) -> String {
        wizard.view(size: Size(columns: 80, rows: 24), glyphs: .unicode).text
    }

    @Test("meshes that come while one looks are proposed, but never slip under what was chosen")
    func arriving() {
        var wizard = Self.coded()
        _ = wizard.reduce(.session(.signIn(.done(Self.account, number: 1))))
        #expect(frame(wizard).contains("▸ Create “payments”"))
        var chosen = wizard
        chosen.press(.down)
        #expect(frame(chosen).contains("▸ Join with an invite"))
        let meshes = SessionAction.signIn(.meshes([Self.mesh("one"), Self.mesh("two")]))
        _ = chosen.reduce(.session(meshes))
        #expect(frame(chosen).contains("▸ Join with an invite"))

        _ = wizard.reduce(.session(meshes))
        #expect(frame(wizard).contains("▸ one"))
        #expect(!wizard.hasUnsavedWork)
        wizard.press(.escape, .enter)
        // The same when one comes by a second time.
        #expect(frame(wizard).contains("▸ one"))
        wizard.press(.enter)
        #expect(wizard.session.answers.mesh.settled == .ofAccount(Self.mesh("one")))
    }

    @Test("who is signed in and goes back is offered to stay so, first")
    func back() {
        var wizard = Self.coded()
        _ = wizard.reduce(.session(.signIn(.done(Self.account, number: 1))))
        #expect(wizard.screen == .meshPicker)
        wizard.press(.escape)
        #expect(wizard.screen == .account)
        let grid = wizard.view(size: Size(columns: 80, rows: 24), glyphs: .unicode)
        #expect(grid.text.contains("▸ ada@example.org"))
        #expect(wizard.press(.enter).isEmpty)
        #expect(wizard.screen == .meshPicker)
    }

    @Test("a locale without UTF-8 gets ASCII alone", arguments: shots)
    func ascii(_ shot: Shot) {
        let grid = shot.wizard().view(size: Size(columns: 120, rows: 40), glyphs: .ascii)
        let own = grid.text.unicodeScalars.filter { !$0.isASCII && !"“”…".unicodeScalars.contains($0) }
        #expect(own.isEmpty, "\(String(String.UnicodeScalarView(own)))")
    }

    @Test("what is pasted is a token or is told to be none; Esc forgets it")
    func paste() throws {
        var wizard = Self.token()
        _ = wizard.reduce(.input(.paste("  " + Self.secret + "\n")))
        #expect(wizard.isTyping)
        let token = try #require(AccountToken(Self.secret))
        #expect(
            wizard.press(.enter)
                == [.signIn(.check(token, server: "https://broker.example", number: 1))])
        var other = Self.token()
        _ = other.reduce(.input(.paste(Self.secret)))
        other.press(.escape)
        #expect(other.session.overlays.isEmpty)
        other.press(.enter)
        let shown = other.view(size: Size(columns: 80, rows: 24), glyphs: .unicode).text
        #expect(!shown.contains("•"), "\(shown)")
    }

    @Test("the entries of the sign-in do what they say, and Esc ends it")
    func choices() {
        var wizard = Self.coded()
        #expect(wizard.press(.enter) == [.signIn(.copy(page: Self.code.fullPage, number: 1))])
        #expect(
            wizard.press(.down, .enter) == [.signIn(.open(page: Self.code.fullPage, number: 1))])
        #expect(wizard.press(.down, .enter) == [.signIn(.cancel)])
        #expect(wizard.screen == .account)
        var other = Self.coded()
        #expect(other.press(.escape) == [.signIn(.cancel)])
    }

    @Test("what a broker says cannot smuggle control characters onto the screen")
    func hostile() {
        var wizard = Self.asking()
        let code = SignInCode(
            userCode: "A\u{1b}]0;x\u{7}", page: "https://b\u{202e}/", fullPage: "https://b/",
            lifetime: 60)
        _ = wizard.reduce(.session(.signIn(.code(code, number: 1))))
        let text = wizard.view(size: Size(columns: 80, rows: 24), glyphs: .unicode).text
        #expect(!text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0.value == 0x202e })
    }
}
