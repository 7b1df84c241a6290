import Mesh
import MeshProtocol
import Session

extension Surroundings {
    /// The mesh a screen shows: the one named, the launch's own inside a launch, else the one
    /// used last.
    func membership(called name: String?) throws(SkeinError) -> Membership {
        try openDatabase().memberships().meant(by: name, launchMesh: environment["SKEIN_MESH"])
    }
}
