import Mesh

public struct GetMeshInfo: ClientRequest {
    public static let type = "mesh_info"

    public init() {}
}

/// What a mesh holds. Files, tasks, streams, tables and collections are not part of Skein; old
/// clients read their counts.
public struct MeshInfo: ServerAnswer {
    public static let type = "mesh_info_result"

    public struct Tasks: Codable, Equatable, Sendable {
        public var open = 0
        public var claimed = 0
        public var done = 0

        public init() {}
    }

    /// The mesh's id.
    public var mesh: String
    public var peers: Int
    /// Each with its `@`.
    public var groups: [String]
    public var stateKeys: [String]
    public var memoryCount: Int
    public var fileCount = 0
    public var tasks = Tasks()
    public var streams: [String] = []
    public var tables: [String] = []
    public var collections: [String] = []
    public var yourName: String
    public var yourGroups: [GroupMembership]

    public init(
        mesh: String, peers: Int, groups: [String], stateKeys: [String], memoryCount: Int,
        yourName: String, yourGroups: [GroupMembership]
    ) {
        self.mesh = mesh
        self.peers = peers
        self.groups = groups
        self.stateKeys = stateKeys
        self.memoryCount = memoryCount
        self.yourName = yourName
        self.yourGroups = yourGroups
    }
}
