import Foundation
import Mesh
import Testing

@Suite("What a peer counts and says of itself")
struct PeerStatsTests {
    @Test(
        "calls and messages are signs of life",
        arguments: [
            (PeerStats(toolCalls: 1), nil, true), (PeerStats(messagesIn: 1), nil, true),
            (PeerStats(messagesOut: 2), PeerStats(messagesOut: 1), true),
            (PeerStats(messagesOut: 1), PeerStats(messagesOut: 1), false),
            (PeerStats(toolCalls: 1), PeerStats(toolCalls: 2), false),
            (PeerStats(uptime: 60, errors: 3), PeerStats(uptime: 1), false),
            (PeerStats(), PeerStats(toolCalls: 1), false), (PeerStats(), nil, false),
            (PeerStats(toolCalls: 0), nil, false),
        ] as [(PeerStats, PeerStats?, Bool)])
    func growing(stats: PeerStats, earlier: PeerStats?, grew: Bool) {
        #expect(stats.hasGrown(since: earlier) == grew)
    }

    @Test(
        "counts go on from where they began, or they do not",
        arguments: [
            (PeerStats(), PeerStats(), true), (PeerStats(toolCalls: 5), PeerStats(toolCalls: 5), true),
            (PeerStats(toolCalls: 4), PeerStats(toolCalls: 5), false),
            (PeerStats(toolCalls: 9), PeerStats(toolCalls: 5, errors: 1), false),
            (PeerStats(), PeerStats(uptime: 5), true),
        ])
    func goingOn(stats: PeerStats, base: PeerStats, goesOn: Bool) {
        #expect(stats.goesOn(from: base) == goesOn)
    }

    @Test("only what is beyond the base is added, and no sum overflows")
    func adding() {
        let total = PeerStats(messagesIn: 10, toolCalls: .max)
        let later = PeerStats(messagesIn: 7, messagesOut: 1, toolCalls: 9, uptime: 3)
        let sum = total.adding(later, beyond: PeerStats(messagesIn: 5, errors: 2))
        #expect(sum == PeerStats(messagesIn: 12, messagesOut: 1, toolCalls: .max, errors: 0))
        #expect(
            PeerStats().adding(nil, beyond: total)
                == PeerStats(messagesIn: 0, messagesOut: 0, toolCalls: 0, errors: 0))
    }

    @Test(
        "counts are read leniently, but are counts",
        arguments: [
            (#"{}"#, PeerStats()), (#"{"uptime":12.7,"errors":null}"#, PeerStats(uptime: 12)),
            (#"{"toolCalls":3.0,"more":1}"#, PeerStats(toolCalls: 3)),
            (#"{"errors":-1}"#, PeerStats(errors: -1)), (#"{"errors":1e300}"#, nil),
            (#"{"errors":"1"}"#, nil), (#"{"errors":true}"#, nil),
        ] as [(String, PeerStats?)])
    func reading(text: String, stats: PeerStats?) {
        #expect((try? JSONDecoder().decode(PeerStats.self, from: Data(text.utf8))) == stats)
        #expect(stats?.isBearable != (text.contains("-1")) || stats == nil)
    }

    @Test("a profile takes what is named, and a role stands in for a title that is not")
    func profiles() {
        let first = PeerProfile(avatar: "a", title: "t", capabilities: ["c"])
        let second = PeerProfile(title: "u", bio: "b", capabilities: [])
        #expect(
            first.merging(second)
                == PeerProfile(avatar: "a", title: "u", bio: "b", capabilities: []))
        #expect(first.merging(PeerProfile()) == first)
        #expect(PeerProfile().isEmpty && !second.isEmpty)
        #expect(first.titled("role") == first)
        #expect(PeerProfile(bio: "b").titled("role") == PeerProfile(title: "role", bio: "b"))
        #expect(PeerProfile().titled(nil).isEmpty)
    }
}
