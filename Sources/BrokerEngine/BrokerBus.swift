import Mesh
import MeshProtocol

/// What the brokers of one store tell each other, so that a sender at one reaches a session at
/// another. It may lose what it carries: what must not be lost is in the store, and a broker looks
/// there when a session comes.
public protocol BrokerBus: Sendable {
    /// To every other subscriber, in the order of this one's publishing.
    func publish(_ event: BusEvent, from subscription: BusSubscription) async
    /// `receive` is called for one event after another.
    func subscribe(_ receive: @escaping @Sendable (BusEvent) -> Void) async -> BusSubscription
    func unsubscribe(_ subscription: BusSubscription) async
}

public struct BusSubscription: Hashable, Sendable {
    public var number: UInt64

    public init(number: UInt64) { self.number = number }
}

public enum BusEvent: Equatable, Sendable {
    /// There is mail in the store for these addresses.
    case mail(MeshID, addresses: [String])
    /// A receipt for a session that may be elsewhere.
    case receipt(MeshID, to: String, ReceiptFrame)
    /// A key of a mesh's state has another value.
    case state(MeshID, StateEntry)
    /// The mesh or its members changed in the store.
    case roster(MeshID)
}
