/// What a session does, who said so, and when that stops being true: the status rules of the wire
/// protocol, section 5, as protocol decision 5 amends them. A value; it asks no clock.
public struct PresenceStatus: Hashable, Sendable {
    /// How long what a hook said outranks a weaker source that agrees, in milliseconds.
    public static let hookFreshness: Int64 = 30_000
    /// How long `working` holds without a sign of life, in milliseconds.
    public static let workingLife: Int64 = 60_000
    /// How long an open tool call keeps `working` from ageing, in milliseconds.
    public static let toolCallLife: Int64 = 900_000

    public private(set) var status: Status
    public private(set) var source: StatusSource
    /// When the status took this value.
    public private(set) var since: Moment
    /// Working, but waiting for a permission or an input. Old clients see `working`.
    public private(set) var isWaiting = false

    private var writtenAt: Moment
    private var signOfLifeAt: Moment
    private var toolCallSince: Moment?

    /// A new presence is idle, by inference.
    public init(at moment: Moment) {
        status = .idle
        source = .inferred
        since = moment
        writtenAt = moment
        signOfLifeAt = moment
    }

    /// Whether a hook said it within the last 30 s.
    public func isHookFresh(at now: Moment) -> Bool { source == .hook && isFresh(at: now) }

    /// A status that differs is always taken. One that agrees takes the source with it, unless
    /// the stored source is stronger and still fresh.
    public mutating func write(_ newStatus: Status, from newSource: StatusSource, at now: Moment) {
        if newStatus != status {
            status = newStatus
            source = newSource
            since = now
        } else if newSource.rank >= source.rank || !isFresh(at: now) {
            source = newSource
        }
        writtenAt = now
        signOfLifeAt = now
        isWaiting = false
        if status != .working { toolCallSince = nil }
    }

    /// What one of the agent's own hooks told: it never ends `dnd`, which a person chose.
    /// `isToolCallOpen` is nil where the hook says nothing of tool calls.
    public mutating func writeFromHook(
        _ newStatus: Status, isToolCallOpen: Bool? = nil, isWaiting: Bool = false, at now: Moment
    ) {
        guard status != .dnd else { return }
        write(newStatus, from: .hook, at: now)
        guard status == .working else { return }
        self.isWaiting = isWaiting
        if let isToolCallOpen { toolCallSince = isToolCallOpen ? now : nil }
    }

    /// The session's counters grew: it lives, whatever it is doing.
    public mutating func noteActivity(at now: Moment) { signOfLifeAt = now }

    /// Lets `working` become `idle` where its time is over. `dnd` does not age.
    public mutating func age(to now: Moment) {
        guard let end = agesAt, now >= end else { return }
        write(.idle, from: .inferred, at: now)
    }

    /// When `age` would change something, if nothing else happens before; nil for never.
    public var agesAt: Moment? {
        guard status == .working else { return nil }
        let end = signOfLifeAt.milliseconds + Self.workingLife + 1
        guard source == .hook, let toolCallSince else { return Moment(milliseconds: end) }
        return Moment(milliseconds: max(end, toolCallSince.milliseconds + Self.toolCallLife))
    }

    private func isFresh(at now: Moment) -> Bool {
        (0...Self.hookFreshness).contains(now.milliseconds(since: writtenAt))
    }
}

extension StatusSource {
    /// hook > manual > inferred
    var rank: Int {
        switch self {
        case .inferred: 1
        case .manual: 2
        case .hook: 3
        }
    }
}
