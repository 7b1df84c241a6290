import ArgumentParser
import Mesh
import MeshProtocol

/// `skein groups`: which groups there are, and which this launch is in.
struct GroupsVerbs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "groups", abstract: "List the groups of a mesh; join or leave one.",
        subcommands: [List.self, Join.self, Leave.self], defaultSubcommand: List.self)

    struct List: Verb {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the groups, and which this launch is in.")
        static let takesWords = false
        @OptionGroup var rows: RowOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let line = try Desk().line(rows.at.mesh)
            let peers = try await line.relay.peers(mesh: line.membership.mesh)
            let own = peers.first { $0.sessionID == line.launch?.rawValue }?.groups ?? []
            let rows = Row.all(peers, own: own)
            try Output.rows(
                "groups list", rows, called: "groups",
                around: ["mesh": .string(line.membership.slug)], self.rows
            ) { () throws(SkeinError) in
                rows.isEmpty ? "Nobody is in a group." : Self.table(rows)
            }
            return .ok
        }

        static func table(_ rows: [Row]) -> String {
            TextTable.text(
                [["GROUP", "PEERS", "YOU"]]
                    + rows.map { row in
                        let own = row.is_member ? row.own_role ?? "in it" : ""
                        return ["@" + row.name, row.members.joined(separator: ", "), own]
                            .map(Output.shown)
                    })
        }

        struct Row: Encodable {
            var name: String
            /// Names of the peers in it now.
            var members: [String]
            var is_member: Bool
            @Nullable var own_role: String?

            static func all(_ peers: [Peer], own: [GroupMembership]) -> [Row] {
                var members: [String: [String]] = [:]
                for peer in peers {
                    for group in peer.groups { members[group.name, default: []].append(peer.name) }
                }
                return members.keys.sorted().map { name in
                    let mine = own.first { $0.name == name }
                    return Row(
                        name: name, members: members[name, default: []].sorted(),
                        is_member: mine != nil, own_role: mine?.role)
                }
            }
        }
    }

    struct Join: Verb {
        static let configuration = CommandConfiguration(
            commandName: "join", abstract: "Put this launch into a group.")
        @Argument(help: "The group, for example backend, api/payments, or api:lead with a role.")
        var group: String
        @OptionGroup var mesh: MeshOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let group = try GroupWord.read(group)
            try await OwnPresence.change(.joinGroup(group), mesh, what: "group")
            try Output.report("groups join", group, mesh.common) {
                () throws(SkeinError) in Output.shown("You are in @\(group.name).")
            }
            return .ok
        }
    }

    struct Leave: Verb {
        static let configuration = CommandConfiguration(
            commandName: "leave", abstract: "Take this launch out of a group.")
        @Argument(help: "The group.")
        var group: String
        @OptionGroup var mesh: MeshOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let group = try GroupWord.read(group)
            try await OwnPresence.change(.leaveGroup(group.name), mesh, what: "group")
            try Output.report("groups leave", ["name": group.name], mesh.common) {
                () throws(SkeinError) in Output.shown("You are not in @\(group.name) any more.")
            }
            return .ok
        }
    }
}

/// A group as it is typed: `backend`, `@backend`, `api:lead`.
enum GroupWord {
    static func read(_ text: String) throws(SkeinError) -> GroupMembership {
        let word = text.hasPrefix("@") ? text.dropFirst() : text[...]
        let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first.map(String.init), GroupRules.isName(name),
            name.utf8.count <= 256, parts.dropFirst().allSatisfy({ !$0.isEmpty })
        else {
            throw SkeinError(
                .badName, "\(text) is no group's name",
                hint: "For example backend, api/payments, or api:lead", subject: text)
        }
        return GroupMembership(name: name, role: parts.dropFirst().first.map(String.init))
    }
}
