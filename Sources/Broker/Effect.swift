import BrokerEngine
import MeshProtocol

/// One client's socket, as the registry knows it.
struct SocketID: Hashable, Comparable, Sendable {
    var number: UInt64

    static func < (left: SocketID, right: SocketID) -> Bool { left.number < right.number }
}

/// What the registry wants done outside, in order.
enum Effect: Equatable, Sendable {
    case send(ServerFrame, to: [SocketID])
    /// As `send`; `Registry.wrote` is told when the socket took the bytes.
    case deliver(ServerFrame, to: SocketID, DeliveryID)
    case publish(BusEvent)
    /// Sends a close frame; the registry knows the socket no more.
    case close(SocketID, code: UInt16, reason: String)
    case ping(SocketID)
    /// To be answered by `Registry.complete`, in the order of asking.
    case store(StoreWork)
    /// To be done off the loop, and answered by `Registry.complete`.
    case hash(HashWork)
    /// What a request over HTTP waits for.
    case answer(PageID, PageAnswer)
    /// The client speaks `skein/1`: its frames may be larger from now on.
    case allowLargeFrames(SocketID)
}

/// The numbers a close frame carries (wire protocol, section 1.5).
enum CloseCode {
    static let replaced: UInt16 = 1000
    static let disconnected: UInt16 = 1000
    static let shuttingDown: UInt16 = 1001
    static let violation: UInt16 = 1008
    static let kicked: UInt16 = 4001
    static let banned: UInt16 = 4002
}
