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

    func join(
        _ mesh: MeshOfAccount, as name: String?, _ database: MachineDatabase
    ) async throws(SkeinError) {
        guard let access = try accountAccess() else { throw AccountAccess.signedOut }
        _ = try await AccountJoin(home: home, database: database, access: access)
            .join(mesh, as: name ?? Process.loginName(environment), now: Self.now)
    }
}
