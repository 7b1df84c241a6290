import BrokerEngine
import MemoryStore
import Mesh
import MeshCrypto
import MeshProtocol
import Synchronization

@testable import Broker

/// A registry with its store and its clients, without a socket or a clock: the test says when the
/// store answers, when a socket takes its bytes, what breaks and how much time passes.
struct MailWorld {
    /// One session of a member, with what it has received.
    struct Client {
        var member: Int
        var keys: SigningKeys
        var speaksSkein: Bool
        var isObserver = false
        var socket: SocketID?
        /// Pushed and taken by its socket, as they came.
        var received: [PushFrame] = []
        var unacknowledged: [PushFrame] = []
        var acks: [AckFrame] = []
        var receipts: [ReceiptFrame] = []
        var errors: [ErrorFrame] = []
        var others: [ServerFrame] = []

        var key: String { keys.publicKey.hex }
    }

    static let mesh = MeshID(rawValue: "mesh")

    var registry: Registry
    private(set) var store = MemoryStore()
    var now = Instant(wall: Moment(milliseconds: 1_776_000_000_000), uptime: 5_000_000)
    var clients: [Client] = []
    /// Not yet answered by the store.
    var works: [StoreWork] = []
    /// Not yet taken by a socket.
    var writes: [(socket: SocketID, frame: ServerFrame, delivery: DeliveryID)] = []
    let members: [SigningKeys]
    private let roster: Roster
    private var sockets: UInt64 = 0

    /// By their seeds' byte: thousands of worlds share them.
    private static let pairs: [SigningKeys] = (UInt8.min...UInt8.max).compactMap {
        SigningKeys(seed: [UInt8](repeating: $0, count: 32))
    }

    init(members count: Int, change: (inout BrokerMesh, inout [BrokerMember]) -> Void = { _, _ in }) {
        members = Array(Self.pairs[1...count])
        var records = members.enumerated().map { number, keys in
            BrokerMember(
                id: MemberID(rawValue: "member-\(number)"), mesh: Self.mesh,
                publicKey: keys.publicKey, displayName: "m\(number)",
                permission: number == 0 ? .admin : .member, joinedAt: Moment(milliseconds: 0))
        }
        var mesh = BrokerMesh(
            id: Self.mesh, name: "The mesh", slug: "mesh", ownerKey: members[0].publicKey,
            createdAt: Moment(milliseconds: 0))
        change(&mesh, &records)
        roster = Roster(meshes: [mesh], members: records)
        registry = Self.registry(roster)
    }

    /// Nobody guesses here, and chance takes its time.
    private static let ids = Count()

    private final class Count: Sendable {
        private let last = Atomic(0)

        func next() -> Int { last.add(1, ordering: .relaxed).newValue }
    }

    private static func registry(_ roster: Roster) -> Registry {
        Registry(
            roster: roster, sessionsPerMesh: nil,
            ids: Registry.Ids(
                presence: { "presence-\(ids.next())" }, message: { "message-\(ids.next())" },
                secret: { "secret-\(ids.next())" }))
    }

    /// This world as it is now, with a store of its own.
    func copy() -> MailWorld {
        var copy = self
        copy.store = MemoryStore(store.contents)
        return copy
    }

    // MARK: - Clients

    /// Answers its number.
    mutating func client(
        of member: Int, session: UInt8, skein: Bool = true, observer: Bool = false
    ) -> Int {
        let keys = observer ? members[member] : Self.pairs[Int(session)]
        clients.append(
            Client(member: member, keys: keys, speaksSkein: skein, isObserver: observer))
        return clients.count - 1
    }

    /// A new socket, and a hello on it that is taken at its word: what a hello has to prove is
    /// tested elsewhere, and signatures would take longer than all the rest.
    mutating func connect(_ number: Int) {
        sockets += 1
        let socket = SocketID(number: sockets)
        clients[number].socket = socket
        clients[number].unacknowledged = []
        perform(registry.connected(socket, at: now))
        let client = clients[number]
        let id = MemberID(rawValue: "member-\(client.member)")
        guard let member = registry.roster.member(Self.mesh, id: id) else { return }
        registry.welcome(
            hello(of: client), member: member, requestID: nil, on: socket, at: now)
        perform(registry.take(at: now))
    }

    /// As `Registry.received`, without the JSON: there are tests of that elsewhere.
    private mutating func hand(_ frame: ClientFrame, from socket: SocketID) {
        registry.notice(now)
        registry.handle(frame, bytes: [], from: socket, at: now)
        perform(registry.take(at: now))
    }

