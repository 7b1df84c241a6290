import ArgumentParser
import Mesh
import MeshProtocol

/// What others may do to oneself: asked of the broker, changed there, never by a launch.
struct Grants {
    let line: MeshLine
    private(set) var entries: [String: [PeerGrants.Capability]]
    let standard: [PeerGrants.Capability]

    init(_ line: MeshLine) async throws(SkeinError) {
        self.line = line
        let list: GrantList = try await line.answer(ListGrants())
        entries = list.grants
        standard = list.standard
    }

    func of(_ key: String) -> Set<PeerGrants.Capability> { Set(entries[key] ?? standard) }

    /// Nil gives `key` the standard back.
    mutating func set(
        _ key: String, to capabilities: Set<PeerGrants.Capability>?
    ) async throws(SkeinError) {
        let list = capabilities.map { set in
            PeerGrants.Capability.allCases.filter(set.contains)
        }
        _ = try await line.ask(.request(SetGrants(grants: [key: list])))
        entries[key] = list
    }

    static func capabilities(
        _ words: [String]
    ) throws(SkeinError) -> Set<PeerGrants.Capability> {
        var found: Set<PeerGrants.Capability> = []
        for word in words {
            guard let capability = PeerGrants.Capability(rawValue: word) else {
                let all = PeerGrants.Capability.allCases.map(\.rawValue).joined(separator: ", ")
                throw SkeinError(
                    .arguments, "There is no capability \(word)", hint: "There are \(all)")
            }
            found.insert(capability)
        }
        return found
    }

    /// Changes one peer's entry, and tells what it may do then.
    nonisolated(nonsending) static func change(
        _ verb: String, _ peer: String, _ options: MeshOptions,
        _ change: (Set<PeerGrants.Capability>) -> Set<PeerGrants.Capability>?
    ) async throws(SkeinError) {
        let desk = try Desk()
        try desk.refuseLaunch("change what others may do")
        let (line, target) = try desk.line(to: peer, mesh: options.mesh)
        let member = try await line.member(target)
        guard member.key != line.membership.memberKey.hex else {
            throw SkeinError(
                .arguments, "\(member.name) is a launch of your own", hint: "Name somebody else",
                subject: peer)
        }
        var grants = try await Grants(line)
        try await grants.set(member.key, to: change(grants.of(member.key)))
        let row = GrantRow(member.name, member.key, grants)
        try Output.report(verb, row, options.common) { () throws(SkeinError) in
            Output.shown("\(member.name) \(row.words).")
        }
    }
}

struct GrantRow: Encodable {
    /// Null where the member is not in the mesh any more.
    @Nullable var name: String?
    var member_key: String
    var capabilities: [String]
    /// It is not named, and may do what everybody may.
    var is_standard: Bool
    var is_blocked: Bool

    init(_ name: String?, _ key: String, _ grants: Grants) {
        self.name = name
        member_key = key
        capabilities = PeerGrants.Capability.allCases.filter(grants.of(key).contains)
            .map(\.rawValue)
        is_standard = grants.entries[key] == nil
        is_blocked = capabilities.isEmpty
    }

    var words: String {
        if is_blocked { return "is blocked, and is not told" }
        return "may " + capabilities.joined(separator: ", ") + (is_standard ? ", as everybody" : "")
    }
}

/// `skein grant`: lets a peer do more to oneself.
struct GrantVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "grant", abstract: "Let a peer do more to you.",
        discussion: "Capabilities: read, dm, broadcast, state-read, state-write, file-read.")
    @Argument(help: "The peer.")
    var peer: String
    @Argument(help: "What it may do.")
    var capabilities: [String]
    @OptionGroup var mesh: MeshOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let more = try Grants.capabilities(capabilities)
        try await Grants.change("grant", peer, mesh) { $0.union(more) }
        return .ok
    }
}

/// `skein revoke`: lets a peer do less.
struct RevokeVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Let a peer do less to you.",
        discussion: "Capabilities: read, dm, broadcast, state-read, state-write, file-read.")
    @Argument(help: "The peer.")
    var peer: String
    @Argument(help: "What it may not do any more.")
    var capabilities: [String]
    @OptionGroup var mesh: MeshOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let less = try Grants.capabilities(capabilities)
        try await Grants.change("revoke", peer, mesh) { $0.subtracting(less) }
        return .ok
    }
}

/// `skein block`: hears nothing of a peer any more; the peer is not told.
struct BlockVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "block", abstract: "Hear nothing from a peer; it is not told.")
    @Argument(help: "The peer.")
    var peer: String
    @OptionGroup var mesh: MeshOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        try await Grants.change("block", peer, mesh) { _ in [] }
        return .ok
    }
}

/// `skein unblock`: gives a peer the standard back.
struct UnblockVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "unblock", abstract: "Let a peer do what everybody may.")
    @Argument(help: "The peer.")
    var peer: String
    @OptionGroup var mesh: MeshOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        try await Grants.change("unblock", peer, mesh) { _ in nil }
        return .ok
    }
}

/// `skein grants`: whom one has allowed or forbidden something.
struct GrantsVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "grants", abstract: "List whom you have allowed or forbidden something.")
    static let takesWords = false
    @OptionGroup var rows: RowOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let line = try Desk().line(rows.at.mesh)
        let grants = try await Grants(line)
        let list: MemberList = try await line.answer(ListMembers())
        let names = Dictionary(
            list.members.compactMap { member in member.pubkey.map { ($0, member.displayName) } },
            uniquingKeysWith: { first, _ in first })
        let rows = grants.entries.keys.sorted().map { GrantRow(names[$0], $0, grants) }
        try Output.rows(
            "grants", rows, called: "grants",
            around: [
                "mesh": .string(line.membership.slug),
                "standard": .array(grants.standard.map { .string($0.rawValue) }),
            ], self.rows
        ) { () throws(SkeinError) in
            let everybody = grants.standard.map(\.rawValue).joined(separator: ", ")
            let table = rows.map { row in
                [row.name ?? "?", String(row.member_key.prefix(16)), row.words].map(Output.shown)
            }
            return TextTable.text(table + [["everybody else", "", "may " + everybody]])
        }
        return .ok
    }
}
