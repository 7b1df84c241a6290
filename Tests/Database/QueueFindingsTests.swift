import GRDB
import Mesh
import MeshProtocol
import TestSupport
import Testing

@testable import Database

/// What a review of earlier systems found in their queues, by its numbers and names, where it is
/// about the outbox and the inbox.
@Suite("Findings of a review: the queue")
struct QueueFindingsTests {
    let directory: TemporaryDirectory
    let store: MailStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try MailStore.open(at: directory.path + "/mail.sqlite")
    }

    @Test("finding 5: a queue does not grow without limit, and what is refused is told")
    func limits() async throws {
        let limits = MailLimits(rows: 3, bytes: 1000, eventRows: 3)
        for number in 1...3 { try await store.enqueue(outgoing(number), limits: limits) }
        for number in 4...9 {
            await #expect {
                try await store.enqueue(outgoing(number), limits: limits)
            } throws: { ($0 as? SkeinError)?.code == .queueFull }
            try await store.enqueue(outgoing(100 + number, kind: .event), limits: limits)
        }
        #expect(
            try await store.counts(of: mailMesh, launch: nil)
                == MailCounts(waiting: 6, droppedEvents: 3))
        // There is a bound where nobody gives one.
        #expect(MailLimits().rows < 1_000_000 && MailLimits().bytes < 1 << 30)
    }

    @Test("finding 6: an id is its row's from the start, and is the same after a crash")
    func ids() async throws {
        try await store.enqueue(outgoing(1))
        #expect(try await store.leaseNow(5) == [mailID(1)])
        store.close()
        let again = try MailStore.open(at: store.path)
        try await again.releaseAll()
        #expect(try await again.leaseNow(6) == [mailID(1)])
        // Asked once more under it, it is no second message.
        try await again.enqueue(outgoing(1))
        #expect(try await again.counts(of: mailMesh, launch: nil).waiting == 1)
    }

    @Test("finding 6: a bad row is no crash, and holds nobody up")
    func badRows() async throws {
        for number in 1...3 { try await store.enqueue(outgoing(number)) }
        try await store.write { db in
            try db.run(
                """
                UPDATE outgoing SET id = 'not an id', author = 'nobody we know', priority = 99,
                    answers = '?', text = CAST(X'FF00FE' AS TEXT) WHERE id = ?
                """, [mailID(1).rawValue])
        }
        let mail = try await store.lease(of: mailMesh, at: at(5), until: at(10), limit: 9)
        #expect(mail.map(\.id.rawValue) == ["not an id", mailID(2).rawValue, mailID(3).rawValue])
        #expect(mail.first?.priority == .low && mail.first?.author == .unknown)
        try await store.noteDead(MessageID(rawValue: "not an id"), reason: "no", at: at(6))
        #expect(try await store.queue(of: mailMesh, limit: 9).map(\.state).contains(.dead))
    }

    @Test("D1, D2: two who drain at once send nothing twice and lose nothing")
    func twoDrains() async throws {
        for number in 1...200 { try await store.enqueue(outgoing(number)) }
        let store = store
        let sent = try await withThrowingTaskGroup(of: [MessageID].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var mine: [MessageID] = []
                    while true {
                        let batch = try await store.leaseNow(500, limit: 7)
                        guard !batch.isEmpty else { return mine }
                        mine += batch
                        for id in batch { try await store.noteStored(id, at: at(600)) }
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(sent.count == 200 && Set(sent) == Set((1...200).map { mailID($0) }))
        #expect(try await store.counts(of: mailMesh, launch: nil).waiting == 0)
    }

    @Test("D3: one that always fails does not hold up those behind it")
    func poison() async throws {
        for number in 1...4 { try await store.enqueue(outgoing(number)) }
        #expect(try await store.leaseNow(10, limit: 1) == [mailID(1)])
        try await store.noteFailed(mailID(1), reason: "refused", retryAt: at(5000))
        #expect(try await store.leaseNow(11) == [mailID(2), mailID(3), mailID(4)])
        for number in 2...4 { try await store.noteStored(mailID(number), at: at(12)) }
        #expect(try await store.nextDue(of: mailMesh) == at(5000))
        #expect(try await store.leaseNow(5000) == [mailID(1)])
    }

    @Test("what failed is not skipped because something later went through")
    func noMark() async throws {
        for number in 1...3 { try await store.enqueue(outgoing(number)) }
        _ = try await store.leaseNow(10)
        try await store.noteStored(mailID(3), at: at(11))
        try await store.noteFailed(mailID(1), reason: "r", retryAt: at(20))
        try await store.release([mailID(2)])
        #expect(try await store.leaseNow(30) == [mailID(1), mailID(2)])
    }

    @Test("the same short text twice in a minute is two messages, sent and received")
    func repeats() async throws {
        for number in 1...3 {
            try await store.enqueue(outgoing(number, text: "ok", at: 7))
            var message = incoming(number)
            message.text = "ok"
            message.createdAt = at(7)
            #expect(try await store.receive(message))
            #expect(try await !store.receive(message))
        }
        #expect(try await store.leaseNow(9).count == 3)
        #expect(try await store.takeForLaunch().numbers == ["ok", "ok", "ok"])
    }

    @Test("at the cap the oldest event goes, the newest stays, and a count tells of it")
    func newestStays() async throws {
        let limits = MailLimits(rows: 1, bytes: 5, eventRows: 2)
        for number in 1...5 {
            try await store.enqueue(outgoing(number, kind: .event), limits: limits)
        }
        #expect(try await store.leaseNow(9) == [mailID(4), mailID(5)])
        #expect(try await store.counts(of: mailMesh, launch: nil).droppedEvents == 3)
    }

    @Test("what a sync takes by a lease, the relay does not send beside it")
    func syncAndRelay() async throws {
        for number in 1...10 { try await store.enqueue(outgoing(number)) }
        let store = store
        async let first = store.leaseNow(50)
        async let second = store.leaseNow(50)
        let (one, two) = try await (first, second)
        #expect(Set(one).isDisjoint(with: two) && one.count + two.count == 10)
    }
}
