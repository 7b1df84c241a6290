import Mesh
import Testing

/// Section 5 of the wire protocol as protocol decision 5 amends it, rule by rule.
@Suite("The status of a presence")
struct PresenceStatusTests {
    /// What happens, and how many seconds after the start.
    enum Event: Sendable {
        case manual(Status)
        case hook(Status)
        case toolCallOpens
        case toolCallCloses
        case waits
        case inferred(Status)
        case activity
        case ageing
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var events: [(Int64, Event)]
        var status: Status
        var source: StatusSource
        var since: Int64
        var testDescription: String { name }

        init(
            _ name: String, _ events: [(Int64, Event)], _ status: Status, _ source: StatusSource,
            since: Int64
        ) {
            (self.name, self.events, self.status) = (name, events, status)
            (self.source, self.since) = (source, since)
        }
    }

    static let cases: [Case] = [
        Case(
            "new is idle by inference", [],
            .idle, .inferred, since: 0),
        Case(
            "another status is taken from anybody", [(1, .manual(.working)), (2, .inferred(.idle))],
            .idle, .inferred, since: 2),
        Case(
            "the same status takes a stronger source",
            [(1, .manual(.working)), (2, .hook(.working))],
            .working, .hook, since: 1),
        Case(
            "a fresh hook keeps its rank", [(1, .hook(.working)), (31, .inferred(.working))],
            .working, .hook, since: 1),
        Case(
            "a stale hook loses its rank", [(1, .hook(.working)), (32, .inferred(.working))],
            .working, .inferred, since: 1),
        Case(
            "agreeing renews the freshness",
            [(1, .hook(.working)), (31, .inferred(.working)), (61, .inferred(.working))],
            .working, .hook, since: 1),
        Case(
            "a hook does not end dnd",
            [(1, .manual(.dnd)), (2, .hook(.working)), (3, .hook(.idle))],
            .dnd, .manual, since: 1),
        Case(
            "the person ends dnd", [(1, .manual(.dnd)), (2, .manual(.idle))],
            .idle, .manual, since: 2),
        Case(
            "dnd does not age", [(1, .manual(.dnd)), (9999, .ageing)],
            .dnd, .manual, since: 1),
        Case(
            "working holds a minute", [(0, .hook(.working)), (60, .ageing)],
            .working, .hook, since: 0),
        Case(
            "working ages after a minute", [(0, .hook(.working)), (61, .ageing)],
            .idle, .inferred, since: 61),
        Case(
            "a manual working ages too", [(0, .manual(.working)), (61, .ageing)],
            .idle, .inferred, since: 61),
        Case(
            "a hook is a sign of life",
            [(0, .hook(.working)), (50, .hook(.working)), (110, .ageing)],
            .working, .hook, since: 0),
        Case(
            "counters that grow are one", [(0, .hook(.working)), (50, .activity), (110, .ageing)],
            .working, .hook, since: 0),
        Case(
            "an open tool call does not age", [(0, .toolCallOpens), (899, .ageing)],
            .working, .hook, since: 0),
        Case(
            "fifteen minutes end it", [(0, .toolCallOpens), (900, .ageing)],
            .idle, .inferred, since: 900),
        Case(
            "closed, it ages as before",
            [(0, .toolCallOpens), (100, .toolCallCloses), (161, .ageing)],
            .idle, .inferred, since: 161),
        Case(
            "a later sign of life outlives the call",
            [(0, .toolCallOpens), (890, .activity), (900, .ageing)],
            .working, .hook, since: 0),
        Case(
            "waiting in a call does not age", [(0, .toolCallOpens), (1, .waits), (600, .ageing)],
            .working, .hook, since: 0),
        Case(
            "idle does not age", [(0, .hook(.idle)), (9999, .ageing)],
            .idle, .hook, since: 0),
    ]

    @Test("the rules", arguments: cases)
    func rule(_ rule: Case) {
        var status = PresenceStatus(at: Self.at(0))
        for (second, event) in rule.events { Self.apply(event, at: second, to: &status) }
        #expect(status.status == rule.status)
        #expect(status.source == rule.source)
        #expect(status.since == Self.at(rule.since))
    }

    @Test("when it ages is known in advance, to the millisecond", arguments: cases)
    func prediction(_ rule: Case) {
        var status = PresenceStatus(at: Self.at(0))
        for (second, event) in rule.events { Self.apply(event, at: second, to: &status) }
        guard let end = status.agesAt else {
            var later = status
            later.age(to: Self.at(1_000_000))
            #expect(later == status)
            return
        }
        var before = status
        before.age(to: Moment(milliseconds: end.milliseconds - 1))
        #expect(before == status)
        status.age(to: end)
        #expect(status.status == .idle)
        #expect(status.agesAt == nil)
    }

    @Test("a hook is fresh for thirty seconds, and only a hook")
    func freshness() {
        var status = PresenceStatus(at: Self.at(0))
        status.writeFromHook(.working, at: Self.at(0))
        #expect(status.isHookFresh(at: Self.at(30)))
        #expect(!status.isHookFresh(at: Moment(milliseconds: Self.at(30).milliseconds + 1)))
        status.write(.idle, from: .manual, at: Self.at(31))
        #expect(!status.isHookFresh(at: Self.at(31)))
    }

    @Test("waiting is shown until something else is said")
    func waiting() {
        var status = PresenceStatus(at: Self.at(0))
        status.writeFromHook(.working, isToolCallOpen: true, isWaiting: true, at: Self.at(0))
        #expect(status.isWaiting)
        status.writeFromHook(.working, at: Self.at(1))
        #expect(!status.isWaiting)
        status.writeFromHook(.idle, isWaiting: true, at: Self.at(2))
        #expect(!status.isWaiting)
    }

    private static func at(_ second: Int64) -> Moment {
        Moment(milliseconds: 1_776_000_000_000 + second * 1000)
    }

    private static func apply(_ event: Event, at second: Int64, to status: inout PresenceStatus) {
        let now = at(second)
        switch event {
        case .manual(let value): status.write(value, from: .manual, at: now)
        case .hook(let value): status.writeFromHook(value, at: now)
        case .toolCallOpens: status.writeFromHook(.working, isToolCallOpen: true, at: now)
        case .toolCallCloses: status.writeFromHook(.working, isToolCallOpen: false, at: now)
        case .waits: status.writeFromHook(.working, isWaiting: true, at: now)
        case .inferred(let value): status.write(value, from: .inferred, at: now)
        case .activity: status.noteActivity(at: now)
        case .ageing: status.age(to: now)
        }
    }
}
