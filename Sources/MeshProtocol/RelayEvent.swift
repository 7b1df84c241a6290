import Mesh

/// What a watch tells. A watcher that falls behind is told everything anew, so what is no snapshot
/// is a hint: ask for what it announces.
public enum RelayEvent: Codable, Equatable, Sendable {
    /// Everything known now. It replaces whatever was known before.
    case snapshot([Peer])
    case changed(PeerChanges)
    case link(LinkState)
    /// How much waits in the watcher's own inbox and in the mesh's outbox.
    case mail(MailCounts)
    /// How far a message of the watcher's has come.
    case receipt(ReceiptFrame)
    case state(StateChange)
    /// What happened, oldest first. What a watcher missed is in `ListEvents`.
    case happened([MeshEvent])
}

/// What a watch can be about.
public enum RelayTopic: String, Codable, CaseIterable, Hashable, Sendable {
    case presence, mail, receipts, state, events
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
