import BrokerEngine
import MemoryStore
import Mesh
import MeshCrypto
import MeshProtocol
import Testing

@testable import Broker

/// A registry over a store in memory, with three members: Ada, whose mesh it is, Cyd, an admin too,
/// and Bob.
struct VerbWorld {
    enum Who: Int, CaseIterable {
        case ada, bob, cyd

        var id: MemberID { MemberID(rawValue: "member-\(self)") }
        var name: String { "\(self)".capitalized }
        var keys: SigningKeys {
            // 32 bytes make a pair.
            SigningKeys(seed: [UInt8](repeating: UInt8(rawValue + 1), count: 32)) ?? .generate()
        }
        var key: String { keys.publicKey.hex }
    }

    static let mesh = MeshID(rawValue: "mesh")

    var registry: Registry
    let store = MemoryStore()
    var now = Instant(wall: Moment(milliseconds: 1_776_000_000_000), uptime: 5_000_000)
    private var lastSocket: UInt64 = 0
    private var hellos: Int64 = 0

    init(owner: PublicKey = Who.ada.keys.publicKey) throws {
        let mesh = BrokerMesh(
            id: Self.mesh, name: "The mesh", slug: "mesh", ownerKey: owner,
            createdAt: Moment(milliseconds: 0))
        for who in Who.allCases {
            let member = BrokerMember(
                id: who.id, mesh: Self.mesh, publicKey: who.keys.publicKey, displayName: who.name,
                permission: who == .bob ? .member : .admin,
                joinedAt: Moment(milliseconds: Int64(who.rawValue)))
            try store.performNow { try $0.ensure(mesh, founder: member) }
        }
        registry = Self.registry(over: store)
    }

    private static func registry(over store: MemoryStore) -> Registry {
        Registry(
            roster: Roster(
                meshes: Array(store.contents.meshes.values),
                members: Array(store.contents.members.values)),
            sessionsPerMesh: nil,
            ids: Registry.Ids(
                presence: { RandomID.make() }, message: { "push" },
                secret: { String(repeating: "5e", count: 32) }),
            saved: Array(store.contents.presences.values))
    }

    mutating func pass(_ milliseconds: Int64) {
        now.wall.milliseconds += milliseconds
        now.uptime += milliseconds
    }

    /// The broker stops, and another begins with what the store has.
    mutating func restart() {
        _ = settle(registry.stop(at: now))
        registry = Self.registry(over: store)
    }

    /// Lets the store do what it is asked; answers all that is to be done beside that.
    mutating func settle(_ effects: [Effect]) -> [Effect] {
        var others: [Effect] = []
        var waiting = effects[...]
        while let effect = waiting.popFirst() {
            guard case .store(let work) = effect else {
                others.append(effect)
                continue
            }
            waiting += registry.complete(store.carryOut([work]), at: now)
        }
        return others
    }

    // MARK: - Clients

    mutating func join(
        _ who: Who, session: String = "s", name: String? = nil, groups: [String] = [],
        skein: Bool = true, observer: Bool = false
    ) -> (socket: SocketID, effects: [Effect]) {
        lastSocket += 1
        hellos += 1
        let socket = SocketID(number: lastSocket)
        _ = registry.connected(socket, at: now)
        let timestamp = now.wall.milliseconds + hellos
        let signature = who.keys.sign(
            HelloBytes.canonical(
                mesh: Self.mesh.rawValue, member: who.id.rawValue, publicKey: who.key,
                timestamp: timestamp))
        let hello = HelloFrame(
            meshID: Self.mesh.rawValue, memberID: who.id.rawValue, publicKey: who.key,
            displayName: name, sessionID: session, pid: 1, cwd: "/",
            groups: groups.map { GroupMembership(name: $0) }, timestamp: timestamp,
            signature: Hex.text(signature), capabilities: skein ? [FrameLimits.skein1] : [],
            kind: observer ? HelloFrame.observer : nil)
        return (socket, send(.hello(hello), from: socket))
    }

    mutating func leave(_ socket: SocketID) -> [Effect] {
        settle(registry.closed(socket, at: now))
    }

    mutating func send(
        _ verb: ClientFrame.Verb, id: String? = nil, from socket: SocketID
    ) -> [Effect] {
        settle(registry.received(ClientFrame(verb, requestID: id).json, from: socket, at: now))
    }

    /// The answer to a request, and all that followed from it.
    mutating func ask(
        _ request: any ClientRequest, from socket: SocketID
    ) -> (answer: ServerFrame.Body?, effects: [Effect]) {
        let effects = send(.request(request), id: "q", from: socket)
        let answers = effects.frames(to: socket).filter { $0.requestID == "q" }
        #expect(answers.count <= 1)
        return (answers.first?.body, effects)
    }

    /// The code of the refusal; nil where there was none.
    mutating func refusal(_ request: any ClientRequest, from socket: SocketID) -> String? {
        guard case .error(let error) = ask(request, from: socket).answer else { return nil }
        return error.code
    }

    func peer(_ who: Who) -> PresencePeer? {
        registry.tables[Self.mesh]?.sessions(of: who.id).first { !$0.isObserver }?.peer
    }
}

extension [Effect] {
    func frames(to socket: SocketID) -> [ServerFrame] {
        compactMap { effect in
            guard case .send(let frame, let sockets) = effect, sockets.contains(socket) else {
                return nil
            }
            return frame
        }
    }

    /// The system pushes of one event to `socket`.
    func pushes(_ event: PushFrame.Event, to socket: SocketID) -> [PushFrame] {
        frames(to: socket).compactMap { frame in
            guard case .push(let push) = frame.body, push.event == event.rawValue else {
                return nil
            }
            return push
        }
    }

    func helloAck(to socket: SocketID) -> HelloAckFrame? {
        frames(to: socket).compactMap { frame in
            if case .helloAck(let ack) = frame.body { ack } else { nil }
        }.first
    }

    func closing(of socket: SocketID) -> Effect? {
        first { if case .close(socket, _, _) = $0 { true } else { false } }
    }
}
