import BrokerEngine

/// A broker's end of the bus: what it tells goes out in order, one after another.
struct BusLine: Sendable {
    private let bus: any BrokerBus
    private let subscription: BusSubscription
    private let outgoing: AsyncStream<BusEvent>.Continuation

    init(
        _ bus: any BrokerBus, outgoing: AsyncStream<BusEvent>,
        continuation: AsyncStream<BusEvent>.Continuation,
        receive: @escaping @Sendable (BusEvent) -> Void
    ) async {
        let subscription = await bus.subscribe(receive)
        self.bus = bus
        self.subscription = subscription
        self.outgoing = continuation
        Task {
            for await event in outgoing { await bus.publish(event, from: subscription) }
        }
    }

    func close() async {
        outgoing.finish()
        await bus.unsubscribe(subscription)
    }
}
