import Dashboard
import Database
import Foundation
import Mesh
import MeshProtocol

/// How the meshes were looked at in earlier runs. It is a comfort: what cannot be read is as if it
/// had never been, and what cannot be written is forgotten.
struct LookStore {
    /// Bytes of one look. No person's is longer.
    private static let limit = 4096

    let database: MachineDatabase

    func looks(of meshes: [Membership]) -> [MeshScope: DashboardLook] {
        let scopes = meshes.map { MeshScope.one($0.mesh) } + [.all]
        return scopes.reduce(into: [:]) { looks, scope in
            guard let text = try? database.setting(Self.key(scope)), text.utf8.count <= Self.limit
            else { return }
            looks[scope] = try? JSONDecoder().decode(DashboardLook.self, from: Data(text.utf8))
        }
    }

    func keep(_ look: DashboardLook, of scope: MeshScope) {
        guard let data = try? JSONEncoder().encode(look), data.count <= Self.limit else { return }
        try? database.set(Self.key(scope), to: String(decoding: data, as: UTF8.self))
    }

    private static func key(_ scope: MeshScope) -> String {
        switch scope {
        case .one(let mesh): "dashboard.look.\(mesh.rawValue)"
        case .all: "dashboard.look"
        }
    }
}
