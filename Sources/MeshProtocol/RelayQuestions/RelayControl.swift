import Mesh

public struct AskStatus: RelayQuestion {
    public typealias Answer = RelayStatus
    public static let word = "status"
    public init() {}
}

/// Answered when the relay has said goodbye everywhere.
public struct StopRelay: RelayQuestion {
    public typealias Answer = Done
    public static let word = "stop"
    public static let isForPersonOnly = true
    public init() {}
}

/// A mesh was made, changed or left: read the store again.
public struct RefreshMeshes: RelayQuestion {
    public typealias Answer = Done
    public static let word = "refresh"
    public init() {}
}

/// Say hello for this launch and keep its presence until its process is gone. Answered when the
/// broker has acknowledged it. The token proves later lines to come from the launch.
public struct RegisterLaunch: RelayQuestion {
    public typealias Answer = Done
    public static let word = "register"
    public var record: LaunchRecord
    public var token: String

    public init(_ record: LaunchRecord, token: String) {
        self.record = record
        self.token = token
    }
}

/// As whom the relay takes whoever asks.
public struct WhoAmI: RelayQuestion {
    public typealias Answer = Speaker
    public static let word = "who_am_i"
    public init() {}
}

public struct Speaker: Codable, Equatable, Sendable {
    /// Nil for the person.
    public var launch: LaunchID?

    public init(launch: LaunchID?) { self.launch = launch }
}
