import Agents
import Mesh
import MeshProtocol
import Testing

@testable import Relay

@Suite("What a launch's hooks add up to")
struct HookTallyTests {
    static func meaning(_ event: String, detail: String? = nil) -> HookMeaning {
        AgentCatalogue.agent("claude").meaning(
            of: HookExtract(agent: "claude", event: event, detail: detail, at: 0))
    }

    static func told(_ events: [String]) -> SetHookStatus? {
        var tally = HookTally()
        for (number, event) in events.enumerated() {
            tally.hear(
                meaning(event), happenedAt: Int64(number), now: Moment(milliseconds: Int64(number)))
        }
        #expect(tally.untold == tally.status)
        return tally.untold
    }

    @Test("a turn is working from its first word to its last; a tool is open from call to result")
    func turn() {
        var events = ["SessionStart"]
        #expect(Self.told(events) == SetHookStatus(.idle))
        events.append("UserPromptSubmit")
        #expect(Self.told(events) == SetHookStatus(.working, isToolOpen: false))
        events.append("PreToolUse")
        #expect(Self.told(events) == SetHookStatus(.working, isToolOpen: true))
        #expect(
            Self.told(events + ["PermissionRequest"])
                == SetHookStatus(.working, isToolOpen: true, isWaiting: true))
        events.append("PostToolUse")
        #expect(Self.told(events) == SetHookStatus(.working, isToolOpen: false))
        #expect(Self.told(events + ["Stop"]) == SetHookStatus(.idle))
        #expect(Self.told(["Unheard"]) == nil)
    }

    @Test("two tools at once are open until the second has ended; a turn's end closes what was left")
    func parallel() {
        let two = ["UserPromptSubmit", "PreToolUse", "PreToolUse", "PostToolUse"]
        #expect(Self.told(two) == SetHookStatus(.working, isToolOpen: true))
        #expect(Self.told(two + ["PostToolUseFailure"]) == SetHookStatus(.working, isToolOpen: false))
        #expect(
            Self.told(two + ["Stop", "UserPromptSubmit"]) == SetHookStatus(.working, isToolOpen: false))
        #expect(
            Self.told(["PostToolUse", "PostToolUse", "PreToolUse"])
                == SetHookStatus(.working, isToolOpen: true))
    }

    @Test("what waited in the spool is heard once, in order, and not when it is old")
    func late() {
        let now = Moment(milliseconds: 10_000_000)
        var tally = HookTally()
        func late(_ event: String, _ age: Int64) -> Bool {
            tally.hearLate(
                Self.meaning(event), happenedAt: now.milliseconds - age, now: now)
        }
        let tooOld = (late("Stop", 15 * 60_000 + 1), late("Stop", -15 * 60_000 - 1))
        #expect(tooOld == (false, false) && tally.status == nil)
        let twice = (late("PreToolUse", 900), late("PreToolUse", 900))
        #expect(twice == (true, false))
        tally.hear(Self.meaning("Stop"), happenedAt: now.milliseconds - 100, now: now)
        let outdated = late("PreToolUse", 200)
        #expect(!outdated && tally.status == SetHookStatus(.idle))
        // Over the socket the order is that of the socket, whatever the clock does.
        tally.hear(Self.meaning("PreToolUse"), happenedAt: now.milliseconds - 5000, now: now)
        #expect(tally.status == SetHookStatus(.working, isToolOpen: true))
    }

    @Test("a broker that forgot is told again what is still true")
    func again() {
        let start = Moment(milliseconds: 0)
        for (events, milliseconds, isTold) in [
            (["UserPromptSubmit"], 59_000, true), (["UserPromptSubmit"], 61_000, false),
            (["PreToolUse"], 899_000, true), (["PreToolUse"], 901_000, false), (["Stop"], 1, false),
            ([], 1, false),
        ] as [([String], Int64, Bool)] {
            var tally = HookTally()
            for event in events { tally.hear(Self.meaning(event), happenedAt: 0, now: start) }
            tally.untold = nil
            tally.repeatStatus(at: Moment(milliseconds: milliseconds))
            #expect((tally.untold != nil) == isTold, "\(events) after \(milliseconds)")
        }
    }

    @Test("an agent that goes on with mail instead of ending its turn works")
    func goesOn() {
        var tally = HookTally()
        tally.hear(Self.meaning("Stop"), happenedAt: 0, now: Moment(milliseconds: 0))
        tally.goesOn(at: Moment(milliseconds: 1))
        #expect(tally.untold == SetHookStatus(.working, isToolOpen: false))
    }
}
