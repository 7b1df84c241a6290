import Mesh
import MeshProtocol

extension Home {
    /// The relay's Unix socket.
    public var socketPath: String { runtimeDirectory + "/" + SocketPlace.fileName }
    /// Held by the one relay of this home; it stands beside the store it guards.
    public var relayLockPath: String { dataDirectory + "/relay.lock" }
    public var relayLogPath: String { stateDirectory + "/relay.log" }
    /// What this machine remembers between runs.
    public var machineDatabasePath: String { dataDirectory + "/machine.sqlite" }
    /// Outbox, inbox and receipts; the relay's alone.
    public var mailDatabasePath: String { dataDirectory + "/mail.sqlite" }
    /// What happened on the meshes, and who was there, for a while; the relay's alone.
    public var historyDatabasePath: String { dataDirectory + "/history.sqlite" }
    /// Hook events that no relay took.
    public var spoolPath: String { stateDirectory + "/hooks.spool" }
    /// What the broker inside the relay remembers.
    public var brokerDatabasePath: String { dataDirectory + "/broker.sqlite" }
    public var memberKeysDirectory: String { dataDirectory + "/keys/members" }
    public var rootKeysDirectory: String { dataDirectory + "/keys/roots" }
    public var observerKeysDirectory: String { dataDirectory + "/keys/observers" }
    public var launchKeysDirectory: String { dataDirectory + "/keys/launches" }
    public var configFilePath: String { configDirectory + "/config.toml" }
    public var themesDirectory: String { configDirectory + "/themes" }
    public var terminfoDirectory: String { cacheDirectory + "/terminfo" }

    /// Makes the directories the program writes to, 0700. What exists already is left as it is,
    /// save that a directory for secrets must belong to this user and be closed to others.
    public func prepare() throws(SkeinError) {
        for path in [dataDirectory, stateDirectory, cacheDirectory] {
            try PrivateDirectory.make(path)
        }
        try PrivateDirectory.make(memberKeysDirectory, closed: true)
        try PrivateDirectory.make(rootKeysDirectory, closed: true)
        try PrivateDirectory.make(observerKeysDirectory, closed: true)
        try PrivateDirectory.make(launchKeysDirectory, closed: true)
        try SocketPlace.prepare(runtimeDirectory)
    }

    /// What another process needs in its environment to find this home.
    public var environment: [String: String] {
        root.map { ["SKEIN_HOME": $0] } ?? [:]
    }
}
