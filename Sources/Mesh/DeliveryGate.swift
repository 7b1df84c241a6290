/// What may be put before a peer, by what it is doing (protocol decision 7).
public enum DeliveryGate {
    /// `low` is pushed to an idle client of old; a `skein/1` client asks for it.
    public static func open(for status: Status, speaksSkein: Bool) -> PrioritySet {
        switch status {
        case .idle: speaksSkein ? [.now, .next] : [.now, .next, .low]
        case .working, .dnd: [.now]
        }
    }
}
