import Foundation
import Mesh
import MeshProtocol
import TestSupport
import Testing

@testable import Database

@Suite("The outbox")
struct OutboxTests {
    let directory: TemporaryDirectory
    let store: MailStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try MailStore.open(at: directory.path + "/mail.sqlite")
    }

    private func reopened() throws -> MailStore {
        store.close()
        return try MailStore.open(at: store.path)
    }

    @Test("what is put in comes out whole, after a new start, too, from files that are closed")
    func whole() async throws {
        try await store.enqueue(outgoing(1))
        #expect(openToOthers(directory.path) == [])
        let again = try reopened()
        let mail = try await again.lease(of: mailMesh, at: at(5), until: at(10), limit: 9)
        #expect(mail == [outgoing(1)])
        #expect(again.movedAside == nil)
    }

    @Test("a text with NUL bytes comes out whole")
    func nul() async throws {
        try await store.enqueue(outgoing(1, text: "a\0b\0"))
        let mail = try await store.lease(of: mailMesh, at: at(5), until: at(10), limit: 9)
        #expect(mail.map(\.text) == ["a\0b\0"])
        var message = incoming(2)
        message.text = "\0c\0d"
        _ = try await store.receive(message)
        let batch = try await store.take(
            for: LaunchID(rawValue: "l"), mesh: nil, limit: 9, loan: nil, includesShown: true,
            priorities: nil)
        #expect(batch.messages.map(\.text) == ["\0c\0d"])
    }

    @Test("mail goes out oldest first, each mesh's for itself")
    func order() async throws {
        for (number, time) in [(1, 30), (2, 10), (3, 20), (4, 20)] as [(Int, Int64)] {
            try await store.enqueue(outgoing(number, at: time))
        }
        try await store.enqueue(outgoing(5, mesh: otherMesh, at: 1))
        #expect(try await store.leaseNow(40, limit: 3) == [mailID(2), mailID(3), mailID(4)])
        #expect(try await store.leaseNow(40) == [mailID(1)])
        #expect(try await store.leaseNow(40) == [])
    }

    @Test("the same id again changes nothing, waiting, dead or sent")
    func twice() async throws {
        for number in 1...3 {
            try await store.enqueue(outgoing(number))
        }
        try await store.noteDead(mailID(2), reason: "no", at: at(9))
        try await store.noteStored(mailID(3), at: at(9))
        for number in 1...3 {
            try await store.enqueue(outgoing(number, text: "other", at: 0))
        }
        let mail = try await store.lease(of: mailMesh, at: at(9), until: at(20), limit: 9)
        #expect(mail == [outgoing(1)])
        #expect(try await store.report(mailID(2).rawValue).state == .dead)
        #expect(try await store.report(mailID(3).rawValue).state == .sent)
        #expect(
            try await store.counts(of: mailMesh, launch: nil) == MailCounts(waiting: 1, dead: 1))
    }

    @Test("a lease that is over, and one that is given back, is free again")
    func leases() async throws {
        try await store.enqueue(outgoing(1))
        #expect(try await store.leaseNow(10, until: 20) == [mailID(1)])
        #expect(try await store.leaseNow(19) == [])
        #expect(try await store.nextDue(of: mailMesh) == at(20))
        #expect(try await store.leaseNow(20, until: 30) == [mailID(1)])
        try await store.release([mailID(1), mailID(7)])
        #expect(try #require(await store.nextDue(of: mailMesh)) <= at(20))
        #expect(try await store.leaseNow(21) == [mailID(1)])
        let again = try reopened()
        #expect(try await again.leaseNow(22) == [])
        try await again.releaseAll()
        #expect(try await again.leaseNow(22) == [mailID(1)])
        #expect(try await again.report(mailID(1).rawValue).attempts == 0)
    }

    @Test("what is not yet due waits, and says until when")
    func notBefore() async throws {
        #expect(try await store.nextDue(of: mailMesh) == nil)
        try await store.enqueue(outgoing(1, notBefore: 100))
        #expect(try await store.nextDue(of: mailMesh) == at(100))
        #expect(try await store.report(mailID(1).rawValue).state == .scheduled)
        #expect(try await store.leaseNow(99) == [])
        #expect(try await store.leaseNow(100) == [mailID(1)])
        #expect(try await store.report(mailID(1).rawValue).state == .waiting)
        try await store.noteFailed(mailID(1), reason: "no link", retryAt: at(150))
        #expect(try await store.nextDue(of: mailMesh) == at(150))
        let report = try await store.report(mailID(1).rawValue)
        #expect(report.state == .waiting && report.attempts == 1 && report.reason == "no link")
        #expect(try await store.leaseNow(149) == [])
        let mail = try await store.lease(of: mailMesh, at: at(150), until: at(160), limit: 1)
        #expect(mail.map(\.attempts) == [1])
    }

    @Test("a dead one stays until it is tried again, at once and as if it were new")
    func dead() async throws {
        try await store.enqueue(outgoing(1))
        _ = try await store.leaseNow(1)
        try await store.noteFailed(mailID(1), reason: "a", retryAt: at(2))
        try await store.noteDead(mailID(1), reason: "too old", at: at(3))
        try await store.noteFailed(mailID(1), reason: "late", retryAt: at(4))
        #expect(try await store.leaseNow(.max) == [])
        #expect(try await store.nextDue(of: mailMesh) == nil)
        #expect(try await store.queue(of: nil, limit: 9).map(\.reason) == ["too old"])
        #expect(try await store.counts(of: mailMesh, launch: nil).dead == 1)
        #expect(try await store.retry(mailID(1)) == mailMesh)
        #expect(try await store.counts(of: mailMesh, launch: nil) == MailCounts(waiting: 1))
        let mail = try await store.lease(of: mailMesh, at: at(3), until: at(9), limit: 1)
        #expect(mail.map(\.attempts) == [0])
    }

    @Test("what waits or is dead can be cancelled; what is on its way, or gone, cannot")
    func cancel() async throws {
        for number in 1...4 { try await store.enqueue(outgoing(number)) }
        #expect(try await store.leaseNow(9, limit: 1) == [mailID(1)])
        try await store.noteDead(mailID(2), reason: "no", at: at(9))
        try await store.noteStored(mailID(3), at: at(9))
        #expect(try await store.cancel(mailID(2)) == mailMesh)
        #expect(try await store.cancel(mailID(4)) == mailMesh)
        let refusals: [(Int, ErrorCode)] = [
            (1, .forbidden), (2, .messageNotFound), (3, .messageNotFound), (9, .messageNotFound),
        ]
        for (number, code) in refusals {
            await #expect("message \(number)") {
                try await store.cancel(mailID(number))
            } throws: { ($0 as? SkeinError)?.code == code }
        }
        await #expect {
            try await store.retry(mailID(3))
        } throws: { ($0 as? SkeinError)?.message.contains("sent already") == true }
        // It stays on its way.
        #expect(try await store.retry(mailID(1)) == mailMesh)
        #expect(try await store.leaseNow(9) == [])
        #expect(try await store.counts(of: mailMesh, launch: nil) == MailCounts(waiting: 1))
    }

    @Test("an outbox takes so many messages and bytes of a mesh and no more")
    func full() async throws {
        let rows = MailLimits(rows: 2, bytes: 1000)
        try await store.enqueue(outgoing(1), limits: rows)
        try await store.enqueue(outgoing(2), limits: rows)
        await #expect {
            try await store.enqueue(outgoing(3), limits: rows)
        } throws: { ($0 as? SkeinError)?.code == .queueFull }
        try await store.enqueue(outgoing(2), limits: rows)
        try await store.enqueue(outgoing(4, mesh: otherMesh), limits: rows)
        try await store.noteStored(mailID(1), at: at(5))
        let bytes = MailLimits(rows: 9, bytes: 10)
        try await store.enqueue(outgoing(5), limits: bytes)
        for limits in [bytes, MailLimits(rows: 9, bytes: 1)] {
            await #expect {
                try await store.enqueue(outgoing(6, text: "x"), limits: limits)
            } throws: { ($0 as? SkeinError)?.code == .queueFull }
        }
        _ = try await store.cancel(mailID(2))
        try await store.enqueue(outgoing(6), limits: bytes)
    }

    @Test("of events the oldest goes for a new one, and is counted; what is on its way stays")
    func events() async throws {
        let limits = MailLimits(rows: 1, bytes: 5, eventRows: 3)
        try await store.enqueue(outgoing(100), limits: limits)
        try await store.enqueue(outgoing(1, kind: .event, text: "a long event"), limits: limits)
        #expect(try await store.leaseNow(9, limit: 1) == [mailID(1)])
        for number in 2...6 {
            try await store.enqueue(outgoing(number, kind: .event), limits: limits)
        }
        try await store.release([mailID(1)])
        let again = try reopened()
        #expect(
            try await again.leaseNow(9) == [mailID(1), mailID(5), mailID(6), mailID(100)])
        #expect(
            try await again.counts(of: mailMesh, launch: nil)
                == MailCounts(waiting: 4, droppedEvents: 3))
    }
}
