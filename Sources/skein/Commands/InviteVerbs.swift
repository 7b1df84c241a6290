import ArgumentParser
import Mesh
import MeshProtocol
import RelayClient

/// `skein invite`: letting others into a mesh.
struct InviteVerbs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite", abstract: "Let others into a mesh of yours.",
        usage: """
            skein invite [--mesh <mesh>] [--uses <n>] [--expires <time>] [--permission <p>] [--role <r>]
                         [--group <g>] …
            skein invite --v1 [--mesh <mesh>] [--uses <n>] [--expires <time>] [--permission <p>]
            skein invite list [--mesh <mesh>]
            skein invite revoke <id> [--mesh <mesh>]
            """,
        subcommands: [Make.self, List.self, Revoke.self], defaultSubcommand: Make.self)

    struct Make: Verb {
        static let configuration = CommandConfiguration(
            commandName: "make", abstract: "Make an invite, and print its link or its token.",
            discussion: """
                It is signed on this machine: only a mesh's owner can make one. The link holds no \
                key; who has it can come in, so it is printed on standard output and kept nowhere.
                """)
        @Flag(name: .customLong("v1"), help: "A token that clients of old understand, too.")
        var isFirstVersion = false
        @Option(name: .long, help: "The mesh; without it the only one, or the one used last.")
        var mesh: String?
        @Option(name: .long, help: "How many may come in by it.")
        var uses = 1
        @Option(name: .long, help: "How long it holds: 30m, 12h or 7d; a year at most.")
        var expires = "7d"
        @Option(name: .long, help: "What they are in the mesh: member or admin.")
        var permission = "member"
        @Option(name: .long, help: "What they do in the mesh, for example reviewer.")
        var role: String?
        @Option(name: .long, help: "A group they belong to; may be given again.")
        var group: [String] = []
        @OptionGroup var common: CommonOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let (permission, seconds) = try checked()
            let asked = try await InviteVerbs.relay(mesh)
            let made = try await asked.relay.ask(
                InviteOrder(
                    mesh: asked.membership.mesh, permission: permission, maxUses: uses,
                    seconds: seconds, version: isFirstVersion ? 1 : 2, role: role,
                    groups: group.isEmpty ? nil : group))
            let expiresAt = ISOMoment(made.expiresAt).description
            if common.wantsJSON {
                let report = Report(
                    id: made.id, token: isFirstVersion ? made.token : nil, url: made.link,
                    command: made.link.map { "skein join \($0)" }, broker_url: made.brokerURL,
                    mesh: asked.membership.slug, expires_at: expiresAt, uses: made.maxUses)
                Output.line(Envelope(command: "invite", data: report).line)
            } else {
                let who = made.maxUses == 1 ? "One" : "Up to \(made.maxUses)"
                let what = isFirstVersion ? "token" : "link"
                Output.complain(
                    Output.shown(
                        "\(who) may join \(asked.membership.name) by this \(what) until \(expiresAt)."))
                Output.complain(
                    Output.shown("Take it back with: skein invite revoke \(made.id)"))
                if let link = made.link {
                    Output.complain(Output.shown("They paste: skein join \(link)"))
                    warn(link)
                    Output.line(Output.shown(link))
                    Output.picture(of: link)
                } else {
                    Output.line(Output.shown(made.token))
                }
            }
            return .ok
        }

        /// What can be said before anybody is asked.
        private func checked() throws(SkeinError) -> (Permission, seconds: Int64) {
            guard !isFirstVersion || (role == nil && group.isEmpty) else {
                throw SkeinError(
                    .arguments, "A v1 token says nothing of a role or groups",
                    hint: "Leave --v1 out")
            }
            let texts = [role].compactMap { $0 } + group
            for text in texts where (try? PeerName.check(text)) != text {
                throw SkeinError(
                    .badName, "A role or a group has 1 to \(PeerName.maximumLength) characters",
                    hint: "For example: --role reviewer --group backend")
            }
            guard group.count <= InviteTerms.mostGroups else {
                throw SkeinError(
                    .arguments, "An invite has at most \(InviteTerms.mostGroups) groups",
                    hint: "Give --group less often")
            }
            guard (1...InviteOrder.mostUses).contains(uses) else {
                throw SkeinError(
                    .arguments, "--uses \(uses) is out of range",
                    hint: "Give a number from 1 to \(InviteOrder.mostUses)")
            }
            guard let seconds = Lifetime.seconds(expires) else {
                throw SkeinError(
                    .arguments, "--expires \(expires) is no time",
                    hint: "Give minutes, hours or days up to a year: 30m, 12h, 7d")
            }
            guard let permission = Permission(rawValue: permission) else {
                throw SkeinError(
                    .arguments, "--permission \(permission) is not known",
                    hint: "Use --permission member or --permission admin")
            }
            return (permission, seconds)
        }

        /// A link to this machine leads nowhere on another.
        private func warn(_ link: String) {
            guard BrokerSite(url: link)?.isLoopback == true else { return }
            Output.complain(
                "! This mesh is on this machine: only homes of this machine can come in by the link")
        }

        private struct Report: Encodable {
            var id: String
            /// Of v1.
            @Nullable var token: String?
            /// Of v2, with what is to be pasted.
            @Nullable var url: String?
            @Nullable var command: String?
            var broker_url: String
            var mesh: String
            var expires_at: String
            var uses: Int
        }
    }

    struct List: Verb {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the invites of a mesh, and who used them.")
        @Option(name: .long, help: "The mesh; without it the only one, or the one used last.")
        var mesh: String?
        @OptionGroup var common: CommonOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let asked = try await InviteVerbs.relay(mesh)
            let invites = try await asked.relay.ask(
                ListMeshInvites(mesh: asked.membership.mesh))
            try Output.list("invite list", invites.map(Row.init), called: "invites", common) {
                () throws(SkeinError) in
                invites.isEmpty
                    ? Output.shown("There are no invites to \(asked.membership.name).")
                    : Self.table(invites)
            }
            return .ok
        }

        private static func table(_ invites: [InviteList.Entry]) -> String {
            let now = ISOMoment(Surroundings.now)
            let rows = invites.map { invite in
                [
                    invite.id, "v\(invite.version ?? 1)", invite.permission.rawValue,
                    "\(invite.uses)/\(invite.maxUses)", invite.expiresAt.description,
                    state(invite, at: now), usedBy(invite),
                ].map { Output.shown($0) }
            }
            return TextTable.text([["ID", "KIND", "PERMISSION", "USED", "EXPIRES", "STATE", "USED BY"]] + rows)
        }

        /// The first three by name.
        private static func usedBy(_ invite: InviteList.Entry) -> String {
            let claims = invite.claims ?? []
            let more = claims.count > 3 ? " and \(claims.count - 3) more" : ""
            return claims.prefix(3).map(\.name).joined(separator: ", ") + more
        }

        private static func state(_ invite: InviteList.Entry, at now: ISOMoment) -> String {
            if invite.revokedAt != nil { return "revoked" }
            if invite.expiresAt.moment <= now.moment { return "expired" }
            return invite.uses >= invite.maxUses ? "used up" : "open"
        }

        private struct Row: Encodable {
            var id: String
            /// 1 or 2.
            var version: Int
            var permission: String
            @Nullable var role: String?
            var groups: [String]
            var uses: Int
            var max_uses: Int
            var created_at: String
            var expires_at: String
            @Nullable var revoked_at: String?
            var used_by: [Use]

            struct Use: Encodable {
                var member: String
                var name: String
                var at: String
            }

            init(_ invite: InviteList.Entry) {
                version = invite.version ?? 1
                role = invite.role
                groups = invite.groups ?? []
                used_by = (invite.claims ?? []).map {
                    Use(member: $0.member.rawValue, name: $0.name, at: $0.at.description)
                }
                id = invite.id
                permission = invite.permission.rawValue
                uses = invite.uses
                max_uses = invite.maxUses
                created_at = invite.createdAt.description
                expires_at = invite.expiresAt.description
                revoked_at = invite.revokedAt?.description
            }
        }
    }

    struct Revoke: Verb {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "Take an invite back; who has come in stays.")
        @Argument(help: "The invite's id, from skein invite list.")
        var id: String
        @Option(name: .long, help: "The mesh; without it the only one, or the one used last.")
        var mesh: String?
        @OptionGroup var common: CommonOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let asked = try await InviteVerbs.relay(mesh)
            _ = try await asked.relay.ask(
                RevokeMeshInvite(id, mesh: asked.membership.mesh))
            try Output.report("invite revoke", ["id": id], common) { () throws(SkeinError) in
                "Nobody comes in by that invite any more."
            }
            return .ok
        }
    }

    /// An agent is not the person: who is in a mesh is no matter of a launch.
    private static func relay(
        _ mesh: String?
    ) async throws(SkeinError) -> (relay: RelayCall, membership: Membership) {
        let desk = try Desk()
        try desk.refuseLaunch("let anybody into a mesh")
        let membership = try desk.membership(called: mesh)
        return (try desk.relay(), membership)
    }
}
