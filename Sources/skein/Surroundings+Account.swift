import Accounts
import Connection
import Database
import Home
import Launch
import Mesh
import MeshProtocol
import Session

extension Surroundings {
    /// The broker that a person signs in to where none is named: the environment's, else the
    /// configuration's.
    var serverNamed: String? {
        environment["SKEIN_SERVER"].flatMap { $0.isEmpty ? nil : $0 } ?? configuration.server
    }

    /// Who is signed in, and where one would. No network is asked.
    func addAccount(to session: inout SessionState) {
        session.facts.server = serverNamed
        session.facts.isServerConfigured = serverNamed != nil
        // A file that cannot be read is told where it is needed.
        if let kept = try? home.signedIn() { session.machine.account = .signedIn(kept.account) }
    }

    /// By which token, and where; nil where nobody is signed in.
    func accountAccess() throws(SkeinError) -> AccountAccess? {
        let isGiven = !(environment["SKEIN_TOKEN"] ?? "").isEmpty
        let server = try isGiven ? serverNamed.map { url throws(SkeinError) in try WebAddress(url: url) } : nil
        return try AccountAccess.find(
            given: nil, server: server, home: home, environment: environment,
            network: NetworkSettings(environment: environment))
    }

    /// Where nobody is asked, a mesh that is named and is not joined may be one of the account's:
    /// it is joined then, and is one of this machine's from then on.
    func joinNamedMesh(_ request: LaunchRequest) async throws(SkeinError) {
        guard let wanted = request.flags.mesh, !request.isDryRun,
            request.isNonInteractive || request.flags.isConfirmed || request.isPlain
        else { return }
        let database = try openDatabase()
        guard (try? database.memberships().called(wanted)) == nil,
            let access = try accountAccess()
        else { return }
        let meshes = try await access.ask(now: Self.now) {
            (server, token) async throws(AccountFault) in try await server.meshes(token)
        }
        let mesh = meshes.first {
            !$0.isArchived && ($0.slug == wanted || $0.name == wanted || $0.mesh.rawValue == wanted)
        }
        if let mesh { try await join(mesh, as: request.flags.name, database) }
    }

    func join(
        _ mesh: MeshOfAccount, as name: String?, _ database: MachineDatabase
    ) async throws(SkeinError) {
        guard let access = try accountAccess() else { throw AccountAccess.signedOut }
        _ = try await AccountJoin(home: home, database: database, access: access)
            .join(mesh, as: name ?? Process.loginName(environment), now: Self.now)
    }
}
