import BrokerEngine

/// The bus of a broker that has its store to itself, and of several in one process.
public actor LocalBus: BrokerBus {
    private var subscribers: [BusSubscription: @Sendable (BusEvent) -> Void] = [:]
    private var last: UInt64 = 0

    public init() {}

    /// `receive` is called within: an event is with every subscriber before the next one starts.
    public func publish(_ event: BusEvent, from subscription: BusSubscription) {
        for (subscriber, receive) in subscribers where subscriber != subscription {
            receive(event)
        }
    }

    public func subscribe(
        _ receive: @escaping @Sendable (BusEvent) -> Void
    ) -> BusSubscription {
        last += 1
        let subscription = BusSubscription(number: last)
        subscribers[subscription] = receive
        return subscription
    }

    public func unsubscribe(_ subscription: BusSubscription) {
        subscribers[subscription] = nil
    }
}
