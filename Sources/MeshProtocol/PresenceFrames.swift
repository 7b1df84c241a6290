import Mesh

/// How many peers there are, and how many of them do what.
public struct PresenceTotals: Codable, Equatable, Sendable {
    public var peers = 0
    public var idle = 0
    public var working = 0
    public var dnd = 0

    public init(_ peers: some Sequence<PresencePeer>) {
        for peer in peers {
            self.peers += 1
            switch peer.status {
            case .idle: idle += 1
            case .working: working += 1
            case .dnd: dnd += 1
            }
        }
    }
}

/// One page of everything known (protocol decision 4).
public struct PresenceSnapshot: Codable, Equatable, Sendable {
    /// What the first delta after it is counted from.
    public var revision: Int
    /// From 0.
    public var page: Int
    public var last: Bool
    /// Of all pages.
    public var totals: PresenceTotals
    public var peers: [PresencePeer]

    /// At least one page, each at most `limit` bytes in JSON unless it holds a single peer.
    public static func pages(
        revision: Int, peers: [PresencePeer], limit: Int = FrameLimits.presencePage
    ) -> [PresenceSnapshot] {
        let totals = PresenceTotals(peers)
        let chunks = Chunks.of(peers, limit: limit, size: \.encodedBound)
        return (chunks.isEmpty ? [[]] : chunks).enumerated().map { index, chunk in
            PresenceSnapshot(
                revision: revision, page: index, last: index >= chunks.count - 1, totals: totals,
                peers: chunk)
        }
    }
}

/// What changed since the revision before (protocol decision 4). Revisions count by one: a gap
/// means that something was missed, and that a new snapshot is needed.
public struct PresenceDelta: Codable, Equatable, Sendable {
    public var revision: Int
    public var joined: [PresencePeer]
    public var changed: [PresencePatch]
    /// Presence ids.
    public var left: [String]

    public init(
        revision: Int, joined: [PresencePeer] = [], changed: [PresencePatch] = [],
        left: [String] = []
    ) {
        self.revision = revision
        self.joined = joined
        self.changed = changed
        self.left = left
    }
}

/// Cutting a list into pieces that fit.
public enum Chunks {
    /// Pieces whose sizes add up to at most `limit` less a reserve for what surrounds them; one
    /// that is larger by itself is a piece of its own.
    public static func of<Element>(
        _ elements: [Element], limit: Int, size: (Element) -> Int
    ) -> [[Element]] {
        var chunks: [[Element]] = []
        var room = 0
        for element in elements {
            let needed = size(element) + 1
            if chunks.isEmpty || needed > room {
                chunks.append([])
                room = limit - 512
            }
            chunks[chunks.count - 1].append(element)
            room -= needed
        }
        return chunks
    }
}
