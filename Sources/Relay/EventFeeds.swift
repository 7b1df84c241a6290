import Mesh
import MeshProtocol
import Synchronization

/// The watchers that are told what happens on each mesh. The history's thread tells them itself, so
/// that what happened comes in its order.
final class EventFeeds: Sendable {
    private let feeds = Mutex<[MeshID: [ObjectIdentifier: WatchFeed]]>([:])
    /// Events of one line: with the longest texts it is one that can be read.
    private static let most = 200

    func attach(_ feed: WatchFeed, to mesh: MeshID) {
        feeds.withLock { $0[mesh, default: [:]][ObjectIdentifier(feed)] = feed }
    }

    func detach(_ feed: WatchFeed, from mesh: MeshID) {
        feeds.withLock { feeds in
            feeds[mesh]?[ObjectIdentifier(feed)] = nil
            if feeds[mesh]?.isEmpty == true { feeds[mesh] = nil }
        }
    }

    func tell(_ events: [MeshEvent], of mesh: MeshID) {
        let all = feeds.withLock { Array(($0[mesh] ?? [:]).values) }
        guard !all.isEmpty else { return }
        for start in stride(from: 0, to: events.count, by: Self.most) {
            let some = Array(events[start..<min(start + Self.most, events.count)])
            for feed in all { feed.push(.happened(some)) }
        }
    }
}
