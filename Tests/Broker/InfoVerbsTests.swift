import BrokerEngine
import MemoryStore
import Mesh
import MeshProtocol
import Testing

@testable import Broker

@Suite("What a mesh tells of itself")
struct InfoVerbsTests {
    @Test("info counts what the asker may see")
    func info() throws {
        var world = try VerbWorld()
        let bob = world.join(.bob, name: "bobby", groups: ["a/b", "c"], skein: false).socket
        let ada = world.join(.ada, groups: ["hidden"]).socket
        _ = world.join(.cyd, observer: true)
        _ = world.send(.setVisible(false), from: ada)
        _ = world.ask(SetState(key: "k", value: 1), from: bob)
        _ = world.ask(Remember(content: "m"), from: bob)
        let own = [GroupMembership(name: "a/b"), GroupMembership(name: "c")]
        #expect(
            world.ask(GetMeshInfo(), from: bob).answer
                == .answer(
                    MeshInfo(
                        mesh: "mesh", peers: 1, groups: ["@a/b", "@c"], stateKeys: ["k"],
                        memoryCount: 1, yourName: "bobby", yourGroups: own)))
    }

    @Test(
        "a page of the log has the length that was asked for, within bounds",
        arguments: [
            (nil, nil, 50, 600), (10, nil, 10, 600), (1000, nil, 500, 600), (10, 595, 5, 600),
            (10, 700, 0, 0),
        ] as [(Int?, Int?, Int, Int)])
    func pages(limit: Int?, offset: Int?, count: Int, first: Int) throws {
        var world = try VerbWorld()
        let bob = world.join(.bob).socket
        try Self.fill(world.store, with: (2...600).map { Self.event("e", .integer($0)) })
        guard
            case .answer(let answer) = world.ask(
                QueryAudit(limit: limit, offset: offset), from: bob
            ).answer, let page = answer as? AuditResult
        else {
            Issue.record("no page")
            return
        }
        #expect(page.entries.count == count && page.total == 600)
        if count > 0 { #expect(page.entries.first?.id == first - (offset ?? 0)) }
    }

    @Test("a page that would be too long ends earlier")
    func longPages() throws {
        var world = try VerbWorld()
        let bob = world.join(.bob).socket
        let long = JSONValue.string(String(repeating: "x", count: 32_000))
        try Self.fill(world.store, with: Array(repeating: Self.event("e", long), count: 499))
        let (_, effects) = world.ask(QueryAudit(limit: 500), from: bob)
        let frame = try #require(effects.frames(to: bob).first)
        #expect(frame.json.count <= FrameLimits.listing)
        guard case .answer(let answer) = frame.body else { return }
        #expect((answer as? AuditResult)?.entries.isEmpty == false)
        #expect((answer as? AuditResult)?.total == 500)
    }

    @Test("what is no page is refused", arguments: [(0, 0), (-1, 0), (1, -1)])
    func badPages(limit: Int, offset: Int) throws {
        var world = try VerbWorld()
        let bob = world.join(.bob).socket
        let request = QueryAudit(limit: limit, offset: offset)
        #expect(world.refusal(request, from: bob) == "invalid_argument")
    }

    @Test("who comes and goes is in the log, an observer is not")
    func comingAndGoing() throws {
        var world = try VerbWorld()
        let bob = world.join(.bob, name: "bobby").socket
        let ada = world.join(.ada, observer: true).socket
        _ = world.leave(bob)
        _ = world.leave(ada)
        #expect(world.store.log.map(\.type) == ["peer_joined", "peer_left"])
        #expect(world.store.log.allSatisfy { $0.actor == VerbWorld.Who.bob.id.rawValue })
        #expect(world.store.log.allSatisfy { $0.payload == ["name": "bobby"] })
    }

    @Test("the log answers whether it holds")
    func verify() throws {
        var world = try VerbWorld()
        let bob = world.join(.bob).socket
        #expect(
            world.ask(VerifyAudit(), from: bob).answer
                == .answer(AuditVerification(valid: true, entries: 1, brokenAt: nil)))
    }

    /// Beside what the log has: one came in.
    private static func fill(_ store: MemoryStore, with events: [AuditEvent]) throws {
        try store.performNow { for event in events { try $0.audit(event) } }
    }

    private static func event(_ type: String, _ payload: JSONValue) -> AuditEvent {
        AuditEvent(
            mesh: VerbWorld.mesh, type: type, actor: "a", payload: payload,
            at: Moment(milliseconds: 0))
    }
}
