import Mesh
import MeshProtocol
import Testing

@testable import Relay

@Suite("Events on their way to a watcher")
struct WatchFeedTests {
    private func changed(_ id: Int) -> RelayEvent { .changed(PeerChanges(left: [String(id)])) }

    @Test("they come in their order")
    func order() async {
        let feed = WatchFeed()
        for id in 0..<3 { feed.push(changed(id)) }
        for id in 0..<3 { #expect(await feed.next() == .event(changed(id))) }
    }

    @Test("a watcher that is too slow is told so once and begins anew")
    func slow() async {
        let feed = WatchFeed()
        for id in 0..<1000 { feed.push(changed(id)) }
        #expect(await feed.next() == .behind)
        feed.restart(with: [.link(.live), .snapshot([])])
        feed.push(changed(1))
        #expect(await feed.next() == .event(.link(.live)))
        #expect(await feed.next() == .event(.snapshot([])))
        #expect(await feed.next() == .event(changed(1)))
    }

    @Test("who waits is woken by an event, by the end, and by being cancelled")
    func waking() async {
        let feed = WatchFeed()
        async let first = feed.next()
        feed.push(changed(1))
        #expect(await first == .event(changed(1)))
        let waiting = Task { await feed.next() }
        waiting.cancel()
        #expect(await waiting.value == .ended)
        #expect(await feed.next() == .ended)
    }
}
