import Connection
import Mesh
import MeshProtocol

/// The one connection that watches a mesh for the person, without being a peer of it: it knows
/// the mesh's peers and hands every change of them to whoever watches.
actor MeshObserver {
    let link: BrokerLink
    private var linkState = LinkState.connecting
    /// Nil until the broker has sent them.
    private var peers: [String: Peer]?
    private var feeds: [ObjectIdentifier: WatchFeed] = [:]
    private var reading: Task<Void, Never>?
    private var whenLive: (@Sendable () async -> Void)?
    private var history: MeshHistory
    private var isStopped = false

    init(link: BrokerLink, history: MeshHistory) {
        self.link = link
        self.history = history
    }

    /// Called whenever the link comes up. Comes before `start`.
    func wakes(_ call: @escaping @Sendable () async -> Void) { whenLive = call }

    func start() async {
        reading = Task { [weak self, events = link.events] in
            for await event in events {
                guard let self else { return }
                await self.take(event)
            }
        }
        await link.start()
    }

    func stop() async {
        reading?.cancel()
        if !isStopped { history.end() }
        isStopped = true
        for feed in feeds.values { end(feed) }
        feeds = [:]
        await link.stop()
    }

    func retryNow() async { await link.retryNow() }

    var state: LinkState { linkState }
    var isWatched: Bool { !feeds.isEmpty }

    /// The broker has sent the peers.
    var hasSeen: Bool { peers != nil }
    /// As they were told last; none where the broker has not sent them.
    var peersSeen: [Peer] { peers.map { Self.ordered($0.values) } ?? [] }

    /// Who watches for something.
    func speakers(about topic: RelayTopic) -> Set<Asker.Speaker> {
        Set(feeds.values.filter { $0.topics.contains(topic) }.map(\.speaker))
    }

    /// To the watchers that want it, or to those of one speaker alone.
    func tell(_ event: RelayEvent, to speaker: Asker.Speaker?) {
        for feed in feeds.values
        where feed.wants(event) && (speaker == nil || feed.speaker == speaker) {
            feed.push(event)
        }
    }

    /// As the broker says now, so that whoever was just acknowledged is among them.
    func peersNow(
        within limit: Duration = BrokerLink.requestLimit
    ) async throws(SkeinError) -> [Peer] {
        try await link.firstHello(within: limit)
        return try await link.listPeers()
    }

    func attach(topics: Set<RelayTopic>, for speaker: Asker.Speaker) -> WatchFeed {
        let feed = WatchFeed(topics: topics, speaker: speaker)
        feeds[ObjectIdentifier(feed)] = feed
        resynchronize(feed)
        if topics.contains(.events) { history.feeds.attach(feed, to: history.mesh) }
        return feed
    }

    func detach(_ feed: WatchFeed) {
        feeds[ObjectIdentifier(feed)] = nil
        end(feed)
    }

    private func end(_ feed: WatchFeed) {
        history.feeds.detach(feed, from: history.mesh)
        feed.end()
    }

    /// For a new watcher, and for one that fell behind.
    func resynchronize(_ feed: WatchFeed) {
        var events: [RelayEvent] = [.link(linkState)]
        if let peers, feed.topics.contains(.presence) { events.append(.snapshot(Self.ordered(peers.values))) }
        feed.restart(with: events)
    }

    private func take(_ event: LinkEvent) {
        guard !isStopped else { return }
        let told: RelayEvent
        switch event {
        case .link(let state):
            linkState = state
            told = .link(state)
            if state == .live, let whenLive { Task { await whenLive() } }
        case .snapshot(let all):
            peers = Dictionary(all.map { ($0.id, $0) }) { $1 }
            told = .snapshot(all)
        case .changed(let changes):
            for id in changes.left { peers?[id] = nil }
            for peer in changes.joined + changes.updated { peers?[peer.id] = peer }
            told = .changed(changes)
        }
        history.take(event, peers: peers.map { Array($0.values) })
        for feed in feeds.values where feed.wants(told) { feed.push(told) }
    }

    private static func ordered(_ peers: some Sequence<Peer>) -> [Peer] {
        peers.sorted { ($0.connectedAt, $0.id) < ($1.connectedAt, $1.id) }
    }
}
