import Keys
import Mesh
import MeshProtocol
import Session
import Surface
import TestSupport
import Testing
import Text

@testable import Dashboard

@Suite("Activity")
struct ActivityTests {
    private static func presence(_ peers: [Peer]) -> Presence {
        var presence = Presence()
        presence.take(.link(.live), at: Sample.noon)
        presence.take(.snapshot(peers), at: Sample.noon)
        return presence
    }

    private static func told(_ event: RelayEvent, before: Presence) -> [String] {
        Activity.of(event, in: Sample.mesh.mesh, before: before, at: Sample.noon).map { activity in
            (activity.who(.unicode) + activity.told(.unicode)).map(\.text).joined()
        }
    }

    @Test("what was known and what is told make what happened")
    func pure() {
        let before = Self.presence(Sample.four)
        var dev = Sample.four[0]
        dev.name = "dev-9"
        dev.status = .idle
        dev.summary = "Done"
        dev.role = nil
        dev.groups = []
        dev.cwd = "/tmp"
        let changes = PeerChanges(joined: [Sample.peer("new")], updated: [dev, Sample.four[1]], left: ["key-名前", "nobody"])
        #expect(
            Self.told(.changed(changes), before: before) == [
                "new  joined", "dev-9  was called dev-1", "dev-9  working → idle", "dev-9  has no role now",
                "dev-9  is in no group now", "dev-9  works in /tmp", "dev-9  “Done”", "名前  left",
            ])
    }

    @Test("a snapshot tells what changed meanwhile; the first one nothing")
    func snapshots() {
        #expect(Self.told(.snapshot(Sample.four), before: Presence()) == [])
        let before = Self.presence(Sample.four)
        #expect(Self.told(.snapshot(Sample.four), before: before) == [])
        #expect(
            Self.told(.snapshot([Sample.peer("api-2", .working, role: "lead", agent: "codex", groups: ["backend", "infra"])]), before: before)
                == ["api-2  idle → working", "ci-runner  left", "dev-1  left", "名前  left"])
    }

    @Test("the link is told when it changes, and a next try for the same reason is not")
    func link() {
        var presence = Self.presence([])
        #expect(Self.told(.link(.live), before: presence) == [])
        let lost = LinkState.retrying(reason: "gone", at: Sample.noon)
        #expect(Self.told(.link(lost), before: presence) == ["offline, trying again: gone"])
        presence.take(.link(lost), at: Sample.noon)
        #expect(Self.told(.link(.retrying(reason: "gone", at: Sample.noon.advanced(bySeconds: 9))), before: presence) == [])
        #expect(Self.told(.link(.refused(reason: "\u{1b}[2J")), before: presence) == ["refused: ␛[2J"])
    }

    @Test("the log keeps the last so many, and each peer's own", arguments: 0..<10 as Range<UInt64>)
    func log(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var log = ActivityLog()
        var all: [Activity] = []
        let number = ActivityLog.capacity + Int.random(in: -100...3000, using: &generator)
        let peers = (0..<7).map { Sample.peer("p\($0)") }
        for _ in 0..<number {
            let peer = peers.randomElement(using: &generator)
            let activity = Activity(.joined, Bool.random(using: &generator) ? peer : nil, in: Sample.mesh.mesh, at: Sample.noon)
            all.append(activity)
            log.append(activity)
        }
        let first = max(0, number - ActivityLog.capacity)
        #expect(log.first == first && log.end == number)
        #expect(log[first - 1] == nil && log[number] == nil)
        for peer in [nil] + peers.map({ Optional(PeerKey($0.id, in: Sample.mesh.mesh)) }) {
            let kept = (first..<number).filter { peer == nil || all[$0].peer == peer }
            let limit = Int.random(in: 0...number, using: &generator)
            #expect(log.count(of: peer, below: limit) == kept.count { $0 < limit })
            #expect(kept.indices.allSatisfy { log.number(of: peer, at: $0) == kept[$0] })
            #expect(log.number(of: peer, at: kept.count) == nil)
        }
    }

    @Test("what happened is counted by the minute, and the picture moves on when a minute is over")
    func perMinute() throws {
        var state = Sample.dashboard(Sample.four, size: Size(columns: 200, rows: 50))
        state.press(.down, .down, .down)
        #expect(state.selected == "key-dev-1")
        for (number, seconds) in [0, 10, 61, 200].enumerated() {
            state.hear(.changed(PeerChanges(updated: [Sample.peer("dev-1", summary: "\(number)")])), after: Int64(seconds))
        }
        let now = Sample.noon.advanced(bySeconds: 200)
        #expect(state.log.perMinute(of: "key-dev-1", until: now, minutes: 5) == [0, 4, 1, 0, 1])
        #expect(state.log.perMinute(of: "nobody", until: now, minutes: 2) == [0, 0])
        #expect(state.text().contains("▁▁▁▁▁▁▁▁▁▁▁█▃▁▃ last 15 min"))
        let wait = try #require(state.untilChange(size: state.size))
        #expect(wait <= 40_000)
        _ = state.reduce(.now(now.advanced(byMilliseconds: 40_000)))
        #expect(state.text().contains("▁▁▁▁▁▁▁▁▁▁█▃▁▃▁ last 15 min"))
        // A clock that is set back, and one that is set forward.
        #expect(state.log.perMinute(of: "key-dev-1", until: Sample.noon.advanced(bySeconds: -9999), minutes: 3) == [0, 0, 6])
        #expect(state.log.perMinute(of: "key-dev-1", until: now.advanced(bySeconds: 9999), minutes: 3) == [0, 0, 0])
    }

    private static func busy() -> DashboardState {
        var state = Sample.dashboard(Sample.four, size: Size(columns: 120, rows: 40))
        for number in 0..<60 { state.say(number) }
        return state
    }

    @Test("paused, nothing moves and nothing is lost")
    func pause() {
        var state = Self.busy()
        #expect(state.text().contains("“say 59”"))
        state.press(.text("p"))
        let before = state.text()
        for number in 60..<70 { state.say(number) }
        #expect(!state.text().contains("“say 60”"))
        #expect(state.text().contains("paused · 10 new"))
        #expect(before.contains("“say 59”") && state.text().contains("“say 59”"))
        state.press(.text("p"))
        #expect(state.text().contains("“say 69”"))
        #expect(!state.text().contains("paused"))
    }

    @Test("scrolled back, what is read stays where it is; to the top is back to what comes")
    func scrollBack() {
        var state = Self.busy()
        state.press(.tab)
        #expect(state.focus == .activity)
        for _ in 0..<40 { state.press(.down) }
        let row = state.row(of: "“say 20”")
        #expect(row > 0)
        #expect(!state.text().contains("“say 59”"))
        for number in 60..<90 { state.say(number) }
        #expect(state.row(of: "“say 20”") == row)
        #expect(state.text().contains("scrolled back"))
        state.press(.home)
        #expect(state.text().contains("“say 89”"))
        #expect(state.feed.limit == nil)
        state.press(.end)
        #expect(state.text().contains("“say 0”"))
        state.press(.pageUp, .pageUp, .pageUp, .pageUp, .pageUp)
        #expect(state.feed.limit == nil)
    }

    @Test("of one peer, and to the peer")
    func onePeer() {
        var state = Self.busy()
        state.hear(.changed(PeerChanges(left: ["key-api-2"])))
        state.press(.tab, .down, .enter)
        #expect(state.selected == "key-api-2")
        #expect(state.focus == .peers)
        state.press(.text("f"))
        #expect(state.text().contains("activity of api-2"))
        #expect(!state.text().contains("“say 59”"))
        state.press(.text("f"))
        #expect(state.text().contains("“say 59”"))
        // To a peer that a filter hides: the filter goes.
        state.narrow(to: "zzz")
        state.press(.tab, .down, .down, .enter)
        #expect(state.selected == "key-dev-1")
        #expect(state.filterText == "")
    }

    @Test("any scrolling of any activity stays in its range", arguments: 0..<20 as Range<UInt64>)
    func anyScrolling(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var state = Sample.dashboard(Sample.four, size: Size(columns: 120, rows: 40))
        state.press(.tab)
        let keys: [Key] = [.up, .down, .pageUp, .pageDown, .home, .end, .text("p"), .text("f"), .enter, .tab]
        for number in 0..<200 {
            if Bool.random(using: &generator) { state.say(number) }
            state.press(keys.randomElement(using: &generator) ?? .up)
            let count = state.feed.count(in: state.log)
            let all = state.log.count(of: state.feed.peer, below: state.log.end)
            #expect(count <= all && (count > 0 || all == 0 || state.feed.isPaused))
            if let chosen = state.feed.chosen { #expect(state.log[chosen] != nil) }
            // Drawing takes ten times as long as all the rest.
            if number % 5 == 0 { #expect(state.text().utf8.count > 100) }
        }
    }
}

extension DashboardState {
    fileprivate mutating func say(_ number: Int) {
        hear(
            .changed(
                PeerChanges(updated: [
                    Sample.peer("dev-1", .working, minutes: 2, summary: "say \(number)", groups: ["backend"])
                ])), after: 1)
    }
}
