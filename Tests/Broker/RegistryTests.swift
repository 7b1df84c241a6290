import BrokerEngine
import Mesh
import MeshCrypto
import MeshProtocol
import Testing

@testable import Broker

/// The rules of presence without a socket: time goes in, effects come out.
@Suite("The registry")
struct RegistryTests {
    static let mesh = MeshID(rawValue: "mesh")

    /// A registry, its clock, and members made by their number.
    struct World {
        var registry: Registry
        var now = Instant(wall: Moment(milliseconds: 1_776_000_000_000), uptime: 5_000_000)
        private var sockets: UInt64 = 0
        private var hellos: Int64 = 0
        private let keys: [SigningKeys]

        init(members: Int = 3) throws {
            let keys = (0..<members).compactMap {
                SigningKeys(seed: [UInt8](repeating: UInt8($0 + 1), count: 32))
            }
            self.keys = keys
            let records = keys.enumerated().map { number, keys in
                BrokerMember(
                    id: MemberID(rawValue: "member-\(number)"), mesh: RegistryTests.mesh,
                    publicKey: keys.publicKey, displayName: "m\(number)", permission: .member,
                    joinedAt: Moment(milliseconds: 0),
                    revokedAt: number == 2 ? Moment(milliseconds: 1) : nil)
            }
            let record = BrokerMesh(
                id: RegistryTests.mesh, name: "The mesh", slug: "mesh",
                ownerKey: try #require(keys.first).publicKey,
                createdAt: Moment(milliseconds: 0))
            registry = Registry(
                roster: Roster(meshes: [record], members: records), sessionsPerMesh: nil,
                ids: Registry.Ids(
                    presence: { RandomID.make() }, message: { "push" }, secret: { "" }))
        }

        mutating func pass(_ milliseconds: Int64) {
            now.wall.milliseconds += milliseconds
            now.uptime += milliseconds
        }

        /// What is to be done, but for what is to be stored.
        mutating func wake() -> [Effect] {
            registry.wake(at: now).filter { if case .store = $0 { false } else { true } }
        }

        mutating func open() -> SocketID {
            sockets += 1
            let socket = SocketID(number: sockets)
            _ = registry.connected(socket, at: now)
            return socket
        }

        mutating func send(_ verb: ClientFrame.Verb, from socket: SocketID) -> [Effect] {
            registry.received(ClientFrame(verb).json, from: socket, at: now)
        }

        mutating func hello(
            _ member: Int, session: String, skein: Bool = false, observer: Bool = false
        ) -> ClientFrame.Verb {
            hellos += 1
            let id = "member-\(member)"
            let key = keys[member].publicKey.hex
            let timestamp = now.wall.milliseconds + hellos
            let signed = keys[member].sign(
                HelloBytes.canonical(
                    mesh: RegistryTests.mesh.rawValue, member: id, publicKey: key,
                    timestamp: timestamp))
            return .hello(
                HelloFrame(
                    meshID: RegistryTests.mesh.rawValue, memberID: id, publicKey: key,
                    sessionID: session, pid: 1, cwd: "/", timestamp: timestamp,
                    signature: Hex.text(signed),
                    capabilities: skein ? [FrameLimits.skein1] : [],
                    kind: observer ? HelloFrame.observer : nil))
        }

        mutating func join(
            _ member: Int, session: String = "s", skein: Bool = false, observer: Bool = false
        ) -> (socket: SocketID, effects: [Effect]) {
            let socket = open()
            let hello = hello(member, session: session, skein: skein, observer: observer)
            return (socket, send(hello, from: socket))
        }

        /// An observer that has its first snapshot.
        mutating func watcher(_ member: Int) -> SocketID {
            let socket = join(member, session: "watcher", skein: true, observer: true).socket
            _ = send(.watchPresence, from: socket)
            return socket
        }
    }

    static func deltas(_ effects: [Effect], to socket: SocketID) -> [PresenceDelta] {
        effects.compactMap {
            guard case .send(let frame, let to) = $0, to.contains(socket),
                case .delta(let delta) = frame.body
            else { return nil }
            return delta
        }
    }

    static func errors(_ effects: [Effect]) -> [String] {
        effects.compactMap {
            guard case .send(let frame, _) = $0, case .error(let error) = frame.body else {
                return nil
            }
            return error.code
        }
    }

