import ArgumentParser
import Database
import Home
import Launch
import Mesh
import MeshProtocol
import RelayClient
import Session

/// `skein mesh`: the meshes this machine has joined.
struct MeshVerbs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mesh", abstract: "List, make, rename and leave meshes.",
        subcommands: [List.self, Create.self, Use.self, Rename.self, Leave.self],
        defaultSubcommand: List.self)

    /// From the store alone: no relay is needed.
    struct List: Verb {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the meshes this machine has joined.")
        static let takesWords = false
        @OptionGroup var rows: RowOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let desk = try Desk()
            let joined = try desk.memberships()
            let wanted = try? desk.membership(called: nil, among: joined).mesh
            let rows = joined.map { Row($0, isDefault: $0.mesh == wanted) }
            try Output.rows("mesh list", rows, called: "meshes", self.rows) {
                () throws(SkeinError) in
                rows.isEmpty
                    ? "No mesh is joined on this machine yet. Run skein to create one."
                    : TextTable.text(
                        [["", "MESH", "NAME", "BROKER", "YOU"]]
                            + rows.map { row in
                                [
                                    row.is_default ? "*" : " ", row.slug, row.name,
                                    row.broker ?? "this machine", row.permission,
                                ].map(Output.shown)
                            })
            }
            return .ok
        }

        struct Row: Encodable {
            var id: String
            var slug: String
            var name: String
            /// Null for a mesh of this machine.
            @Nullable var broker: String?
            var permission: String
            var member_key: String
            var joined_at_ms: Int64
            var last_used_at_ms: Int64
            /// What a verb means without --mesh.
            var is_default: Bool

            init(_ membership: Membership, isDefault: Bool) {
                id = membership.mesh.rawValue
                slug = membership.slug
                name = membership.name
                broker = if case .broker(let url) = membership.place { url } else { nil }
                permission = membership.permission.rawValue
                member_key = membership.memberKey.hex
                joined_at_ms = membership.joinedAt.milliseconds
                last_used_at_ms = membership.lastUsedAt.milliseconds
                is_default = isDefault
            }
        }
    }

    struct Use: Verb {
        static let configuration = CommandConfiguration(
            commandName: "use", abstract: "Say which mesh is meant where none is named.")
        @Argument(help: "The mesh.")
        var mesh: String
        @OptionGroup var common: CommonOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let desk = try Desk()
            try await desk.checkIsPerson("choose for you")
            let store = try desk.openStore()
            let membership = try store.memberships().called(mesh)
            try store.use(membership.mesh, at: Surroundings.now)
            try Output.report("mesh use", List.Row(membership, isDefault: true), common) {
                () throws(SkeinError) in Output.shown("\(membership.slug) is used from now on.")
            }
            return .ok
        }
    }

    struct Rename: Verb {
        static let configuration = CommandConfiguration(
            commandName: "rename", abstract: "Give a mesh another name, for all its members.",
            discussion: "What is typed for it on this machine stays the same.")
        @Argument(help: "The mesh.")
        var mesh: String
        @Argument(help: "Its new name.")
        var name: String
        @OptionGroup var common: CommonOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let desk = try Desk()
            try desk.refuseLaunch("rename a mesh")
            let line = try desk.line(mesh)
            let name = try SessionState.name(name, of: "mesh name")
            _ = try await line.ask(.request(ChangeMesh(name: name)))
            try desk.openStore().rename(line.membership.mesh, to: name)
            await desk.tellRelay()
            var renamed = line.membership
            renamed.name = name
            let isDefault = try desk.membership(called: nil).mesh == renamed.mesh
            try Output.report("mesh rename", List.Row(renamed, isDefault: isDefault), common) {
                () throws(SkeinError) in
                Output.shown("\(renamed.slug) is called “\(name)” now.")
            }
            return .ok
        }
    }

    struct Leave: Verb {
        static let configuration = CommandConfiguration(
            commandName: "leave", abstract: "Leave a mesh; its key is kept aside.",
            discussion: "A mesh of this machine that is left is gone for everybody in it.")
        @Argument(help: "The mesh.")
        var mesh: String
        @Flag(name: .shortAndLong, help: "Ask nothing.")
        var yes = false
        @OptionGroup var common: CommonOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let desk = try Desk()
            try await desk.checkIsPerson("leave a mesh")
            let store = try desk.openStore()
            let membership = try store.memberships().called(mesh)
            let launches = try store.launchesToWatch().count {
                $0.mesh == membership.mesh
                    && RunningProcess(pid: $0.pid)?.start == $0.processStart
            }
            try confirm(membership, launches)
            // The key goes last: without it what is still there could not be left again.
            try store.leave(membership.mesh)
            let aside = try desk.home.setMemberSeedAside(mesh: membership.mesh)
            await desk.tellRelay()
            let report = Report(membership, aside, launches)
            try Output.report("mesh leave", report, common) { () throws(SkeinError) in
                let kept = aside.map { "\nIts key is kept as \($0)" } ?? ""
                let absent = launches > 0 ? "\n\(Self.absent(launches))" : ""
                return Output.shown("You have left \(membership.slug).\(absent)\(kept)")
            }
            return .ok
        }

        private static func absent(_ launches: Int) -> String {
            launches == 1
                ? "1 launch is in no mesh any more; its agent runs on."
                : "\(launches) launches are in no mesh any more; their agents run on."
        }

        private func confirm(
            _ membership: Membership, _ launches: Int
        ) throws(SkeinError) {
            if yes { return }
            guard !common.wantsJSON, Process.readsTerminal else {
                throw SkeinError(
                    .missing, "Nobody can be asked whether to leave \(membership.slug)",
                    hint: "Say so with --yes")
            }
            let gone = membership.place == .thisMachine ? " It is gone for good then." : ""
            let live = launches == 1 ? " A launch is in it now." : " \(launches) launches are in it now."
            Output.complain(
                Output.shown(
                    "Leave the mesh \(membership.slug)?\(launches > 0 ? live : "")\(gone) "
                        + "Type its name:"))
            guard StandardInput.line() == membership.slug else {
                throw SkeinError(.cancelled, "Nothing was done")
            }
        }

        private struct Report: Encodable {
            var id: String
            var slug: String
            @Nullable var key_kept_as: String?
            /// Launches whose agents run on, without a mesh.
            var launches: Int

            init(_ membership: Membership, _ aside: String?, _ launches: Int) {
                self.launches = launches
                id = membership.mesh.rawValue
                slug = membership.slug
                key_kept_as = aside
            }
        }
    }
}
