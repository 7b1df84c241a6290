import Mesh
import MeshProtocol
import Testing

@testable import Connection

@Suite("A link and a broker that fails it", .timeLimit(.minutes(1)))
struct LinkFaultTests {
    static let acknowledged = #"{"type":"hello_ack","presenceId":"p","memberDisplayName":"n"}"#

    private static func link(
        _ server: ScriptedServer, random: @escaping @Sendable () -> Double = { 0 },
        now: @escaping @Sendable () -> Moment = { TestMesh.now }
    ) -> BrokerLink {
        BrokerLink(
            endpoint: .loopback(port: server.port),
            hello: HelloParameters(
                mesh: TestMesh.mesh, member: MemberID(rawValue: "m"), memberKeys: .generate(),
                sessionKeys: nil, displayName: "n", sessionID: "s", pid: 1, cwd: "/"),
            watchesPresence: false, now: now, random: random)
    }

    @Test("finding 8: a connection closed before it opened, and one of no broker, are failures with a reason")
    func closedBeforeOpen() async throws {
        for part in [
            .closes, .says("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"), .says("nonsense\r\n\r\n"),
        ] as [ScriptedServer.Part] {
            try await ScriptedServer.run({ _ in part }) { server in
                let error = await #expect(throws: SkeinError.self) {
                    try await BrokerSocket.open(.loopback(port: server.port))
                }
                #expect(error?.code == .brokerUnreachable)
            }
        }
    }

    @Test("finding 7: one that never answers is given up, and the link can be stopped while it waits")
    func neverAnswers() async throws {
        try await ScriptedServer.run({ _ in .saysNothing }) { server in
            async let opened = #expect(throws: SkeinError.self) {
                try await BrokerSocket.open(
                    .loopback(port: server.port), agreeingWithin: .milliseconds(50))
            }
            let link = Self.link(server)
            var events = EventReader(link)
            await link.start()
            #expect(await events.link() == .connecting)
            await link.stop()
            #expect(await opened?.message.contains("it does not answer") == true)
        }
    }

    @Test(
        "a code that is for good ends the tries, any other does not",
        arguments: [
            (4001, "kicked", true), (4002, "banned", true), (1008, "unauthorized", true),
            (1000, "session_replaced", true), (1001, "shutting down", false), (1008, "", false),
            (1000, "", false), (1011, "", false),
        ] as [(UInt16, String, Bool)])
    func codes(code: UInt16, reason: String, isForGood: Bool) async throws {
        let part = ScriptedServer.Part.speaks([Self.acknowledged], close: code, reason: reason)
        try await ScriptedServer.run({ $0 == 1 ? part : .speaks([Self.acknowledged]) }) { server in
            let link = Self.link(server)
            var events = EventReader(link)
            await link.start()
            let end = await events.next { event -> LinkState? in
                switch event {
                case .link(.connecting), .link(.live): nil
                case .link(let state): state
                default: nil
                }
            }
            if isForGood {
                guard case .refused? = end else {
                    Issue.record("\(String(describing: end))")
                    return
                }
                await link.retryNow()
                await link.proveItself()
                await #expect(throws: SkeinError.self) { try await link.firstHello() }
                #expect(server.connections == 1)
            } else {
                guard case .retrying? = end else {
                    Issue.record("\(String(describing: end))")
                    return
                }
                try await link.firstHello()
                #expect(server.connections == 2)
            }
            await link.stop()
        }
    }

    @Test("L19: a broker that takes everybody in and drops them is tried ever more seldom")
    func storm() async throws {
        try await ScriptedServer.run({ _ in .speaks([Self.acknowledged], close: 1011) }) { server in
            let link = Self.link(server, random: { 0.01 })
            var events = EventReader(link)
            var tries: [Int64] = []
            await link.start()
            while tries.count < 6 {
                guard
                    let at = await events.next({ event -> Moment? in
                        if case .link(.retrying(_, let at)) = event { at } else { nil }
                    })
                else { break }
                tries.append(at.milliseconds)
            }
            await link.stop()
            // 10, 20, 40, 80, 160 and 300 ms: the last alone would be 10 if each began anew.
            try #require(tries.count == 6)
            #expect(tries[5] - tries[4] >= 290)
        }
    }

    @Test("after the fix: a link is live when the hello was acknowledged, and not before")
    func unacknowledged() async throws {
        let error = #"{"type":"error","code":"unauthorized","message":"no"}"#
        try await ScriptedServer.run({ _ in
            .speaks([error], close: 1008, reason: "unauthorized")
        }) { server in
            let link = Self.link(server)
            var events = EventReader(link)
            await link.start()
            #expect(await events.link() == .connecting)
            let reason = "the broker knows no such member of this mesh"
            #expect(await events.link() == .refused(reason: reason))
            await link.stop()
        }
    }

    @Test("D4: the waits between tries are of every length up to their ceiling")
    func jitter() async throws {
        try await ScriptedServer.run({ _ in .closes }) { server in
            for (random, milliseconds) in [(0.0, 0), (0.5, 500), (0.999, 999)] {
                let link = Self.link(
                    server, random: { random }, now: { Moment(milliseconds: 7000) })
                var events = EventReader(link)
                await link.start()
                let wait = await events.next { event -> Int64? in
                    guard case .link(.retrying(_, let at)) = event else { return nil }
                    return at.milliseconds - 7000
                }
                #expect(wait == Int64(milliseconds))
                await link.stop()
            }
        }
    }

    @Test("a broker that asks for patience gets it")
    func patience() async throws {
        let error = #"{"type":"error","code":"rate_limit","message":"try again in 30 s"}"#
        let part = ScriptedServer.Part.speaks([error], close: 1008, reason: "rate_limit")
        try await ScriptedServer.run({ _ in part }) { server in
            let link = Self.link(server)
            var events = EventReader(link)
            let start = TestMesh.now
            await link.start()
            let at = await events.next { event -> Moment? in
                if case .link(.retrying(_, let at)) = event { at } else { nil }
            }
            #expect((at?.milliseconds ?? 0) >= start.milliseconds + 30_000)
            await link.stop()
        }
    }

    @Test("a connection that is dead is noticed when it must prove itself, and made again at once")
    func proof() async throws {
        try await ScriptedServer.run({
            .speaks([Self.acknowledged], answersPings: $0 != 1)
        }) { server in
            // Waits between tries would be too long for this test.
            let link = Self.link(server, random: { 1000 })
            await link.start()
            try await link.firstHello()
            await link.proveItself(within: .milliseconds(20))
            // The end of the old connection is told before the new one's hello.
            var events = EventReader(link)
            for state in [LinkState.connecting, .live, .connecting, .live] {
                #expect(await events.link() == state)
            }
            #expect(server.connections == 2)
            await link.proveItself(within: .seconds(20))
            try await link.firstHello()
            #expect(server.connections == 2)
            await link.stop()
        }
    }

    @Test("who is there is asked once more where the connection is lost under the question")
    func asksAgain() async throws {
        let peers = #"{"type":"peers_list","peers":[],"_reqId":"ID"}"#
        let lost: [String?] = [Self.acknowledged, nil]
        try await ScriptedServer.run({
            .answers($0 == 1 ? lost : [Self.acknowledged, peers])
        }) { server in
            let link = Self.link(server)
            await link.start()
            let seen = try await link.listPeers()
            #expect(seen.isEmpty)
            #expect(server.connections == 2)
            await link.stop()
        }
        try await ScriptedServer.run({ _ in .answers(lost) }) { server in
            let link = Self.link(server)
            await link.start()
            await #expect(throws: SkeinError.self) { _ = try await link.listPeers() }
            #expect(server.connections >= 2)
            await link.stop()
        }
    }

    @Test("a connection that is being made when it must prove itself is begun again")
    func proofWhileOpening() async throws {
        try await ScriptedServer.run({
            $0 == 1 ? .saysNothing : .speaks([Self.acknowledged])
        }) { server in
            let link = Self.link(server, random: { 1000 })
            var events = EventReader(link)
            await link.start()
            #expect(await events.link() == .connecting)
            while server.connections == 0 { await Task.yield() }
            await link.proveItself(within: .zero)
            try await link.firstHello()
            #expect(server.connections == 2)
            await link.stop()
        }
    }
}
