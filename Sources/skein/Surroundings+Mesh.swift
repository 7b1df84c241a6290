import Database
import Mesh
import MeshProtocol
import Session

extension Surroundings {
    /// The mesh a verb means: the one named, the launch's own inside a launch, else the only one
    /// or the one used last.
    func membership(called name: String?) throws(SkeinError) -> Membership {
        let database = try openDatabase()
        let record = try database.record(directory: Process.currentDirectory)
        let session = SessionState(
            facts: Facts(
                directory: Process.currentDirectory, home: environment["HOME"] ?? "",
                loginName: "", hostname: "", agents: [], freshSession: ""),
            machine: record)
        if let wanted = name ?? environment["SKEIN_MESH"].flatMap({ $0.isEmpty ? nil : $0 }) {
            return try session.membership(called: wanted)
        }
        guard let recent = record.memberships.first else {
            throw SkeinError(
                .meshNotFound, "No mesh is joined on this machine yet",
                hint: "Run skein to create one")
        }
        return recent
    }
}
