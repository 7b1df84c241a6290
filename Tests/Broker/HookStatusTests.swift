import Mesh
import MeshProtocol
import NIOHTTP1
import Testing

@testable import Broker

/// Protocol decision 15, and section 5 of the wire protocol.
@Suite("Status by hooks")
struct HookStatusTests {
    static let path = "/hook/set-status"

    static func old(hostname: String? = nil) throws -> PageWorld {
        var settings = PageDesk.Settings()
        settings.legacyHooks = true
        settings.hostname = hostname
        return try PageWorld(settings)
    }

    static func bearer(_ token: String) -> [(String, String)] {
        [("Authorization", "Bearer \(token)")]
    }

    // MARK: - With a token

    @Test("a session's own token sets its status, and no other's")
    func token() throws {
        var world = try PageWorld()
        let (first, ack) = world.join(TestBroker.ada, session: 20) { $0.speaksSkein = true }
        let (second, _) = world.join(TestBroker.ada, session: 21) { $0.speaksSkein = true }
        let token = try #require(ack["hookToken"]?.string)
        #expect(token.count == 32)
        let answer = world.ask(
            .POST, Self.path, #"{"status":"working","tool_open":true,"waiting":true}"#,
            headers: Self.bearer(token), from: "10.0.0.1")
        #expect(answer.status == 200)
        #expect(answer.json["presence_id"] == ack["presenceId"])
        #expect(world.session(at: first)?.status.status == .working)
        #expect(world.session(at: first)?.status.source == .hook)
        #expect(world.session(at: first)?.peer.isWaiting == true)
        #expect(world.session(at: second)?.status.status == .idle)
        // An open tool call keeps it from ageing.
        world.pass(seconds: 80)
        _ = world.registry.ponged(first, at: world.now)
        _ = world.registry.wake(at: world.now)
        #expect(world.session(at: first)?.status.status == .working)
    }

    @Test("a session's own link says the same as its token")
    func link() throws {
        var world = try VerbWorld()
        let bob = world.join(.bob).socket
        let status = SetHookStatus(.working, isToolOpen: true, isWaiting: true)
        #expect(world.ask(status, from: bob).answer == .ack(AckFrame(id: "q")))
        #expect(world.peer(.bob)?.status == .working && world.peer(.bob)?.isWaiting == true)
        // Who says it by hand is outranked; an open tool call keeps it from ageing.
        _ = world.send(.setStatus(.working), from: bob)
        #expect(world.peer(.bob)?.statusSource == .hook)
        #expect(world.ask(status, from: bob).answer == .ack(AckFrame(id: "q")))
        world.pass(80_000)
        _ = world.registry.ponged(bob, at: world.now)
        _ = world.settle(world.registry.wake(at: world.now))
        #expect(world.peer(.bob)?.status == .working)
        _ = world.send(.setStatus(.dnd), from: bob)
        _ = world.ask(SetHookStatus(.idle), from: bob)
        #expect(world.peer(.bob)?.status == .dnd)
    }

