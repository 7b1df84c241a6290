/// How far a message has come on its way to one recipient (protocol decision 10).
public enum DeliveryState: String, Codable, CodingKeyRepresentable, CaseIterable, Hashable,
    Sendable
{
    /// On the broker's disk.
    case stored
    /// Handed to the recipient's socket.
    case pushed
    /// Its body was put before a person or an agent.
    case shown
    /// The recipient keeps it.
    case acked
    /// Taken by the socket of a client of old, which tells no more.
    case delivered
    case expired
    case refused

    /// Nothing is done for the delivery after this.
    public var isEnd: Bool {
        switch self {
        case .stored, .pushed, .shown: false
        case .acked, .delivered, .expired, .refused: true
        }
    }
}
