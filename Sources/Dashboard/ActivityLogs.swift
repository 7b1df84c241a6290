import Mesh

/// What happened, mesh by mesh and on all of them: whatever is in sight has its last entries whole.
struct ActivityLogs: Sendable {
    private var byMesh: [MeshID: ActivityLog] = [:]
    private var together = ActivityLog()

    mutating func append(_ activity: Activity) {
        byMesh[activity.mesh, default: ActivityLog()].append(activity)
        together.append(activity)
    }

    subscript(scope: MeshScope) -> ActivityLog {
        switch scope {
        case .one(let mesh): byMesh[mesh] ?? ActivityLog()
        case .all: together
        }
    }
}
