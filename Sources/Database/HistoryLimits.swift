/// How much of one mesh's past is kept. Whatever is reached first ends it; what goes, goes by whole
/// segments.
public struct HistoryLimits: Equatable, Sendable {
    /// Milliseconds.
    public var age: Int64
    public var entries: Int
    /// Of the entries' bodies. What SQLite needs beside them is less than as much again.
    public var bytes: Int
    /// A keyframe comes after as many bytes of changes as the last one had, and not before so many.
    public var leastChanges: Int

    public init(
        age: Int64 = 24 * 3_600_000, entries: Int = 50_000, bytes: Int = 32 << 20,
        leastChanges: Int = 64 << 10
    ) {
        self.age = age
        self.entries = entries
        self.bytes = bytes
        self.leastChanges = leastChanges
    }

    /// Where nothing is kept on the disk.
    public static let memory = HistoryLimits(entries: 5000, bytes: 4 << 20)

    /// Bytes of a keyframe, at most: of what is larger only the events are kept. It has to fit into
    /// one line to whoever asks.
    var longestKeyframe: Int { min(bytes / 4, 7 << 20) }
    /// A segment is a part of the whole, so that little goes at once.
    var segmentEntries: Int { max(1, entries / 8) }
    var segmentAge: Int64 { max(1, age / 8) }
}
