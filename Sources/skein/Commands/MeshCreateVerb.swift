import Accounts
import ArgumentParser
import Connection
import Home
import Invites
import Launch
import Mesh
import MeshProtocol
import Session

extension MeshVerbs {
    struct Create: Verb {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Make a mesh of this machine, or of a broker.",
            discussion: """
                Who is signed in makes it at their account's broker; its owner's key stays on this \
                machine. With --broker it is that broker's operator who may: the token stands in the file operator.token \
                in the broker's directory. On the broker's own machine it is found by itself.
                """)
        @Argument(help: "Its name.")
        var name: String
        @Option(name: .long, help: "The broker it lives at, as https://broker.example.")
        var broker: String?
        @Flag(name: .long, help: "Make it on this machine, although you are signed in.")
        var local = false
        @Option(name: .long, help: "What its members call you; without it your login name.")
        var ownerName: String?
        @Option(name: .long, help: "The file with the broker's operator token.")
        var operatorTokenFile: String?
        @OptionGroup var common: CommonOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let desk = try Desk()
            try await desk.checkIsPerson("make a mesh")
            let store = try desk.openStore()
            guard broker == nil || !local else {
                throw SkeinError(
                    .arguments, "--local and --broker are two places", hint: "Give one of them")
            }
            let membership: Membership
            if let broker {
                membership = try await found(at: broker, desk)
            } else if !local, let access = try Surroundings().accountAccess() {
                let (name, slug, owner) = try checked(desk)
                membership = try await AccountFounding(
                    home: desk.home, database: store, access: access
                ).found(name, slug: slug, ownerName: owner, now: Surroundings.now)
            } else {
                let name = try store.memberships().freeName(name)
                let new = NewMesh()
                membership = try new.membership(name: name, at: Surroundings.now)
                try desk.home.prepare()
                try new.storeKey(in: desk.home)
                try store.add(membership)
            }
            await desk.tellRelay()
            try Output.report("mesh create", List.Row(membership, isDefault: true), common) {
                () throws(SkeinError) in
                let place = if case .broker(let url) = membership.place { " at \(url)" } else { "" }
                return Output.shown(
                    "The mesh \(membership.slug) was made\(place), and is used from now on.")
            }
            return .ok
        }

        private func found(at broker: String, _ desk: Desk) async throws(SkeinError) -> Membership {
            let store = try desk.openStore()
            let (name, slug, owner) = try checked(desk)
            let founding = Founding(
                home: desk.home, database: store,
                network: NetworkSettings(environment: desk.environment),
                now: { Surroundings.now })
            return try await founding.found(
                name, slug: slug, at: broker, ownerName: owner, token: try token(desk))
        }

        private func checked(
            _ desk: Desk
        ) throws(SkeinError) -> (name: String, slug: String, owner: String) {
            let name = try SessionState.name(name, of: "mesh name")
            guard let slug = Slug.from(name) else {
                throw SkeinError(
                    .badName, "A mesh name needs a letter or a digit", hint: "For example: payments")
            }
            let owner = try SessionState.name(
                ownerName ?? Process.loginName(desk.environment), of: "name")
            return (name, slug, owner)
        }

        private func token(_ desk: Desk) throws(SkeinError) -> String {
            let path =
                if let operatorTokenFile {
                    operatorTokenFile
                } else {
                    try BrokerPlace.locate(given: nil, environment: desk.environment)
                        .operatorTokenPath
                }
            guard let token = try BrokerPlace.operatorToken(at: path) else {
                throw SkeinError(
                    .missing, "There is no operator's token at \(path)",
                    hint: "Name the file operator.token of the broker's directory with "
                        + "--operator-token-file")
            }
            return token
        }
    }
}
