import Foundation
import GRDB
import Mesh
import MeshProtocol
import Synchronization
import TestSupport
import Testing

@testable import Database

@Suite("The history")
struct HistoryTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.path + "/history.sqlite" }
    private static let mesh = MeshID(rawValue: "m1")

    init() throws { directory = try TemporaryDirectory() }

    private func store(_ limits: HistoryLimits = HistoryLimits(), inMemory: Bool = false) -> HistoryStore {
        HistoryStore(
            path: inMemory ? nil : path, limits: limits,
            hooks: HistoryStore.Hooks(clean: { $0.replacing("secret", with: "[redacted]") }))
    }

    static func peer(_ number: Int, summary: String = "", status: Status = .idle) -> Peer {
        Peer(
            id: "p\(number)", memberKey: "k", name: "peer-\(number)", status: status,
            statusSince: at(1), summary: summary, sessionID: "s\(number)",
            connectedAt: at(Int64(number)), cwd: "/src")
    }

    private static func event(_ text: String, in mesh: MeshID = mesh, at time: Int64) -> MeshEvent {
        MeshEvent(mesh: mesh, at: at(time), peer: nil, name: "x", what: .summary(text))
    }

    /// What a mesh was after each change, in the simplest form.
    private struct Model {
        var peers: [String: Peer]?
        var link = LinkState.connecting
        var numbers: [Int64: (peers: [String: Peer], link: LinkState)] = [:]
    }

    @Test(
        "replay to any number is what all changes up to it make, whatever was pruned, with any crash",
        arguments: 1...4)
    func replay(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let limits = HistoryLimits(entries: 120, bytes: 60_000, leastChanges: 2000)
        var store = store(limits)
        var model = Model()
        var now: Int64 = 1_000_000
        var last: Int64 = 0
        for step in 1...400 {
            now += Int64.random(in: 0...50, using: &random)
            var record: HistoryRecord?
            let number = Int.random(in: 0..<12, using: &random)
            let changed = Self.peer(
                number, summary: "step \(step)",
                status: Bool.random(using: &random) ? .idle : .working)
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
                let all = (0..<number).map { Self.peer($0, summary: "all \(step)") }
                model.peers = Dictionary(all.map { ($0.id, $0) }) { $1 }
                record = .snapshot(all)
            case 1:
                model.link = model.link == .live ? .retrying(reason: "gone", at: at(now)) : .live
                record = .link(model.link)
            case 2 where step % 3 == 0:
                record = .unwatched
                model.peers = nil
                model.link = .connecting
            case 3 where step % 2 == 0:
                // As a crash leaves it: what was written is there, and nothing is said of the end.
                await store.flushed()
                model.link = .connecting
                let known = model.peers
                model.peers = nil
                store = self.store(limits)
                if let past = try await store.past(AskPast(mesh: Self.mesh, .at(at(.max))), at: at(now)) {
                    #expect(past.link != .live)
                    #expect(known == nil || past.number > 0)
                    last = past.number
                }
                continue
            case 4...6: record = .events([Self.event("e\(step)", at: now)])
            case 7, 8:
                model.peers?["p\(number)"] = nil
                record = .changed(PeerChanges(left: ["p\(number)"]))
            default:
                let isKnown = model.peers?["p\(number)"] != nil
                if model.peers != nil { model.peers?["p\(number)"] = changed }
                record = .changed(
                    isKnown ? PeerChanges(updated: [changed]) : PeerChanges(joined: [changed]))
            }
            guard let record else { continue }
            store.record(record, of: Self.mesh, at: at(now))
            let newest = try await store.past(
                AskPast(mesh: Self.mesh, .at(at(.max))), at: at(now))
            guard let newest, newest.number > last else { continue }
            last = newest.number
            if let peers = model.peers {
                #expect(newest.peers.count == peers.count, "step \(step)")
                model.numbers[newest.number] = (peers, model.link)
            }
        }
        // From there back to the first that is kept, each as it was; and on again.
        var back: [Int64] = []
        var place = AskPast.Place.at(at(.max))
        while let past = try await store.past(AskPast(mesh: Self.mesh, place), at: at(now)) {
            if let known = model.numbers[past.number] {
                #expect(past.link == known.link)
                #expect(Dictionary(past.peers.map { ($0.id, $0) }) { $1 } == known.peers)
            }
            guard back.last != past.number else { break }
            back.append(past.number)
            place = .before(past.number)
        }
        #expect(back.count > 10 && back == back.sorted(by: >))
        var forth = [try #require(back.last)]
        while let past = try await store.past(
            AskPast(mesh: Self.mesh, .after(forth[forth.count - 1])), at: at(now)),
            past.number != forth.last
        { forth.append(past.number) }
        #expect(Set(back).subtracting(forth).count <= 1 && forth == forth.sorted())
        try checkFile(limits)
        store.close()
    }

    /// Segments add up, and hold what they say; nothing is over the limits.
    private func checkFile(_ limits: HistoryLimits) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.read { db in
            let sums = try [
                Int.fetchOne(db, sql: "SELECT count(*) FROM entry"),
                Int.fetchOne(db, sql: "SELECT sum(length(body)) FROM entry"),
            ]
            let told = try #require(
                try Row.fetchOne(db, sql: "SELECT sum(entries), sum(bytes) FROM segment"))
            let (rows, bytes): (Int, Int) = (told[0], told[1])
            #expect(sums == [rows, bytes])
            #expect(rows <= limits.entries && bytes <= limits.bytes)
            let frames = try Int.fetchOne(
                db, sql: "SELECT sum(length(body)) FROM entry WHERE kind IN (0, 3)") ?? 0
            #expect(frames > 0)
            #expect(
                try Int.fetchOne(
                    db,
                    sql: """
                        SELECT count(*) FROM segment LEFT JOIN entry USING (number)
                        WHERE entry.kind IS NULL OR entry.kind NOT IN (0, 3)
                        """) == 0)
        }
    }

    @Test("events go both ways in pages, of one mesh and of all, and no number is given twice")
    func pages() async throws {
        let other = MeshID(rawValue: "m2")
        let told = Mutex<[Int64]>([])
        let first = HistoryStore(
            path: path,
            hooks: HistoryStore.Hooks(
                clean: { $0 },
                told: { _, events in told.withLock { $0 += events.map(\.number) } }))
        for number in 1...10 {
            let mesh = number % 2 == 0 ? other : Self.mesh
            first.record(
                .events([Self.event("\(number)", in: mesh, at: Int64(number))]), of: mesh,
                at: at(Int64(number)))
        }
        func texts(_ page: EventPage) -> [String] {
            page.events.map { if case .summary(let text) = $0.what { text } else { "?" } }
        }
        let all = try await first.events(ListEvents(), at: at(11))
        #expect(texts(all) == (1...10).map(String.init) && !all.hasMore)
        #expect(all.events.map(\.number) == told.withLock { $0 })
        #expect(all.events.map(\.mesh).prefix(2) == [Self.mesh, other])
        let last = try await first.events(ListEvents(mesh: Self.mesh, limit: 2), at: at(11))
        #expect(texts(last) == ["7", "9"] && last.hasMore)
        let before = try await first.events(
            ListEvents(mesh: Self.mesh, before: last.events[0].number, limit: 3), at: at(11))
        #expect(texts(before) == ["1", "3", "5"] && !before.hasMore)
        let after = try await first.events(
            ListEvents(after: all.events[2].number, limit: 3), at: at(11))
        #expect(texts(after) == ["4", "5", "6"] && after.hasMore)
        // As after a crash: what was told and not written is not told of anything else.
        first.record(.events([Self.event("lost", at: 12)]), of: Self.mesh, at: at(12))
        let second = store()
        second.record(.events([Self.event("new", at: 13)]), of: Self.mesh, at: at(13))
        let new = try await second.events(ListEvents(limit: 1), at: at(13))
        #expect(texts(new) == ["new"])
        #expect(new.events[0].number > (told.withLock { $0.max() } ?? .max))
        first.close()
        second.close()
    }

    @Test("what is too old goes, all of it, and what is not looked at is said not to be live")
    func ages() async throws {
        let store = store(HistoryLimits(age: 1000, leastChanges: 100))
        store.record(.link(.live), of: Self.mesh, at: at(100))
        store.record(.snapshot([Self.peer(1)]), of: Self.mesh, at: at(100))
        store.record(.unwatched, of: Self.mesh, at: at(500))
        let past = try #require(
            try await store.past(AskPast(mesh: Self.mesh, .at(at(600))), at: at(600)))
        #expect(past.link == .connecting && past.at == at(500) && past.peers.count == 1)
        #expect(past.earliest == at(100) && past.latest == at(500))
        #expect(past.density.count == PastMesh.barLength && past.density.reduce(0, +) == 2)
        let early = try #require(
            try await store.past(AskPast(mesh: Self.mesh, .at(at(0))), at: at(600)))
        #expect(early.at == at(100))
        store.sweep(at: at(1400))
        // The segment before everybody was known ended at 100.
        #expect(
            try await store.events(ListEvents(), at: at(1400)).events.map(\.what)
                == [.link(.connecting)])
        store.sweep(at: at(1502))
        #expect(try await store.events(ListEvents(), at: at(1502)).events.isEmpty)
        #expect(try await store.past(AskPast(mesh: Self.mesh, .at(at(600))), at: at(1502)) == nil)
        store.close()
    }

    @Test("secrets are kept nowhere, and the file is its owner's")
    func secrets() async throws {
        let store = store()
        store.record(.link(.retrying(reason: "secret", at: at(1))), of: Self.mesh, at: at(1))
        store.record(.snapshot([Self.peer(1)]), of: Self.mesh, at: at(1))
        store.record(
            .changed(PeerChanges(updated: [Self.peer(1, summary: "my secret")])), of: Self.mesh,
            at: at(2))
        let past = try #require(
            try await store.past(AskPast(mesh: Self.mesh, .at(at(9))), at: at(9)))
        #expect(past.peers.map(\.summary) == ["my [redacted]"])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        store.close()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(bytes.range(of: Data("redacted".utf8)) != nil)
        #expect(bytes.range(of: Data("secret".utf8)) == nil)
    }

    @Test("a damaged file is thrown away and begun anew, and is no error")
    func damage() async throws {
        try Data("this is no store at all, however long one looks at it".utf8)
            .write(to: URL(fileURLWithPath: path))
        let store = store()
        store.record(.events([Self.event("a", at: 1)]), of: Self.mesh, at: at(1))
        #expect(try await store.events(ListEvents(), at: at(1)).events.count == 1)
        store.close()
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(names == ["history.sqlite"])
    }

    @Test("in memory there is no file, and less is kept")
    func memory() async throws {
        let store = store(.memory, inMemory: true)
        for number in 1...6000 {
            store.record(
                .events([Self.event("\(number)", at: 5)]), of: Self.mesh, at: at(5))
            if number % 1000 == 0 { await store.flushed() }
        }
        let page = try await store.events(ListEvents(limit: 5000), at: at(5))
        #expect((4000...5000).contains(page.events.count))
        #expect(page.events.last?.what == .summary("6000"))
        store.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
    }

    @Test("too many peers to keep: what happens is kept, and the past is not said to be live")
    func tooMany() async throws {
        let store = store(HistoryLimits(bytes: 20_000, leastChanges: 1000))
        store.record(.link(.live), of: Self.mesh, at: at(1))
        store.record(.snapshot((0..<100).map { Self.peer($0) }), of: Self.mesh, at: at(1))
        store.record(.changed(PeerChanges(left: ["p1"])), of: Self.mesh, at: at(2))
        let past = try #require(
            try await store.past(AskPast(mesh: Self.mesh, .at(at(9))), at: at(9)))
        #expect(past.peers.isEmpty && past.link != .live)
        let events = try await store.events(ListEvents(), at: at(9)).events
        #expect(events.map(\.what) == [.link(.live), .left])
        // Fewer again: everybody is kept.
        store.record(.snapshot([Self.peer(2)]), of: Self.mesh, at: at(10))
        let now = try #require(
            try await store.past(AskPast(mesh: Self.mesh, .at(at(20))), at: at(20)))
        #expect(now.peers.map(\.id) == ["p2"] && now.link == .live)
        store.close()
    }
}
