import Connection
import Home
import Mesh
import MeshProtocol

/// A launch whose process lives: its record, its keys, and its link to the mesh.
struct LiveLaunch {
    var record: LaunchRecord
    var secrets: LaunchSecrets
    let watch: ProcessWatch
    /// Tells this registration from a later one of the same launch.
    let serial: Int
    /// Nil until the mesh's broker could be found.
    var link: BrokerLink?
    var linkState = LinkState.connecting
    /// Finding the broker, and reading the link's events.
    var connecting: Task<Void, Never>?
    var reading: Task<Void, Never>?
    /// What its agent's hooks said.
    var hooks = HookTally()
    /// Reading its mail. It ends with the link, when it has read what was there.
    var mail: Task<Void, Never>?

    func stopWatching() {
        watch.cancel()
        connecting?.cancel()
        reading?.cancel()
    }
}
