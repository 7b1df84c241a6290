import Mesh

// The relay's socket speaks one JSON object a line, UTF-8, at most 1 MiB a line.
// On connecting, the relay sends a greeting; then each request is answered by one reply with the
// same `id`, except `watch`, which is answered by events until the socket closes.

/// The relay's first line.
public struct RelayGreeting: Codable, Equatable, Sendable {
    /// The version of these lines. A client that reads another number does not go on.
    public var protocolVersion: Int
    /// The version of the program that runs the relay.
    public var programVersion: String
    public var pid: Int32

    public static let currentProtocol = 1

    public init(protocolVersion: Int = currentProtocol, programVersion: String, pid: Int32) {
        self.protocolVersion = protocolVersion
        self.programVersion = programVersion
        self.pid = pid
    }
}

/// What can be asked of the relay.
public enum RelayVerb: Codable, Equatable, Sendable {
    case status
    case stop
    /// Say hello for this launch and keep its presence until its process is gone. Answered when
    /// the broker has acknowledged it. The token proves later lines to come from the launch.
    case register(LaunchRecord, token: String)
    /// The peers of one mesh, now.
    case peers(mesh: MeshID)
    /// A snapshot of one mesh's peers, then every change, and the health of the link.
    case watch(mesh: MeshID)
    /// A mesh was made or left: read the store again.
    case refresh
    /// A v1 invite, known to the mesh's broker. For the person, never for a launch.
    case invite(InviteOrder)
    case invites(mesh: MeshID)
    case revokeInvite(String, mesh: MeshID)
}

public struct RelayRequest: Codable, Equatable, Sendable {
    public var id: Int
    public var verb: RelayVerb

    public init(id: Int, verb: RelayVerb) {
        self.id = id
        self.verb = verb
    }
}

/// The answer to one request, or one event of a `watch`.
public struct RelayReply: Codable, Equatable, Sendable {
    public enum Body: Codable, Equatable, Sendable {
        case done
        case failed(SkeinError)
        case status(RelayStatus)
        case peers([Peer])
        case event(RelayEvent)
        case invite(MadeInvite)
        case invites([InviteList.Entry])
    }

    public var id: Int
    public var body: Body

    public init(id: Int, body: Body) {
        self.id = id
        self.body = body
    }
}

public struct RelayStatus: Codable, Equatable, Sendable {
    public struct MeshHealth: Codable, Equatable, Sendable {
        public var mesh: MeshID
        public var name: String
        /// Nil where nobody uses the mesh now, so that there is no link.
        public var link: LinkState?

        public init(mesh: MeshID, name: String, link: LinkState?) {
            self.mesh = mesh
            self.name = name
            self.link = link
        }
    }

    public var pid: Int32
    public var programVersion: String
    public var startedAt: Moment
    /// The port of the broker for meshes of this machine, where it runs.
    public var brokerPort: Int?
    /// Launches whose processes live.
    public var launches: Int
    /// Every mesh that is joined.
    public var meshes: [MeshHealth]

    public init(
        pid: Int32, programVersion: String, startedAt: Moment, brokerPort: Int?, launches: Int,
        meshes: [MeshHealth]
    ) {
        self.pid = pid
        self.programVersion = programVersion
        self.startedAt = startedAt
        self.brokerPort = brokerPort
        self.launches = launches
        self.meshes = meshes
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

public enum RelayEvent: Codable, Equatable, Sendable {
    /// Everything known now. It replaces whatever was known before.
    case snapshot([Peer])
    case changed(PeerChanges)
    case link(LinkState)
}

public struct PeerChanges: Codable, Equatable, Sendable {
    public var joined: [Peer]
    /// Whole peers, as they are after the change.
    public var updated: [Peer]
    /// Ids of the peers that left.
    public var left: [String]

    public init(joined: [Peer] = [], updated: [Peer] = [], left: [String] = []) {
        self.joined = joined
        self.updated = updated
        self.left = left
    }
}
