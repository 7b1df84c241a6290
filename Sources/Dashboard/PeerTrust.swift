import Mesh
import MeshProtocol

/// How far a peer's member is trusted by the person, as the relay and the broker say.
public struct PeerTrust: Equatable, Sendable {
    /// Nil for the person's own member: there is nobody to compare with.
    public var safety: SafetyReport?
    /// What it may do to the person.
    public var capabilities: [PeerGrants.Capability]
    /// It was never named, and may do what everybody may.
    public var isStandard: Bool

    public init(
        safety: SafetyReport?, capabilities: [PeerGrants.Capability], isStandard: Bool
    ) {
        self.safety = safety
        self.capabilities = capabilities
        self.isStandard = isStandard
    }

    public var isBlocked: Bool { capabilities.isEmpty }
}

/// What the person does to a peer's member.
public enum PeerDeed: Equatable, Sendable {
    case block, unblock
    /// The safety number was compared, or the word for it is taken back.
    case verify(Bool)
    /// Its sessions end, and its clients do not come back by themselves.
    case kick
}