    private func hello(of client: Client) -> HelloFrame {
        HelloFrame(
            meshID: Self.mesh.rawValue, memberID: "member-\(client.member)",
            publicKey: members[client.member].publicKey.hex,
            sessionKey: client.isObserver ? nil : client.key, sessionID: "s", pid: 1, cwd: "/",
            timestamp: now.wall.milliseconds, signature: "",
            capabilities: client.speaksSkein ? [FrameLimits.skein1] : [],
            kind: client.isObserver ? HelloFrame.observer : nil)
    }

    mutating func tell(_ verb: ClientFrame.Verb, by number: Int, requestID: String? = nil) {
        guard let socket = clients[number].socket else { return }
        hand(ClientFrame(verb, requestID: requestID), from: socket)
    }

    mutating func send(
        _ id: String, from number: Int, to target: String, _ priority: MessagePriority = .now,
        keys: [SendFrame.SealedKey]? = nil
    ) {
        tell(
            .send(
                SendFrame(
                    targetSpec: target, priority: priority, nonce: "nonce-" + id,
                    ciphertext: "body", id: id, keys: keys)),
            by: number)
    }

    /// Acknowledges the oldest push that waits for it.
    mutating func acknowledge(_ number: Int) {
        guard !clients[number].unacknowledged.isEmpty else { return }
        let push = clients[number].unacknowledged.removeFirst()
        tell(.clientAck(ClientAckFrame(brokerMessageID: push.messageId)), by: number)
    }

    mutating func drop(_ number: Int) {
        guard let socket = clients[number].socket else { return }
        clients[number].socket = nil
        writes.removeAll { $0.socket == socket }
        perform(registry.dropped(socket, at: now))
    }

    mutating func close(_ number: Int) {
        guard let socket = clients[number].socket else { return }
        clients[number].socket = nil
        writes.removeAll { $0.socket == socket }
        perform(registry.closed(socket, at: now))
    }

    // MARK: - The world around the broker

    /// The broker dies, with all that is not in its store, and another begins.
    mutating func crash() {
        works = []
        writes = []
        for number in clients.indices { clients[number].socket = nil }
        registry = Self.registry(roster)
        perform(registry.begin(at: now))
    }

    mutating func pass(_ milliseconds: Int64) {
        now.wall.milliseconds += milliseconds
        now.uptime += milliseconds
        for client in clients {
            if let socket = client.socket { perform(registry.ponged(socket, at: now)) }
        }
        perform(registry.wake(at: now))
    }

    /// The store answers the first `count` of what it was asked.
    mutating func answer(_ count: Int) {
        let batch = Array(works.prefix(count))
        works.removeFirst(batch.count)
        perform(registry.complete(store.carryOut(batch), at: now))
    }

    /// The first `count` pushes are taken by their sockets.
    mutating func write(_ count: Int) {
        for _ in 0..<min(count, writes.count) {
            let write = writes.removeFirst()
            take(write.frame, at: write.socket)
            perform(registry.wrote([write.delivery], to: write.socket, at: now))
        }
    }

    /// Until nothing is under way.
    mutating func settle() {
        while !works.isEmpty || !writes.isEmpty {
            answer(works.count)
            write(writes.count)
        }
    }

    private mutating func perform(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .send(let frame, let sockets):
                for socket in sockets { take(frame, at: socket) }
            case .deliver(let frame, let socket, let delivery):
                writes.append((socket, frame, delivery))
            case .store(let work): works.append(work)
            case .close(let socket, _, _):
                writes.removeAll { $0.socket == socket }
                if let number = clients.firstIndex(where: { $0.socket == socket }) {
                    clients[number].socket = nil
                }
            case .ping, .allowLargeFrames, .answer, .publish, .hash: break
            }
        }
    }

    private mutating func take(_ frame: ServerFrame, at socket: SocketID) {
        guard let number = clients.firstIndex(where: { $0.socket == socket }) else { return }
        switch frame.body {
        case .push(let push) where push.subtype == nil:
            clients[number].received.append(push)
            if clients[number].speaksSkein { clients[number].unacknowledged.append(push) }
        case .ack(let ack): clients[number].acks.append(ack)
        case .answer(let answer as ReceiptFrame): clients[number].receipts.append(answer)
        case .error(let error): clients[number].errors.append(error)
        default: clients[number].others.append(frame)
        }
    }
}
