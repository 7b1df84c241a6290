import Agents
import Mesh
import MeshProtocol

/// What a launch's agent does, as its hooks told one by one. A value; it asks no clock.
struct HookTally: Equatable {
    /// What is older says nothing of what is true now.
    static let longestDelay: Int64 = 15 * 60_000

    /// When the newest event happened that was heard, by the clock of its hook.
    private(set) var heardAt: Int64?
    /// Tool calls that began and did not end, as far as is known.
    private(set) var openTools = 0
    /// What the broker was told last, or is to be told.
    private(set) var status: SetHookStatus?
    /// When that was said.
    private(set) var statusAt = Moment(milliseconds: 0)
    /// What the broker does not know yet.
    var untold: SetHookStatus?
    /// The broker is being told.
    var isTelling = false
    /// Mail that was brought up without being shown, in a digest or cut.
    var announced: Set<InboxKey> = []
    /// The broker is asked for what it holds back while the agent works.
    var isPulling = false

    /// What comes over the socket is in order.
    mutating func hear(_ meaning: HookMeaning, happenedAt: Int64, now: Moment) {
        heardAt = happenedAt
        take(meaning, at: now)
    }

    /// What waited in the spool. False for what is too old, or older than what was heard since: it
    /// may have been heard then, by a relay that could not say so any more.
    mutating func hearLate(_ meaning: HookMeaning, happenedAt: Int64, now: Moment) -> Bool {
        let age = now.milliseconds - happenedAt
        guard abs(age) <= Self.longestDelay, happenedAt > heardAt ?? .min else { return false }
        hear(meaning, happenedAt: happenedAt, now: now)
        return true
    }

    /// The agent was given something to go on with instead of ending its turn.
    mutating func goesOn(at now: Moment) {
        guard status?.status == .idle else { return }
        take(.works, at: now)
    }

    /// After a link came back: whether what was said last is worth telling to a broker that may
    /// have forgotten it. What would have aged there by now is not.
    mutating func repeatStatus(at now: Moment) {
        guard untold == nil, let status, status.status == .working else { return }
        let life = openTools > 0 ? PresenceStatus.toolCallLife : PresenceStatus.workingLife
        if now.milliseconds(since: statusAt) < life { untold = status }
    }

    private mutating func take(_ meaning: HookMeaning, at now: Moment) {
        switch meaning.tool {
        case .opens: openTools += 1
        case .closes: openTools = max(0, openTools - 1)
        case .closesAll: openTools = 0
        case nil: break
        }
        guard let newStatus = meaning.status else { return }
        let told = SetHookStatus(
            newStatus, isToolOpen: newStatus == .working ? openTools > 0 : nil,
            isWaiting: meaning.isWaiting)
        status = told
        statusAt = now
        untold = told
    }
}
