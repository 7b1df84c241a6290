import Mesh
import MeshProtocol
import Surface
import Text
import Widgets
import Wording

/// The relay has ended, or does not answer. What was known stays in sight until it is back.
struct RelayTrouble: Equatable, Sendable {
    /// When it is started again.
    var next: Moment
    /// Why the last try came to nothing; nil before the first.
    var failure: SkeinError?
}

/// How long to wait until a relay that ended is started again: half a second at first, which leaves
/// a program that replaces it the time to, then twice as long each time and 30 s at most.
public struct RelayPatience: Sendable {
    /// A relay that lived as long as this is not one that ends at once, again and again.
    private static let proven = Duration.seconds(60)
    private static let longest = Duration.seconds(30)

    private var next = Duration.milliseconds(500)
    private var since: ContinuousClock.Instant

    /// - Parameter now: when the relay answered.
    public init(now: ContinuousClock.Instant) { since = now }

    public mutating func answered(at now: ContinuousClock.Instant) { since = now }

    /// The wait before the next try, the connection or the last try having ended now.
    public mutating func wait(from now: ContinuousClock.Instant, isLost: Bool) -> Duration {
        if isLost, since.duration(to: now) >= Self.proven { next = .milliseconds(500) }
        defer { next = min(next * 2, Self.longest) }
        return next
    }
}

extension DashboardState {
    /// Every mesh is out of reach with it, and says so. The history that came is kept.
    mutating func loseRelay(_ failure: SkeinError?, until next: Moment, at moment: Moment) {
        present = moment
        relayTrouble = RelayTrouble(next: next, failure: failure)
        relay = nil
        let link = LinkState.retrying(reason: translated("the relay has stopped"), at: next)
        for mesh in session.meshes.keys {
            _ = session.reduce(.relay(mesh, .link(link), at: moment))
        }
        guard let failure else { return }
        let told = [failure.message, failure.hint].compactMap(\.self).joined(separator: ". ")
        notice = Span(SafeText.visible(told, limit: 400), .danger)
    }

    /// Its events come by themselves; what is asked for is asked again.
    mutating func findRelay() -> [DashboardEffect] {
        guard let trouble = relayTrouble else { return [] }
        relayTrouble = nil
        if trouble.failure != nil { notice = nil }
        for mesh in session.meshes.keys {
            _ = session.reduce(.relay(mesh, .link(.connecting), at: present))
        }
        isStatusAsked = false
        return mail.want(.queue) + mail.want(.inbox) + (showsStatus ? askStatus() : [])
    }

    /// For the header, in place of how the links are.
    func relaySpan(_ trouble: RelayTrouble, _ glyphs: Glyphs, columns: Int) -> Span {
        var text = translated("{1} relay stopped", glyphs.warning)
        let wait = trouble.next.milliseconds(since: now)
        if columns >= Self.columnsForLongLink {
            let lost = session.meshes.values.compactMap(\.offlineSince).min()
            text += lost.map { " " + since($0) } ?? ""
        }
        if columns >= 60 {
            let isSoon = wait <= 1000 || columns < Self.columnsForLongLink
            text += translated(", starting it again") + (isSoon ? "" : translated(" in {1} s", (wait + 999) / 1000))
        }
        return Span(text, .warning)
    }
}
