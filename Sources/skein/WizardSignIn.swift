import Accounts
import Connection
import Home
import Mesh
import MeshProtocol
import Session

/// Carries out what a sign-in in the wizard needs done, and tells the wizard what came of it.
@MainActor
final class WizardSignIn {
    private let surroundings: Surroundings
    private let tell: @MainActor (SignInAction) -> Void
    private let copy: @MainActor (String) -> Bool
    /// The one sign-in that is under way.
    private var task: Task<Void, Never>?

    init(
        _ surroundings: Surroundings, tell: @escaping @MainActor (SignInAction) -> Void,
        copy: @escaping @MainActor (String) -> Bool
    ) {
        self.surroundings = surroundings
        self.tell = tell
        self.copy = copy
    }

    func perform(_ effect: SignInEffect) {
        switch effect {
        case .begin(let server, let number):
            run(number) { [self] () async throws(SkeinError) in
                try await begin(at: server, number)
            }
        case .check(let token, let server, let number):
            run(number) { [self] () async throws(SkeinError) in
                try await check(token, at: server)
            }
        case .cancel:
            task?.cancel()
            task = nil
        case .tick(let number):
            Task { @MainActor [weak self] in
                try? await Task.sleep(for: .seconds(1))
                self?.tell(.tick(number: number))
            }
        case .open(let page, let number):
            let isOpened = Browser.open(page, surroundings.environment)
            tell(.said(isOpened ? .opened : .notOpened, number: number))
        case .copy(let page, let number):
            tell(.said(copy(page) ? .copied : .notCopied, number: number))
        case .findMeshes: findMeshes()
        }
    }

    private func run(
        _ number: Int, _ work: @escaping @MainActor () async throws(SkeinError) -> SignedInAccount
    ) {
        task?.cancel()
        task = Task { @MainActor [weak self] in
            do throws(SkeinError) {
                let account = try await work()
                self?.tell(.done(account, number: number))
            } catch {
                if !Task.isCancelled { self?.tell(.failed(error, number: number)) }
            }
        }
    }

    private func server(_ url: String) throws(SkeinError) -> AccountServer {
        AccountServer(
            try WebAddress(url: url), by: NetworkSettings(environment: surroundings.environment))
    }

    private func begin(at url: String, _ number: Int) async throws(SkeinError) -> SignedInAccount {
        let server = try server(url)
        let run = SignInRun(server, device: Process.hostname, system: LoginVerb.system)
        let grant = try await run.grant { [weak self] code in await self?.show(code, number) }
        // Whoever left meanwhile is not signed in by it.
        if Task.isCancelled {
            try? await server.revoke(grant.token, within: AccountDesk.goodbye)
            throw SkeinError(.cancelled, "the sign-in was left")
        }
        try await AccountAccess.keep(
            grant, from: server, in: surroundings.home, now: Surroundings.now)
        return grant.account
    }

    private func show(_ code: DeviceCode, _ number: Int) {
        tell(
            .code(
                SignInCode(
                    userCode: code.userCode, page: code.page, fullPage: code.fullPage,
                    lifetime: code.lifetime), number: number))
        if Browser.open(code.fullPage, surroundings.environment) {
            tell(.said(.opened, number: number))
        }
    }

    private func check(
        _ token: AccountToken, at url: String
    ) async throws(SkeinError) -> SignedInAccount {
        let file = try await LoginVerb.file(for: token, try server(url), now: Surroundings.now)
        if Task.isCancelled { throw SkeinError(.cancelled, "the sign-in was left") }
        try surroundings.home.changeAccount { _ in file }
        return file.account
    }

    /// Nothing waits for it: the meshes appear when they are known.
    private func findMeshes() {
        let surroundings = surroundings
        Task { @MainActor [weak self] in
            do throws(SkeinError) {
                guard let access = try surroundings.accountAccess() else { return }
                let meshes = try await access.ask(now: Surroundings.now) {
                    (server, token) async throws(AccountFault) in try await server.meshes(token)
                }
                self?.tell(.meshes(meshes))
            } catch {
                self?.tell(.meshesFailed(error))
            }
        }
    }
}