    @Test("it is no verb of old clients', and an observer has no status")
    func linkRefusals() throws {
        var world = try VerbWorld()
        let old = world.join(.bob, skein: false).socket
        #expect(world.refusal(SetHookStatus(.working), from: old) == "unknown_type")
        let observer = world.join(.ada, observer: true).socket
        #expect(world.refusal(SetHookStatus(.working), from: observer) == "forbidden")
        let frame = ClientFrame.parse(Array(#"{"type":"hook_status","status":"asleep"}"#.utf8))
        #expect(frame?.verb == .invalid(type: "hook_status"))
    }

    @Test("watchers are told at once")
    func watched() throws {
        var world = try PageWorld()
        let watcher = world.join(TestBroker.bob, session: 22) {
            $0.speaksSkein = true
            $0.isObserver = true
        }.socket
        _ = world.registry.received(
            Array(#"{"type":"watch_presence"}"#.utf8), from: watcher, at: world.now)
        let ack = world.join(TestBroker.ada, session: 20) { $0.speaksSkein = true }.ack
        world.pass(seconds: 1)
        world.effects = []
        _ = world.ask(
            .POST, Self.path, #"{"status":"working"}"#,
            headers: Self.bearer(ack["hookToken"]?.string ?? ""))
        let changed = world.frames(to: watcher).compactMap { $0["changed"]?.list?.first }
        #expect(changed.first?["status"]?.string == "working")
    }

    @Test("a token lives as long as its session, also across a reconnect")
    func lifetime() throws {
        var world = try PageWorld()
        let (socket, ack) = world.join(TestBroker.ada, session: 20) { $0.speaksSkein = true }
        let token = try #require(ack["hookToken"]?.string)
        _ = world.registry.dropped(socket, at: world.now)
        let again = world.join(TestBroker.ada, session: 20) { $0.speaksSkein = true }
        #expect(again.ack["hookToken"]?.string == token)
        _ = world.registry.closed(again.socket, at: world.now)
        let answer = world.ask(
            .POST, Self.path, #"{"status":"idle"}"#, headers: Self.bearer(token))
        #expect(answer.status == 401)
        let next = world.join(TestBroker.ada, session: 20) { $0.speaksSkein = true }.ack
        #expect(next["hookToken"]?.string != token)
    }

    @Test("only a peer that speaks skein/1 is given one")
    func whoGetsOne() throws {
        var world = try PageWorld()
        #expect(world.join(TestBroker.ada, session: 20).ack["hookToken"] == nil)
        let observer = world.join(TestBroker.ada, session: 21) {
            $0.speaksSkein = true
            $0.isObserver = true
        }
        #expect(observer.ack.type == "hello_ack" && observer.ack["hookToken"] == nil)
    }

    @Test(
        "what is no status is refused",
        arguments: ["", "[]", "{}", #"{"status":"busy"}"#, #"{"status":1}"#])
    func malformed(body: String) throws {
        var world = try PageWorld()
        let ack = world.join(TestBroker.ada, session: 20) { $0.speaksSkein = true }.ack
        let headers = Self.bearer(ack["hookToken"]?.string ?? "")
        #expect(world.ask(.POST, Self.path, body, headers: headers).status == 400)
    }

    @Test("thirty a minute, then no more")
    func limited() throws {
        var world = try PageWorld()
        let ack = world.join(TestBroker.ada, session: 20) { $0.speaksSkein = true }.ack
        let headers = Self.bearer(ack["hookToken"]?.string ?? "")
        for _ in 0..<30 {
            #expect(
                world.ask(.POST, Self.path, #"{"status":"idle"}"#, headers: headers).status == 200)
        }
        let refused = world.ask(.POST, Self.path, #"{"status":"idle"}"#, headers: headers)
        #expect(refused.status == 429 && refused.json["error"]?.string == "rate limited")
        #expect(world.registry.metrics.hookRequests == 31)
        #expect(world.registry.metrics.limitedHookRequests == 1)
    }

    // MARK: - The form of old

    @Test("without a token only where that is allowed, from this machine, for itself")
    func guarded() throws {
        let body = #"{"cwd":"/work","status":"working"}"#
        var strict = try PageWorld()
        #expect(strict.ask(.POST, Self.path, body).status == 401)
        var world = try Self.old()
        #expect(world.ask(.POST, Self.path, body, from: "10.0.0.1").status == 403)
        for name in ["Forwarded", "X-Forwarded-For", "Via"] {
            #expect(world.ask(.POST, Self.path, body, headers: [(name, "x")]).status == 403)
        }
        #expect(world.ask(.POST, Self.path, body).json["pending"] == .bool(true))
    }

    @Test("missing fields are answered as of old")
    func missing() throws {
        var world = try Self.old()
        for body in ["{}", #"{"cwd":"/work"}"#, #"{"status":"idle"}"#] {
            let answer = world.ask(.POST, Self.path, body)
            #expect(answer.status == 200)
            #expect(answer.json["error"]?.string == "cwd and status required")
        }
    }

    @Test("the session's id goes before process and directory, those before the newest")
    func matching() throws {
        var world = try Self.old()
        let first = world.join(TestBroker.ada, session: 20) { $0.pid = "10" }.socket
        world.pass(seconds: 1)
        let second = world.join(TestBroker.ada, session: 21) { $0.pid = "11" }.socket
        world.pass(seconds: 1)
        let newest = world.join(TestBroker.bob, session: 22) { $0.pid = "12" }.socket
        let asks = [
            (#"{"cwd":"/x","status":"working","pid":11,"session_id":"session-20"}"#, first),
            (#"{"cwd":"/work","status":"working","pid":11,"session_id":"unknown"}"#, second),
            (#"{"cwd":"/work","status":"working","pid":99}"#, newest),
        ]
        for (body, socket) in asks {
            let answer = world.ask(.POST, Self.path, body)
            #expect(answer.json["presence_id"]?.string == world.session(at: socket)?.peer.presenceID)
            #expect(world.session(at: socket)?.status.status == .working)
        }
    }

    @Test("a session on another machine in a directory of the same name is not meant")
    func otherMachine() throws {
        var world = try Self.old(hostname: "here")
        let socket = world.join(TestBroker.ada, session: 20).socket
        let answer = world.ask(.POST, Self.path, #"{"cwd":"/work","status":"working"}"#)
        #expect(answer.json["pending"] == .bool(true))
        #expect(world.session(at: socket)?.status.status == .idle)
    }

    @Test("dnd is never unset by a hook")
    func dnd() throws {
        var world = try Self.old()
        let socket = world.join(TestBroker.ada, session: 20).socket
        _ = world.registry.received(
            Array(#"{"type":"set_status","status":"dnd"}"#.utf8), from: socket, at: world.now)
        let answer = world.ask(.POST, Self.path, #"{"cwd":"/work","status":"idle"}"#)
        #expect(answer.json["ok"] == .bool(true))
        #expect(world.session(at: socket)?.status.status == .dnd)
    }

    @Test("a status told too early waits ten seconds for its session, the newest wins")
    func pending() throws {
        for (seconds, expected) in [(Int64(10), Status.working), (11, .idle)] {
            var world = try Self.old()
            for status in ["idle", "dnd", "working"] {
                let body = #"{"cwd":"/work","status":"\#(status)","pid":4242}"#
                #expect(world.ask(.POST, Self.path, body).json["pending"] == .bool(true))
            }
            world.pass(seconds: seconds)
            let socket = world.join(TestBroker.ada, session: 20).socket
            #expect(world.session(at: socket)?.status.status == expected)
            let next = world.join(TestBroker.ada, session: 21).socket
            #expect(world.session(at: next)?.status.status == .idle)
        }
    }

    @Test("those that wait are bounded in number")
    func bounded() {
        var desk = HookDesk()
        for number in 0..<1000 {
            desk.keep(
                HookDesk.Pending(
                    directory: "/\(number)", pid: 0, sessionID: nil, status: .idle, toldAt: 0))
        }
        #expect(desk.pending.count == HookDesk.pendingLimit)
        #expect(desk.take(sessionID: "", pid: 0, directory: "/999", at: 1) == .idle)
        #expect(desk.take(sessionID: "", pid: 0, directory: "/1", at: 1) == nil)
    }

    @Test("each process and directory has a bucket of its own")
    func limitedByDirectory() throws {
        var world = try Self.old()
        let ask = { (world: inout PageWorld, pid: Int) in
            world.ask(.POST, Self.path, #"{"cwd":"/a","status":"idle","pid":\#(pid)}"#).status
        }
        for _ in 0..<30 { #expect(ask(&world, 1) == 200) }
        #expect(ask(&world, 1) == 429)
        #expect(ask(&world, 2) == 200)
    }
}