    @Test("a lone change goes at once, further ones within 16 ms go together")
    func joiningChanges() throws {
        var world = try World()
        let watcher = world.watcher(0)
        let peer = world.join(1).socket
        _ = world.wake()
        world.pass(100)
        let first = world.send(.setSummary("1"), from: peer)
        #expect(Self.deltas(first, to: watcher).count == 1)
        world.pass(5)
        #expect(Self.deltas(world.send(.setSummary("2"), from: peer), to: watcher).isEmpty)
        world.pass(5)
        #expect(Self.deltas(world.send(.setStatus(.dnd), from: peer), to: watcher).isEmpty)
        let due = try #require(world.registry.nextDeadline)
        #expect(due <= world.now.uptime + 6)
        world.pass(6)
        let joined = Self.deltas(world.wake(), to: watcher)
        #expect(joined.count == 1 && joined.first?.changed.count == 1)
        // Nothing is told twice.
        world.pass(100)
        #expect(Self.deltas(world.wake(), to: watcher).isEmpty)
    }

    @Test("what comes and goes within 16 ms was never there")
    func shortVisit() throws {
        var world = try World()
        let watcher = world.watcher(0)
        let first = world.join(1)
        #expect(Self.deltas(first.effects, to: watcher).count == 1)
        let second = world.join(1, session: "t")
        let gone = world.registry.closed(second.socket, at: world.now)
        #expect(Self.deltas(second.effects + gone, to: watcher).isEmpty)
        world.pass(20)
        #expect(Self.deltas(world.wake(), to: watcher).isEmpty)
    }

    @Test("revisions count by one, whatever a delta's size")
    func largeDeltas() throws {
        var world = try World()
        let watcher = world.watcher(0)
        _ = world.join(1, session: "first")
        let summary = String(repeating: "x", count: FrameLimits.summary)
        for number in 0..<300 {
            let socket = world.join(1, session: "s\(number)").socket
            _ = world.send(.setSummary(summary), from: socket)
        }
        world.pass(16)
        let deltas = Self.deltas(world.wake(), to: watcher)
        #expect(deltas.count > 2)
        #expect(deltas.flatMap(\.joined).count == 300)
        let revisions = deltas.map(\.revision)
        #expect(revisions == Array((revisions.first ?? 0)..<(revisions.first ?? 0) + deltas.count))
        for delta in deltas {
            #expect(ServerFrame(.delta(delta)).json.count <= FrameLimits.presencePage)
        }
    }

