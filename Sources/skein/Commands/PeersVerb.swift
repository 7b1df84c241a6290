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

    @Option(name: .long, help: "The mesh; without it the only one, or the one used last.")
    var mesh: String?
    @OptionGroup var common: CommonOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let surroundings = try Surroundings()
        surroundings.tellWarnings()
        let membership = try surroundings.membership(called: mesh)
        let peers = try surroundings.relay().ask(ListPeers(mesh: membership.mesh))
        if common.json {
            let rows = peers.map(PeerRow.init)
            Output.line(
                Envelope(command: "peers", data: Report(mesh: membership.slug, peers: rows)).line)
        } else if peers.isEmpty {
            Output.line("Nobody is on \(membership.name) now. Start an agent with: skein")
        } else {
            Output.line(table(peers))
        }
        return .ok
    }

    private func table(_ peers: [Peer]) -> String {
        let now = Surroundings.now
        let rows = peers.map { peer in
            [
                peer.name, peer.status.rawValue,
                Age.text(seconds: Int(now.milliseconds(since: peer.statusSince) / 1000)), peer.role ?? "",
                peer.agent ?? "", peer.cwd, peer.hostname ?? "",
            ].map { SafeText.visible($0, limit: 48) }
        }
        return TextTable.text([["NAME", "STATUS", "AGE", "ROLE", "AGENT", "DIRECTORY", "HOST"]] + rows)
    }

    private struct Report: Encodable {
        var mesh: String
        var peers: [PeerRow]
    }
}

/// A peer as `--json` shows it. Its fields are stable.
struct PeerRow: Encodable {
    var id: String
    var member_key: String
    var name: String
    var status: String
    var status_source: String
    var status_since_ms: Int64
    var connected_at_ms: Int64
    var role: String?
    var groups: [GroupMembership]
    var agent: String?
    var model: String?
    var summary: String?
    var cwd: String
    var host: String?
    var session_id: String

    init(_ peer: Peer) {
        id = peer.id
        member_key = peer.memberKey
        name = peer.name
        status = peer.status.rawValue
        status_source = peer.statusSource.rawValue
        status_since_ms = peer.statusSince.milliseconds
        connected_at_ms = peer.connectedAt.milliseconds
        role = peer.role
        groups = peer.groups
        agent = peer.agent
        model = peer.model
        summary = peer.summary
        cwd = peer.cwd
        host = peer.hostname
        session_id = peer.sessionID
    }
}
