import ArgumentParser
import Broker
import BrokerEngine
import Database
import Home
import Logging
import Mesh
import MeshCrypto
import MeshProtocol

/// `skein broker`: a broker that a team shares, and what is done to its store.
struct BrokerVerbs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "broker", abstract: "Run a broker for a team, or look after its store.",
        usage: """
            skein broker [--data <dir>] [--port <port>] [--host <host>] …
            skein broker add-mesh <name> --owner <key> --owner-name <name> [--data <dir>]
            skein broker backup <file> [--data <dir>]
            skein broker restore <file> [--replace] [--data <dir>]
            """,
        discussion: "Every flag of the broker itself: skein broker run --help. Read Docs/broker.md.",
        subcommands: [Run.self, AddMesh.self, BackUp.self, Restore.self],
        defaultSubcommand: Run.self)

    struct DataOption: ParsableArguments {
        @Option(
            name: .customLong("data"),
            help: "Where the broker keeps everything. (default: ~/.local/state/skein-broker)")
        var directory: String?

        func place() throws(SkeinError) -> BrokerPlace {
            try BrokerPlace.locate(given: directory, environment: Process.environment)
        }
    }

    struct AddMesh: Verb {
        static let configuration = CommandConfiguration(
            commandName: "add-mesh",
            abstract: "Make a mesh in the store of a broker that does not run.",
            discussion: """
                The owner's secret key stays where it is: the broker is given the public one. \
                The ids that are printed are what the owner's client says hello with.
                """)
        @Argument(help: "The mesh's name.")
        var name: String
        @Option(name: .long, help: "The owner's ed25519 public key, 64 hexadecimal digits.")
        var owner: String
        @Option(name: .long, help: "What the mesh's members call its owner.")
        var ownerName: String
        @OptionGroup var data: DataOption
        @OptionGroup var common: CommonOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let place = try data.place()
            let added = try NewBrokerMesh(name: name, owner: owner, ownerName: ownerName)
            try place.prepare()
            let store: BrokerDatabase
            do throws(SkeinError) {
                store = try BrokerDatabase.open(at: place.databasePath)
            } catch {
                throw place.told(error)
            }
            defer { store.close() }
            let (mesh, founder) = (added.mesh, added.founder)
            try await store.perform { transaction in
                let taken = try transaction.meshes().contains {
                    $0.slug == mesh.slug && $0.archivedAt == nil
                }
                guard !taken else {
                    throw SkeinError(
                        .meshExists, "this broker has a mesh \(mesh.slug) already",
                        hint: "Choose another name", subject: mesh.slug)
                }
                try transaction.ensure(mesh, founder: founder)
            }
            if common.wantsJSON {
                let report = [
                    "mesh": mesh.id.rawValue, "slug": mesh.slug, "member": founder.id.rawValue,
                ]
                Output.line(Envelope(command: "broker add-mesh", data: report).line)
            } else {
                Output.line("The mesh \(mesh.slug) was made.")
                Output.line("  mesh id    \(mesh.id.rawValue)")
                Output.line("  member id  \(founder.id.rawValue)")
            }
            return .ok
        }
    }

    struct BackUp: Verb {
        static let configuration = CommandConfiguration(
            commandName: "backup", abstract: "Copy the store into a file, while the broker runs.")
        @Argument(help: "A file that does not exist yet.")
        var file: String
        @OptionGroup var data: DataOption
        @OptionGroup var common: CommonOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let place = try data.place()
            do throws(SkeinError) {
                try BrokerDatabase.backUp(of: place.databasePath, to: file)
            } catch {
                guard error.code == .homeUnwritable else { throw BrokerPlace.told(error) }
                throw SkeinError(
                    error.code, error.message,
                    hint: "Name a file in a directory that can be written")
            }
            if common.wantsJSON {
                Output.line(Envelope(command: "broker backup", data: ["file": file]).line)
            } else {
                Output.line(Output.shown("The store was copied to \(file)"))
            }
            return .ok
        }
    }

    struct Restore: Verb {
        static let configuration = CommandConfiguration(
            commandName: "restore", abstract: "Bring a backup back, while the broker is stopped.")
        @Argument(help: "A file that skein broker backup made.")
        var file: String
        @Flag(name: .long, help: "Take the place of the store there is; it is kept beside it.")
        var replace = false
        @OptionGroup var data: DataOption
        @OptionGroup var common: CommonOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let place = try data.place()
            try place.prepare()
            let aside: String?
            do throws(SkeinError) {
                aside = try BrokerDatabase.restore(
                    from: file, to: place.databasePath, replacing: replace)
            } catch {
                guard error.code == .fileExists else { throw BrokerPlace.told(error) }
                throw SkeinError(
                    .fileExists, error.message,
                    hint: "Take its place with --replace; it is kept beside the new one")
            }
            if common.wantsJSON {
                Output.line(
                    Envelope(
                        command: "broker restore",
                        data: Report(store: place.databasePath, replaced: aside)
                    ).line)
            } else {
                Output.line(Output.shown("The store was restored to \(place.databasePath)"))
                if let aside { Output.line(Output.shown("The one before is kept as \(aside)")) }
            }
            return .ok
        }

        private struct Report: Encodable {
            var store: String
            var replaced: String?
        }
    }
}

/// A mesh and its founder, as `add-mesh` was told of them.
struct NewBrokerMesh {
    let mesh: BrokerMesh
    let founder: BrokerMember

    init(name: String, owner: String, ownerName: String) throws(SkeinError) {
        guard let checked = try? PeerName.check(name), let slug = Slug.from(checked) else {
            throw SkeinError(
                .badName, "\(name) cannot be a mesh's name",
                hint: "Give 1 to 64 characters on one line, a letter or digit of ASCII among them")
        }
        guard let ownerName = try? PeerName.check(ownerName) else {
            throw SkeinError(
                .badName, "\(ownerName) cannot be a member's name",
                hint: "Give 1 to 64 characters on one line")
        }
        guard let key = PublicKey(hex: owner.lowercased()), key.isPoint else {
            throw SkeinError(
                .arguments, "--owner is no ed25519 public key",
                hint: "Give the 64 hexadecimal digits of the owner's public key")
        }
        let now = Surroundings.now
        mesh = BrokerMesh(
            id: MeshID(rawValue: RandomID.make()), name: checked, slug: slug, ownerKey: key,
            createdAt: now)
        founder = BrokerMember(
            id: MemberID(rawValue: RandomID.make()), mesh: mesh.id, publicKey: key,
            displayName: ownerName, permission: .admin, joinedAt: now)
    }
}
