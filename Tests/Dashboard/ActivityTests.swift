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
    private static func event(
        _ what: MeshEvent.What, number: Int64 = 0, peer: String? = "key-dev-1", in mesh: MeshID = Sample.mesh.mesh
    ) -> MeshEvent {
        MeshEvent(number: number, mesh: mesh, at: Sample.noon, peer: peer, name: peer == nil ? "" : "dev-1", what: what)
    }

    private static let id = MessageID(rawValue: "m1")

    @Test(
        "every kind of event has words",
        arguments: [
            (.joined, "joined"), (.left, "left"), (.renamed(from: "x"), "was called x"), (.status(from: .idle, to: .dnd), "idle → dnd"), (.waiting(true), "waits for a person"),
            (.waiting(false), "waits no more"), (.summary("tests"), "“tests”"), (.role("lead"), "is now lead"), (.role(""), "has no role now"),
            (.groups(["a", "b"]), "is now in @a @b"), (.groups([]), "is in no group now"), (.directory("/x"), "works in /x"), (.link(.live), "live"), (.link(.connecting), "connecting"),
            (.link(.retrying(reason: "gone", at: Sample.noon)), "offline, trying again: gone"), (.link(.refused(reason: "no")), "refused: no"),
            (.sent(id, to: "@backend", priority: .next, excerpt: "schema is"), "→ @backend “schema is”"), (.sent(id, to: "api-2", priority: .now, excerpt: "x"), "now → api-2 “x”"),
            (.received(id, by: "api-2", priority: .low, excerpt: "hello"), "wrote to api-2: “hello”"), (.received(id, by: "", priority: .next, excerpt: "hello"), "wrote “hello”"),
            (.delivery(id, to: "b", .stored), "held for b"), (.delivery(id, to: "b", .pushed), "on its way to b"), (.delivery(id, to: "b", .shown), "shown to b"),
            (.delivery(id, to: "", .acked), "kept by everybody"), (.delivery(id, to: "b", .delivered), "delivered to b"), (.delivery(id, to: "b", .expired), "too old for b"),
            (.delivery(id, to: "b", .refused), "refused by b"), (.died(id, to: "b", reason: "too long"), "given up for b: too long"), (.state(key: "freeze", value: "true"), "state freeze = true"),
            (.state(key: "freeze", value: nil), "state freeze taken away"), (.hook(event: "PreToolUse", tool: "Bash"), "hook PreToolUse: Bash"), (.hook(event: "Stop", tool: nil), "hook Stop"),
            (.loop(with: "b"), "answers b too often; held back"), (.invite("made", detail: "i1"), "invite made: i1"), (.other("x"), "something this Skein does not know: x"),
            // What others wrote is made safe, and braces in it mean nothing.
            (.link(.refused(reason: "\u{1b}[2J{1}")), "refused: ␛[2J{1}"), (.died(id, to: "{2}", reason: "{1}"), "given up for {2}: {1}"),
        ] as [(MeshEvent.What, String)])
    func words(what: MeshEvent.What, text: String) {
        #expect(Self.event(what).told(.unicode).map(\.text).joined() == text)
        #expect(Self.event(what).who(.unicode).map(\.text).joined() == "dev-1  ")
        let ascii = Self.event(what).told(.ascii).map(\.text).joined()
        #expect(ascii.unicodeScalars.allSatisfy { $0.isASCII || $0 == "␛" })
    }

    @Test("the log keeps the last so many in the order of their numbers, each once, and each peer's and mesh's own", arguments: 0..<10 as Range<UInt64>)
    func log(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var log = ActivityLog()
        let number = ActivityLog.capacity + Int.random(in: -100...3000, using: &generator)
        let all = (0..<number).map { place in
            Self.event(
                .joined, number: Int64(place) * 3, peer: [nil, "a", "b", "c"].randomElement(using: &generator) ?? nil,
                in: MeshID(rawValue: Bool.random(using: &generator) ? "one" : "other"))
        }
        // Nearly in order, with some twice, and the first hundreds last.
        var told = Array(all[300...])
        for place in told.indices.dropLast(8) where Int.random(in: 0..<4, using: &generator) == 0 {
            told.swapAt(place, place + Int.random(in: 0..<8, using: &generator))
        }
        told.insert(contentsOf: told.prefix(50), at: 100)
        for event in told + all[..<300] { log.insert(event) }
        let kept = all.suffix(ActivityLog.capacity)
        #expect(log.end == Int64(number - 1) * 3 + 1)
        #expect(log.hasDropped == (number > ActivityLog.capacity))
        for ceiling in [nil, Int64.random(in: 0...log.end, using: &generator)] {
            log.ceiling = ceiling
            let shown = kept.filter { $0.number < ceiling ?? .max }
            let parts: [(ActivityLog.Part, (MeshEvent) -> Bool)] = [
                (.all, { _ in true }), (.mesh(MeshID(rawValue: "one")), { $0.mesh.rawValue == "one" }),
                (.peer(PeerKey("a", in: MeshID(rawValue: "other"))), { $0.peer == "a" && $0.mesh.rawValue == "other" }),
            ]
            for (part, isOfIt) in parts {
                let some = shown.filter(isOfIt)
                let limit = Int64.random(in: 0...Int64(number) * 3, using: &generator)
                #expect(log.count(of: part, below: limit) == some.count { $0.number < limit })
                #expect(some.indices.allSatisfy { log.number(of: part, at: $0) == some[$0].number })
                #expect(log.number(of: part, at: some.count) == nil)
            }
            #expect(shown.allSatisfy { log[$0.number] == $0 && log[$0.number + 1] == nil })
        }
    }

    @Test("a dashboard that comes asks what happened before; after a gap, what happened meanwhile")
    func asking() {
        var state = Sample.dashboard(nil)
        let mesh = Sample.mesh.mesh
        let first = state.reduce(.relay(mesh, .snapshot(Sample.four), at: Sample.noon))
        let wish = EventsWish(mesh)
        #expect(first == [.ask(.events(wish))])
        #expect(wish.question.after == nil && wish.question.limit == 500)
        // Live ones that come before the answer, and are in it again.
        let all = (1...20).map { Self.event(.summary("\($0)"), number: $0) }
        _ = state.reduce(.relay(mesh, .happened(Array(all[15...17])), at: Sample.noon))
        // Another snapshot meanwhile is asked about after the answer, not now.
        #expect(state.reduce(.relay(mesh, .snapshot(Sample.four), at: Sample.noon)) == [])
        let next = state.reduce(.answered(.events(EventPage(events: Array(all[..<17]), hasMore: true), for: wish)))
        #expect(state.log.count(of: .all, below: .max) == 18)
        let gap = EventsWish(mesh, after: 18)
        #expect(next == [.ask(.events(gap))])
        #expect(gap.question.after == 18 && gap.question.limit == 5000)
        #expect(state.reduce(.answered(.events(EventPage(events: Array(all[18...]), hasMore: false), for: gap))) == [])
        #expect(state.log.count(of: .all, below: .max) == 20)
        #expect(!state.isLogWhole, "there was more before")
    }

    @Test("of a mesh that is offline it is asked as well, and once only for the peers that come first")
    func offline() {
        var state = Sample.dashboard(nil)
        let mesh = Sample.mesh.mesh
        let wish = EventsWish(mesh)
        let down = LinkState.retrying(reason: "gone", at: Sample.noon)
        #expect(state.reduce(.relay(mesh, .link(down), at: Sample.noon)) == [.ask(.events(wish))])
        #expect(state.reduce(.relay(mesh, .link(.live), at: Sample.noon)) == [])
        let page = EventPage(events: [Self.event(.summary("before"), number: 3)], hasMore: false)
        #expect(state.reduce(.answered(.events(page, for: wish))) == [])
        #expect(state.text().contains("“before”"))
        #expect(state.reduce(.relay(mesh, .snapshot([]), at: Sample.noon)) == [])
        let gap = EventsWish(mesh, after: 3)
        #expect(state.reduce(.relay(mesh, .snapshot([]), at: Sample.noon)) == [.ask(.events(gap))])
    }

    @Test("after a gap greater than what is kept, what lies before it goes")
    func greatGap() {
        var state = Sample.dashboard([], size: Size(columns: 120, rows: 40))
        let mesh = Sample.mesh.mesh
        _ = state.reduce(.relay(mesh, .happened([Self.event(.summary("old"), number: 7)]), at: Sample.noon))
        let gap = EventsWish(mesh, after: 7)
        #expect(state.reduce(.relay(mesh, .snapshot([]), at: Sample.noon)) == [.ask(.events(gap))])
        let page = EventPage(events: [Self.event(.summary("x"), number: 8)], hasMore: true)
        let latest = EventsWish(mesh, after: 7, isLatest: true)
        #expect(state.reduce(.answered(.events(page, for: gap))) == [.ask(.events(latest))])
        #expect(latest.question.after == nil && latest.question.limit == 5000)
        let last = EventPage(events: [Self.event(.summary("new"), number: 9000)], hasMore: true)
        #expect(state.reduce(.answered(.events(last, for: latest))) == [])
        #expect(state.text().contains("“new”") && !state.text().contains("“old”"))
        #expect(!state.isLogWhole)
    }

    @Test("where the relay is an older one the activity says so, and goes on when a newer one is there")
    func olderRelay() {
        var state = Sample.dashboard(nil, size: Size(columns: 40, rows: 12))
        _ = state.reduce(.relay(Sample.mesh.mesh, .snapshot([]), at: Sample.noon))
        let wish = EventsWish(Sample.mesh.mesh)
        _ = state.reduce(.failed(.events(wish), SkeinError(.relayRefused, "it does not know what “events” is")))
        state.press(.tab)
        #expect(state.text().contains("This relay is older and tells no"))
        #expect(state.reduce(.relay(Sample.mesh.mesh, .snapshot([]), at: Sample.noon)) == [.ask(.events(wish))])
        _ = state.reduce(.answered(.events(EventPage(events: [], hasMore: false), for: wish)))
        #expect(state.text().contains("Nothing has happened yet"))
    }

    @Test("of a burst of 50,000 the last are kept, and what is of other meshes is not taken")
    func burst() {
        var state = Sample.dashboard(Sample.four)
        let other = MeshID(rawValue: "other")
        for start in stride(from: 0, to: 50_000, by: 200) {
            let events = (start..<(start + 200)).map { Self.event(.summary("say \($0)"), number: Int64($0)) }
            _ = state.reduce(.relay(Sample.mesh.mesh, .happened(events + [Self.event(.left, number: 99_999, in: other)]), at: Sample.noon))
        }
        #expect(state.log.count(of: .all, below: .max) == ActivityLog.capacity)
        #expect(state.log.number(of: .all, at: 0) == 45_000)
        #expect(state.log.end == 50_000)
        state.press(.tab)
        #expect(state.text().contains("“say 49999”"))
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
            let count = state.feed.count(in: state.feedLog)
            let all = state.feedLog.count
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
