import Foundation
import Mesh
import MeshProtocol
import Synchronization
import TestSupport
import Testing

@testable import Database

@Suite("The mail store under whatever comes")
struct MailPropertyTests {
    /// What an outbox has to be, in the simplest form.
    private struct Model {
        struct Entry {
            var mail: OutgoingMail
            var due: Int64
            var isLeased = false
            var isDead = false
        }
        var waiting: [MessageID: Entry] = [:]
        var sent: Set<MessageID> = []

        mutating func lease(at now: Int64, until: Int64, limit: Int) -> [MessageID] {
            let free = waiting.values.filter { !$0.isDead && $0.due <= now }
            let mail = free.map(\.mail).sorted { $0.createdAt < $1.createdAt }
            let ids = mail.prefix(limit).map(\.id)
            for id in ids {
                waiting[id]?.isLeased = true
                waiting[id]?.due = until
            }
            // One whose lease is over is no longer on its way.
            for entry in free where !ids.contains(entry.mail.id) {
                waiting[entry.mail.id]?.isLeased = false
            }
            return ids
        }
    }

    @Test("nothing is lost and nothing goes twice, whatever is done, with any crash",
        arguments: 1...3)
    func interleavings(seed: UInt64) async throws {
        let directory = try TemporaryDirectory()
        var random = SeededGenerator(seed: seed)
        var store = try MailStore.open(at: directory.path + "/0")
        var model = Model()
        var now: Int64 = 1000
        var made = 0
        for step in 1...200 {
            now += Int64.random(in: 0...5, using: &random)
            let number = Int.random(in: 0...max(1, made), using: &random)
            let id = mailID(number)
            switch Int.random(in: 0..<11, using: &random) {
            case 0, 1, 2:
                made += 1
                let later = Bool.random(using: &random) ? now + 10 : nil
                let mail = outgoing(made, at: now * 1000 + Int64(made), notBefore: later)
                try await store.enqueue(mail)
                model.waiting[mail.id] = Model.Entry(mail: mail, due: later ?? 0)
            case 3:
                // Once more; never again what was cancelled.
                guard let known = model.waiting[id] else { break }
                try await store.enqueue(known.mail)
            case 4, 5:
                let limit = Int.random(in: 1...4, using: &random)
                let ids = try await store.leaseNow(now, until: now + 20, limit: limit)
                #expect(ids == model.lease(at: now, until: now + 20, limit: limit))
            case 6:
                try await store.noteStored(id, at: at(now))
                if model.waiting.removeValue(forKey: id) != nil { model.sent.insert(id) }
            case 7:
                try await store.noteFailed(id, reason: "r", retryAt: at(now + 7))
                if model.waiting[id]?.isDead == false {
                    model.waiting[id]?.due = now + 7
                    model.waiting[id]?.isLeased = false
                }
            case 8:
                try await store.release([id])
                if model.waiting[id]?.isLeased == true {
                    model.waiting[id]?.due = 0
                    model.waiting[id]?.isLeased = false
                }
            case 9:
                try await store.noteDead(id, reason: "r", at: at(now))
                model.waiting[id]?.isDead = true
                model.waiting[id]?.isLeased = false
            default:
                let isThere = model.waiting[id] != nil
                let mesh = try? await store.retry(id)
                #expect((mesh != nil) == isThere)
                if model.waiting[id]?.isLeased == false {
                    model.waiting[id]?.isDead = false
                    model.waiting[id]?.due = 0
                }
            }
            guard step.isMultiple(of: 20) else { continue }
            // A crash: what the files hold now is all that is left.
            let place = directory.path + "/\(step)"
            let files = FileManager.default
            for suffix in ["", "-wal"] where files.fileExists(atPath: store.path + suffix) {
                try files.copyItem(atPath: store.path + suffix, toPath: place + suffix)
            }
            store.close()
            store = try MailStore.open(at: place)
            let queue = try await store.queue(of: nil, limit: 1000)
            #expect(Set(queue.map(\.id)) == Set(model.waiting.keys))
            #expect(queue.count == model.waiting.count)
            for report in queue {
                #expect((report.state == .dead) == model.waiting[report.id]?.isDead)
            }
            for id in model.sent { #expect(try await store.report(id.rawValue).state == .sent) }
            let dead = model.waiting.values.count(where: \.isDead)
            #expect(
                try await store.counts(of: mailMesh, launch: nil)
                    == MailCounts(waiting: model.waiting.count - dead, dead: dead))
            if Bool.random(using: &random) {
                try await store.releaseAll()
                for (id, entry) in model.waiting where entry.isLeased {
                    model.waiting[id]?.isLeased = false
                    model.waiting[id]?.due = 0
                }
            }
        }
    }

    @Test("what many write at the same moment is either answered and there, or neither")
    func crashAtAnyCommit() async throws {
        let directory = try TemporaryDirectory()
        let store = try MailStore.open(at: directory.path + "/mail")
        let answered = Answered()
        // Nothing goes from the log to the store, so that copies of the two belong together.
        try await store.write { try $0.run("PRAGMA wal_autocheckpoint = 0", []) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    for index in 0..<25 {
                        let number = writer * 100 + index
                        try await store.enqueue(outgoing(number))
                        _ = try await store.receive(incoming(number))
                        answered.add(number)
                    }
                }
            }
            group.addTask {
                for round in 0..<15 {
                    // The log after the store: what is written between the two is in the log.
                    let before = answered.numbers
                    let place = directory.path + "/\(round)"
                    try FileManager.default.copyItem(atPath: store.path, toPath: place)
                    try FileManager.default.copyItem(
                        atPath: store.path + "-wal", toPath: place + "-wal")
                    let copy = try MailStore.open(at: place)
                    #expect(copy.movedAside == nil)
                    let queue = try await copy.queue(of: nil, limit: 1000).map(\.id)
                    let inbox = try await copy.take(
                        for: LaunchID(rawValue: "l"), mesh: nil, limit: 1000, loan: nil,
                        includesShown: false, priorities: nil)
                    #expect(Set(queue).isSuperset(of: before.map(mailID)))
                    #expect(Set(inbox.messages.map(\.key.id)).isSuperset(of: before.map(mailID)))
                    let counts = try await copy.counts(
                        of: mailMesh, launch: LaunchID(rawValue: "l"))
                    #expect(counts.waiting == queue.count)
                    #expect(counts.unread == inbox.messages.count)
                    copy.close()
                }
            }
            try await group.waitForAll()
        }
        #expect(try await store.queue(of: nil, limit: 1000).count == 200)
    }

    private final class Answered: Sendable {
        private let held = Mutex<Set<Int>>([])
        var numbers: Set<Int> { held.withLock { $0 } }
        func add(_ number: Int) { _ = held.withLock { $0.insert(number) } }
    }
}
