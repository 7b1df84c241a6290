import BrokerEngine
import CSodium
import Foundation
import MemoryStore
import Mesh
import MeshCrypto
import MeshProtocol
import NIOHTTP1

@testable import Broker

/// A registry with a store in memory, asked over HTTP without a socket.
struct PageWorld {
    static let mesh = TestBroker.mesh
    /// The mesh's owner is its first member, Ada; Bob is a member; Eve was put out.
    static let eve = TestBroker.Member(
        id: "EveEveEveEveEveEveEveEveEveEveEv", name: "Eve", keys: WireKeys(seed: 3))

    var registry: Registry
    let store: MemoryStore
    var now = Instant(wall: Moment(milliseconds: 1_776_000_000_000), uptime: 5_000_000)
    /// What was not an answer.
    var effects: [Effect] = []
    private var pages: UInt64 = 0
    private var sockets: UInt64 = 0
    private var works: [StoreWork] = []
    /// Looks at passwords that wait to be carried out.
    private(set) var hashes: [HashWork] = []
    /// The headers of answers, by their requests.
    private(set) var heads: [PageID: HTTPHeaders] = [:]

    init(_ settings: PageDesk.Settings = PageDesk.Settings()) throws {
        store = MemoryStore()
        let members: [(TestBroker.Member, Permission, Moment?)] = [
            (TestBroker.ada, .admin, nil), (TestBroker.bob, .member, nil),
            (Self.eve, .member, Moment(milliseconds: 3)),
        ]
        var owner: PublicKey?
        for (member, permission, revokedAt) in members {
            guard let key = PublicKey(hex: member.keys.publicHex) else { continue }
            owner = owner ?? key
            let mesh = BrokerMesh(
                id: MeshID(rawValue: Self.mesh), name: "Test", slug: "test",
                ownerKey: owner ?? key, createdAt: Moment(milliseconds: 1))
            let record = BrokerMember(
                id: MemberID(rawValue: member.id), mesh: mesh.id, publicKey: key,
                displayName: member.name, permission: permission,
                joinedAt: Moment(milliseconds: 2), revokedAt: revokedAt)
            try store.performNow { try $0.ensure(mesh, founder: record) }
        }
        let contents = store.contents
        registry = Registry(
            roster: Roster(
                meshes: Array(contents.meshes.values), members: Array(contents.members.values)),
            sessionsPerMesh: nil,
            ids: Registry.Ids(
                presence: { RandomID.make() }, message: { RandomID.uuid() },
                secret: { Hex.text(RandomBytes.make(32)) }))
        registry.pages = PageDesk(settings)
    }

    mutating func pass(seconds: Int64) {
        now.wall = now.wall.advanced(bySeconds: seconds)
        now.uptime += seconds * 1000
    }

    // MARK: - HTTP

    /// Asks, lets the store do what is to be done, and answers what came back.
    mutating func ask(
        _ method: HTTPMethod, _ path: String, _ body: String = "",
        headers: [(String, String)] = [], from address: String = "127.0.0.1"
    ) -> (status: Int, text: String, json: Json) {
        let id = begin(method, path, body, headers: headers, from: address)
        return runStore()[id] ?? (0, "", .null)
    }

    /// Asks, and leaves the store's work for `runStore`.
    mutating func begin(
        _ method: HTTPMethod, _ path: String, _ body: String = "",
        headers: [(String, String)] = [], from address: String = "127.0.0.1"
    ) -> PageID {
        pages += 1
        let request = PageRequest(
            id: PageID(number: pages), method: method,
            path: String(path.prefix { $0 != "?" }),
            query: String(path.drop { $0 != "?" }.dropFirst()), headers: HTTPHeaders(headers),
            body: Array(body.utf8), remote: RemoteAddress(text: address))
        take(registry.requested(request, at: now))
        return request.id
    }

    private var answers: [PageID: (status: Int, text: String, json: Json)] = [:]

    /// All of it in one transaction where that goes, else each in its own: as `StoreQueue` does.
    mutating func runStore() -> [PageID: (status: Int, text: String, json: Json)] {
        while !works.isEmpty || !hashes.isEmpty {
            for work in hashes {
                hashes.removeFirst()
                take(registry.complete([work.run()], at: now))
            }
            let batch = works
            works = []
            take(registry.complete(store.carryOut(batch), at: now))
        }
        defer { answers = [:] }
        return answers
    }

    private mutating func take(_ new: [Effect]) {
        for effect in new {
            switch effect {
            case .store(let work): works.append(work)
            case .hash(let work): hashes.append(work)
            case .answer(let id, let answer):
                heads[id] = answer.headers
                let json = try? JSONDecoder().decode(Json.self, from: Data(answer.body))
                answers[id] = (
                    Int(answer.status.code), String(decoding: answer.body, as: UTF8.self),
                    json ?? .null
                )
            default: effects.append(effect)
            }
        }
    }

    // MARK: - Sockets

    /// A session by its hello; its frame `hello_ack`.
    mutating func join(
        _ member: TestBroker.Member, session: UInt8? = nil,
        _ change: (inout WireHello) -> Void = { _ in }
    ) -> (socket: SocketID, ack: Json) {
        sockets += 1
        let socket = SocketID(number: sockets)
        take(registry.connected(socket, at: now))
        effects = []
        let hello = WireHello(
            member, session: session, at: now.wall.milliseconds + Int64(sockets)
        ).changed(change)
        take(registry.received(Array(hello.json.utf8), from: socket, at: now))
        return (socket, frames(to: socket).first ?? .null)
    }

    func frames(to socket: SocketID) -> [Json] {
        effects.compactMap {
            guard case .send(let frame, let to) = $0, to.contains(socket) else { return nil }
            return try? JSONDecoder().decode(Json.self, from: Data(frame.json))
        }
    }

    func session(at socket: SocketID) -> Session? {
        registry.sockets[socket]?.session.flatMap { registry.tables[$0.mesh]?.sessions[$0] }
    }
}

/// Hashes by libsodium itself.
enum WireHash {
    static func sha256(_ text: String) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        let bytes = Array(text.utf8)
        _ = crypto_hash_sha256(&digest, bytes, UInt64(bytes.count))
        return digest.map { String(format: "%02x", $0) }.joined()
    }
}