    @Test("who watches again gets the state that the next delta is counted from")
    func secondWatch() throws {
        var world = try World()
        let first = world.watcher(0)
        let peer = world.join(1).socket
        let late = world.join(0, session: "late", skein: true, observer: true).socket
        // A change that is still held back when the second one asks.
        _ = world.send(.setSummary("held"), from: peer)
        let effects = world.send(.watchPresence, from: late)
        let held = try #require(Self.deltas(effects, to: first).last)
        let snapshot = try #require(
            effects.compactMap { effect -> PresenceSnapshot? in
                guard case .send(let frame, [late]) = effect,
                    case .snapshot(let page) = frame.body
                else { return nil }
                return page
            }.first)
        #expect(snapshot.revision == held.revision)
        #expect(snapshot.peers.first?.summary == "held")
        world.pass(100)
        let next = world.send(.setSummary("next"), from: peer)
        #expect(Self.deltas(next, to: late).map(\.revision) == [snapshot.revision + 1])
        #expect(Self.deltas(next, to: first) == Self.deltas(next, to: late))
    }

    @Test("every socket is pinged every thirty seconds, and a pong renews the lease")
    func pings() throws {
        var world = try World()
        let (socket, _) = world.join(1)
        for _ in 0..<10 {
            world.pass(30_000)
            #expect(world.wake().contains(.ping(socket)))
            _ = world.registry.ponged(socket, at: world.now)
        }
        #expect(world.registry.tables[Self.mesh]?.peerCount == 1)
        for _ in 0..<2 {
            world.pass(30_000)
            #expect(world.wake().contains(.ping(socket)))
        }
        world.pass(29_999)
        #expect(world.wake().isEmpty)
        world.pass(1)
        #expect(world.wake() == [.close(socket, code: 1008, reason: "lease_expired")])
        #expect(world.registry.tables.isEmpty)
        #expect(world.registry.nextDeadline == nil)
    }

    @Test("a broker that was stopped itself does not blame its clients")
    func absence() throws {
        var world = try World()
        let (present, _) = world.join(1, session: "present")
        let (lost, _) = world.join(1, session: "lost")
        _ = world.registry.dropped(lost, at: world.now)
        world.pass(3_600_000)
        let effects = world.wake()
        #expect(effects.contains(.ping(present)))
        // Who was gone before is gone.
        #expect(world.registry.tables[Self.mesh]?.peerCount == 1)
        world.pass(30_000)
        _ = world.wake()
        world.pass(30_000)
        _ = world.wake()
        world.pass(30_000)
        #expect(world.wake() == [.close(present, code: 1008, reason: "lease_expired")])
    }

    @Test("a clock that is set by an hour ends nobody's presence", arguments: [Int64(3600), -3600])
    func clockSet(seconds: Int64) throws {
        var world = try World()
        let (socket, _) = world.join(1)
        world.now.wall = world.now.wall.advanced(bySeconds: seconds)
        world.pass(89_000)
        _ = world.wake()
        #expect(world.registry.tables[Self.mesh]?.peerCount == 1)
        _ = world.send(.setStatus(.working), from: socket)
        _ = world.registry.ponged(socket, at: world.now)
        world.pass(60_001)
        _ = world.wake()
        #expect(world.registry.tables[Self.mesh]?.sessions.values.first?.status.status == .idle)
    }

    @Test(
        "the window is a minute either way, its edges inside it",
        arguments: [
            (60_000, true), (-60_000, true), (60_001, false), (-60_001, false), (.min, false),
            (.max, false),
        ] as [(Int64, Bool)])
    func window(distance: Int64, isInside: Bool) {
        let now = Moment(milliseconds: 1_776_000_000_000)
        let (sum, overflow) = now.milliseconds.addingReportingOverflow(distance)
        let timestamp = overflow ? distance : sum
        #expect(HelloCheck.isInWindow(timestamp, now: now) == isInside)
    }

    @Test("a member who was put out is told so")
    func revoked() throws {
        var world = try World()
        let (socket, effects) = world.join(2)
        #expect(Self.errors(effects) == ["revoked"])
        #expect(effects.last == .close(socket, code: 4002, reason: "banned"))
    }

    @Test("a thousand sessions that come back at once are the thousand that were there")
    func storm() throws {
        // Of twenty members: the third is one who was put out.
        var world = try World(members: 23)
        let watcher = world.watcher(0)
        var sockets = (0..<1000).map { world.join(3 + $0 % 20, session: "s\($0)").socket }
        world.pass(16)
        _ = world.wake()
        let revision = world.registry.tables[Self.mesh]?.revision
        for socket in sockets { _ = world.registry.dropped(socket, at: world.now) }
        world.pass(1000)
        var effects: [Effect] = []
        sockets = (0..<1000).map { number in
            let (socket, answer) = world.join(3 + number % 20, session: "s\(number)")
            effects += answer
            return socket
        }
        world.pass(16)
        effects += world.wake()
        #expect(world.registry.tables[Self.mesh]?.peerCount == 1000)
        #expect(Self.deltas(effects, to: watcher).isEmpty)
        #expect(world.registry.tables[Self.mesh]?.revision == revision)
        for socket in sockets { _ = world.registry.closed(socket, at: world.now) }
        #expect(world.registry.tables[Self.mesh]?.peerCount == 0)
    }

    @Test("a session that turns into an observer leaves as a peer")
    func becomesObserver() throws {
        var world = try World()
        let watcher = world.watcher(0)
        let (first, _) = world.join(1)
        world.pass(100)
        let (_, effects) = world.join(1, skein: true, observer: true)
        #expect(effects.contains(.close(first, code: 1000, reason: "session_replaced")))
        #expect(Self.deltas(effects, to: watcher).first?.left.count == 1)
        #expect(world.registry.tables[Self.mesh]?.peerCount == 0)
    }

    @Test("nothing of a mesh stays when everybody has left")
    func emptiness() throws {
        var world = try World()
        let watcher = world.watcher(0)
        let (socket, _) = world.join(1)
        _ = world.registry.closed(socket, at: world.now)
        _ = world.registry.closed(watcher, at: world.now)
        world.pass(100)
        _ = world.wake()
        #expect(world.registry.tables.isEmpty && world.registry.sockets.isEmpty)
        world.pass(100_000)
        _ = world.wake()
        #expect(world.registry.nextDeadline == nil)
    }
}
