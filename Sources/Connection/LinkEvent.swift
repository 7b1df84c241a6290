import Mesh
import MeshProtocol

/// What a link tells its one reader.
public enum LinkEvent: Equatable, Sendable {
    case link(LinkState)
    /// Everything known now. It replaces whatever was known before.
    case snapshot([Peer])
    case changed(PeerChanges)
}

/// What a broker told that is not presence.
public enum LinkMail: Equatable, Sendable {
    case push(PushFrame)
    case receipt(ReceiptFrame)
    case state(StateChange)
    /// The reader's own: whatever came before it came earlier.
    case mark(Int)
}
