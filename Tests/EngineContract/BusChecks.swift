import BrokerEngine
import Mesh
import MeshProtocol
import Synchronization
import Testing

/// What one subscriber heard.
private final class Ear: Sendable {
    private let heard = Mutex<[BusEvent]>([])
    private let isBusy = Mutex(false)
    private let overlaps = Mutex(0)

    var events: [BusEvent] { heard.withLock { $0 } }
    var overlapping: Int { overlaps.withLock { $0 } }

    func hear(_ event: BusEvent) {
        let wasBusy = isBusy.withLock { busy in
            defer { busy = true }
            return busy
        }
        if wasBusy { overlaps.withLock { $0 += 1 } }
        heard.withLock { $0.append(event) }
        isBusy.withLock { $0 = false }
    }

    /// Waits until so many were heard, for as long as a bus may take.
    func events(count: Int) async -> [BusEvent] {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(20)
        while events.count < count, clock.now < end { await Task.yield() }
        return events
    }
}

private func mail(_ number: Int, _ mesh: MeshID = .flock) -> BusEvent {
    .mail(mesh, addresses: ["\(number)"])
}

extension BusContract {
    static let busChecks: [Check<any BrokerBus>] = [
        Check("an event reaches every other subscriber, once and whole") { bus in
            let ears = [Ear(), Ear(), Ear()]
            var subscriptions: [BusSubscription] = []
            for ear in ears { subscriptions.append(await bus.subscribe { ear.hear($0) }) }
            let events: [BusEvent] = [
                .mail(.flock, addresses: ["a", "b"]), .roster(.other),
                .receipt(
                    .flock, to: "k",
                    ReceiptFrame(
                        messageID: "1", recipient: "r", state: .refused, at: .at(5), reason: "why")),
                .state(
                    .flock,
                    StateEntry(key: "k", value: ["a": [nil]], updatedBy: "Ada", updatedAt: .at(6))),
            ]
            for event in events { await bus.publish(event, from: subscriptions[0]) }
            #expect(await ears[1].events(count: events.count) == events)
            #expect(await ears[2].events(count: events.count) == events)
            #expect(ears[0].events == [])
        },
        Check("what one publishes is heard in its order, one event after another") { bus in
            let ear = Ear()
            _ = await bus.subscribe { ear.hear($0) }
            await withTaskGroup(of: Void.self) { group in
                for publisher in 0..<4 {
                    group.addTask {
                        let mine = await bus.subscribe { _ in }
                        let mesh = MeshID(rawValue: "\(publisher)")
                        for number in 0..<100 { await bus.publish(mail(number, mesh), from: mine) }
                    }
                }
            }
            let events = await ear.events(count: 400)
            for publisher in 0..<4 {
                let mesh = MeshID(rawValue: "\(publisher)")
                let theirs = events.filter {
                    if case .mail(mesh, _) = $0 { true } else { false }
                }
                #expect(theirs == (0..<100).map { mail($0, mesh) })
            }
            #expect(ear.overlapping == 0)
        },
        Check("who leaves hears no more, and the others still do") { bus in
            let (gone, stays) = (Ear(), Ear())
            let first = await bus.subscribe { gone.hear($0) }
            let second = await bus.subscribe { stays.hear($0) }
            let third = await bus.subscribe { _ in }
            #expect(Set([first, second, third]).count == 3)
            await bus.publish(mail(1), from: third)
            _ = await gone.events(count: 1)
            await bus.unsubscribe(first)
            await bus.unsubscribe(first)
            await bus.publish(mail(2), from: third)
            #expect(await stays.events(count: 2) == [mail(1), mail(2)])
            #expect(gone.events == [mail(1)])
        },
        Check("nobody who came later hears what was before") { bus in
            let first = await bus.subscribe { _ in }
            await bus.publish(mail(1), from: first)
            let late = Ear()
            _ = await bus.subscribe { late.hear($0) }
            await bus.publish(mail(2), from: first)
            #expect(await late.events(count: 1) == [mail(2)])
        },
    ]
}
