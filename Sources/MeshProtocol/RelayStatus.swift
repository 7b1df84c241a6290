import Mesh

/// How the relay stands.
public struct RelayStatus: Codable, Equatable, Sendable {
    public var pid: Int32
    public var programVersion: String
    public var startedAt: Moment
    /// The port of the broker for meshes of this machine, where it runs.
    public var brokerPort: Int?
    /// Launches whose processes live.
    public var launches: Int
    /// Every mesh that is joined.
    public var meshes: [MeshHealth]
    /// Launches whose processes live and that their broker does not take.
    public var refused: [RefusedLaunch]

    public init(
        pid: Int32, programVersion: String, startedAt: Moment, brokerPort: Int?, launches: Int,
        meshes: [MeshHealth], refused: [RefusedLaunch] = []
    ) {
        self.refused = refused
        self.pid = pid
        self.programVersion = programVersion
        self.startedAt = startedAt
        self.brokerPort = brokerPort
        self.launches = launches
        self.meshes = meshes
    }
}

/// A launch that its broker refused for good: it was kicked, banned, or is not known. It stays
/// absent until it is started again.
public struct RefusedLaunch: Codable, Equatable, Sendable {
    public var launch: LaunchID
    public var mesh: MeshID
    public var name: String
    public var reason: String

    public init(launch: LaunchID, mesh: MeshID, name: String, reason: String) {
        self.launch = launch
        self.mesh = mesh
        self.name = name
        self.reason = reason
    }
}

/// How one mesh stands in the relay.
public struct MeshHealth: Codable, Equatable, Sendable {
    public var mesh: MeshID
    public var name: String
    /// Nil where nobody uses the mesh now, so that there is no link.
    public var link: LinkState?
    /// When its broker last acknowledged anything, and how many milliseconds it took.
    public var lastAckAt: Moment?
    public var lastAckMilliseconds: Int?
    public var mail: MailCounts
    /// Its broker is in the wide world and reached by `ws://`: whoever is on the way can read who
    /// is present, though no message.
    public var isExposed: Bool

    public init(
        mesh: MeshID, name: String, link: LinkState?, lastAckAt: Moment? = nil,
        lastAckMilliseconds: Int? = nil, mail: MailCounts = MailCounts(), isExposed: Bool = false
    ) {
        self.isExposed = isExposed
        self.mesh = mesh
        self.name = name
        self.link = link
        self.lastAckAt = lastAckAt
        self.lastAckMilliseconds = lastAckMilliseconds
        self.mail = mail
    }
}

/// What lies in the relay for one mesh.
public struct MailCounts: Codable, Equatable, Hashable, Sendable {
    /// Accepted, and not yet on the broker's disk.
    public var waiting: Int
    /// Given up, until a person looks.
    public var dead: Int
    /// In the person's inbox, not yet shown.
    public var unread: Int
    /// Events that were dropped because too many waited.
    public var droppedEvents: Int

    public init(waiting: Int = 0, dead: Int = 0, unread: Int = 0, droppedEvents: Int = 0) {
        self.waiting = waiting
        self.dead = dead
        self.unread = unread
        self.droppedEvents = droppedEvents
    }
}

/// How a link to a broker stands.
public enum LinkState: Codable, Equatable, Sendable, Hashable {
    case connecting
    case live
    /// The link dropped; the next try is at this moment.
    case retrying(reason: String, at: Moment)
    /// The broker refused for good; there will be no further try.
    case refused(reason: String)
}
