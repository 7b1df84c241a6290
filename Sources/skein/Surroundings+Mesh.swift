import Mesh
import MeshProtocol
import Session

extension Surroundings {
    /// The mesh a screen shows: the one named, the launch's own inside a launch, else the one
    /// used last.
    func membership(called name: String?) throws(SkeinError) -> Membership {
        let joined = try openDatabase().memberships()
        if let wanted = name ?? environment["SKEIN_MESH"].flatMap({ $0.isEmpty ? nil : $0 }) {
            return try joined.called(wanted)
        }
        guard let recent = joined.first else {
            throw SkeinError(
                .meshNotFound, "No mesh is joined on this machine yet",
                hint: "Run skein to create one")
        }
        return recent
    }
}
