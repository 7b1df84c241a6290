import ArgumentParser
import Mesh
import MeshProtocol

/// `skein info`: what a mesh holds, and who one is there.
struct InfoVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Say what a mesh holds and who you are there.")
    static let takesWords = false

    @OptionGroup var mesh: MeshOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let line = try Desk().line(mesh.mesh)
        let info: MeshInfo = try await line.answer(GetMeshInfo())
        let report = Report(info, line.membership)
        try Output.report("info", report, mesh.common) { () throws(SkeinError) in report.text }
        return .ok
    }

    struct Report: Encodable {
        var id: String
        var mesh: String
        var name: String
        /// Null for a mesh of this machine.
        @Nullable var broker: String?
        var permission: String
        var peers: Int
        var groups: [String]
        var state_keys: [String]
        var memories: Int
        var your_name: String
        var your_groups: [GroupMembership]
        var your_member_key: String

        init(_ info: MeshInfo, _ membership: Membership) {
            id = membership.mesh.rawValue
            mesh = membership.slug
            name = membership.name
            broker = if case .broker(let url) = membership.place { url } else { nil }
            permission = membership.permission.rawValue
            peers = info.peers
            groups = info.groups
            state_keys = info.stateKeys
            memories = info.memoryCount
            your_name = info.yourName
            your_groups = info.yourGroups
            your_member_key = membership.memberKey.hex
        }

        var text: String {
            let own = your_groups.map { "@" + $0.name + ($0.role.map { ":" + $0 } ?? "") }
            let rows = [
                ["mesh", "\(name) (\(mesh))"], ["broker", broker ?? "this machine"],
                ["you", "\(your_name), \(permission)"],
                ["your groups", own.joined(separator: " ")],
                ["your member key", your_member_key], ["peers", "\(peers)"],
                ["groups", groups.joined(separator: " ")],
                ["state", state_keys.joined(separator: ", ")], ["memories", "\(memories)"],
            ]
            return TextTable.text(rows.map { row in row.map(Output.shown) })
        }
    }
}
