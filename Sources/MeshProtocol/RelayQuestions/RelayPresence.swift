import Mesh

/// The peers of one mesh, now.
public struct ListPeers: RelayQuestion {
    public typealias Answer = [Peer]
    public static let word = "peers"
    public var mesh: MeshID

    public init(mesh: MeshID) { self.mesh = mesh }
}

/// What is true of a mesh now, and then every change of it: the one question that is answered by
/// events. Without `presence` among the topics no peers are sent.
public struct WatchMesh: RelayQuestion {
    public typealias Answer = Done
    public static let word = "watch"
    public var mesh: MeshID
    public var topics: Set<RelayTopic>

    public init(mesh: MeshID, topics: Set<RelayTopic> = [.presence]) {
        self.mesh = mesh
        self.topics = topics
    }
}

/// A frame for the mesh's broker, by the link of whoever asks: the launch's own inside a launch,
/// the observer's elsewhere. The answer is the broker's. What changes grants, members or the mesh
/// is the person's (`BrokerRequestRule`).
public struct AskBroker: RelayQuestion {
    public typealias Answer = ServerFrame
    public static let word = "broker"
    public var mesh: MeshID
    public var frame: ClientFrame

    public init(mesh: MeshID, _ verb: ClientFrame.Verb) {
        self.mesh = mesh
        frame = ClientFrame(verb)
    }
}

/// Whom a target means now, without sending anything.
public struct ResolveTarget: RelayQuestion {
    public typealias Answer = ResolvedTarget
    public static let word = "resolve"
    public var mesh: MeshID
    public var target: String

    public init(_ target: String, mesh: MeshID) {
        self.target = target
        self.mesh = mesh
    }
}

/// How a peer's member key can be compared with its owner, and whether that was done.
public struct AskSafetyNumber: RelayQuestion {
    public typealias Answer = SafetyReport
    public static let word = "safety_number"
    public var mesh: MeshID
    public var target: String

    public init(of target: String, mesh: MeshID) {
        self.target = target
        self.mesh = mesh
    }
}

/// The person has compared a member's safety number: this key is that member's.
public struct MarkVerified: RelayQuestion {
    public typealias Answer = Done
    public static let word = "mark_verified"
    public static let isForPersonOnly = true
    public var mesh: MeshID
    public var memberKey: String
    public var isVerified: Bool

    public init(_ memberKey: String, mesh: MeshID, isVerified: Bool = true) {
        self.memberKey = memberKey
        self.mesh = mesh
        self.isVerified = isVerified
    }
}

public struct SafetyReport: Codable, Equatable, Sendable {
    public var name: String
    public var memberKey: String
    /// 30 digits in groups of five; the other side sees the same ones.
    public var number: String
    public var isVerified: Bool
    /// Another key that went by this name before, where there was one.
    public var formerKey: String?

    public init(
        name: String, memberKey: String, number: String, isVerified: Bool, formerKey: String? = nil
    ) {
        self.name = name
        self.memberKey = memberKey
        self.number = number
        self.isVerified = isVerified
        self.formerKey = formerKey
    }
}
