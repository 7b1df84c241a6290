import ArgumentParser
import Mesh
import MeshProtocol
import RelayClient
import Text
import Widgets

/// `skein peers`: who is on a mesh now.
struct PeersVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "peers", abstract: "List who is on a mesh now.")
    static let takesWords = false

    @OptionGroup var rows: RowOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let line = try Desk().line(rows.at.mesh)
        let peers = try await line.relay.peers(mesh: line.membership.mesh)
        try Output.rows(
            "peers", peers.map { PeerRow($0, line) }, called: "peers",
            around: ["mesh": .string(line.membership.slug)], rows
        ) { () throws(SkeinError) in
            peers.isEmpty
                ? Output.shown(
                    "Nobody is on \(line.membership.name) now. Start an agent with: skein")
                : Self.table(peers, line, at: Surroundings.now)
        }
        return .ok
    }

    /// What it does; who waits for its person is said to wait.
    static func word(_ peer: Peer) -> String {
        PeerRow(peer).is_waiting ? "waiting" : peer.status.rawValue
    }

    static func table(
        _ peers: [Peer], _ line: MeshLine?, at now: Moment, columns: Int? = TextTable.window
    ) -> String {
        let rows = peers.map { peer in
            [
                peer.name, word(peer),
                Age.text(seconds: Int(now.milliseconds(since: peer.statusSince) / 1000)),
                peer.role ?? "", peer.agent ?? "", peer.cwd, peer.hostname ?? "",
                PeerRow(peer, line).is_self ? "this launch" : "",
            ].map { SafeText.visible($0, limit: 48) }
        }
        return TextTable.text(
            [["NAME", "STATUS", "AGE", "ROLE", "AGENT", "DIRECTORY", "HOST", ""]] + rows,
            columns: columns)
    }
}

/// A peer as `--json` shows it. Its fields are stable, and always there.
struct PeerRow: Encodable {
    var id: String
    var member_key: String
    var name: String
    var status: String
    /// It works, and cannot go on before its person answers: a permission, a question.
    var is_waiting: Bool
    var status_source: String
    var status_since_ms: Int64
    var connected_at_ms: Int64
    @Nullable var role: String?
    var groups: [GroupMembership]
    @Nullable var agent: String?
    @Nullable var model: String?
    @Nullable var summary: String?
    var cwd: String
    @Nullable var host: String?
    var session_id: String
    /// This very launch.
    var is_self: Bool
    /// A launch of this machine's member.
    var is_own_member: Bool
    /// It understands what `skein/1` adds.
    var speaks_skein: Bool

    init(_ peer: Peer, _ line: MeshLine? = nil) {
        id = peer.id
        member_key = peer.memberKey
        name = peer.name
        status = peer.status.rawValue
        is_waiting = peer.isWaiting && peer.status == .working
        status_source = peer.statusSource.rawValue
        status_since_ms = peer.statusSince.milliseconds
        connected_at_ms = peer.connectedAt.milliseconds
        role = peer.role
        groups = peer.groups
        agent = peer.agent
        model = peer.model
        summary = peer.summary.flatMap { $0.isEmpty ? nil : $0 }
        cwd = peer.cwd
        host = peer.hostname
        session_id = peer.sessionID
        is_self = line?.launch.map { $0.rawValue == peer.sessionID } ?? false
        is_own_member = line.map { $0.membership.memberKey.hex == peer.memberKey } ?? false
        speaks_skein = peer.speaksSkein
    }
}
