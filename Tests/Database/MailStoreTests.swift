import Foundation
import GRDB
import Mesh
import MeshProtocol
import TestSupport
import Testing

@testable import Database

@Suite("The mail store")
struct MailStoreTests {
    let directory: TemporaryDirectory
    var path: String { directory.path + "/mail.sqlite" }

    init() throws { directory = try TemporaryDirectory() }

    @Test("works that come together share a transaction; one that fails undoes no other")
    func together() async throws {
        let store = try MailStore.open(at: path)
        let limits = MailLimits(rows: 50)
        // Held up, so that the others come together.
        let gate = DispatchSemaphore(value: 0)
        async let first: Void = store.write { _ in gate.wait() }
        let failures = await withTaskGroup(of: SkeinError?.self) { group in
            for number in 0..<60 {
                group.addTask {
                    do throws(SkeinError) {
                        try await store.enqueue(outgoing(number), limits: limits)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            gate.signal()
            return await group.reduce(into: []) { $0.append($1) }.compactMap(\.self)
        }
        try await first
        #expect(failures.map(\.code) == Array(repeating: .queueFull, count: 10))
        #expect(try await store.counts(of: mailMesh, launch: nil).waiting == 50)
        #expect(try await store.leaseNow(99).count == 50)
    }

    @Test("of a work that fails nothing stays, of those beside it everything")
    func alone() async throws {
        let store = try MailStore.open(at: path)
        let gate = DispatchSemaphore(value: 0)
        async let first: Void = store.write { _ in gate.wait() }
        async let second: Void = store.enqueue(outgoing(1))
        async let third = failure {
            try await store.write { db in
                try db.registerMesh(otherMesh)
                throw SkeinError(.notThere, "no")
            }
        }
        async let fourth = store.receive(incoming(1))
        gate.signal()
        try await first
        try await second
        #expect(await third == .notThere)
        #expect(try await fourth)
        let meshes: [String] = try await store.read { try $0.values("SELECT id FROM mesh", []) }
        #expect(meshes == [mailMesh.rawValue])
    }

    @Test("a full disk is told, keeps what was there, and harms nothing that finds room")
    func fullDisk() async throws {
        let store = try MailStore.open(at: path)
        try await store.enqueue(outgoing(1))
        try await store.write { db in
            let pages: Int = try db.value("PRAGMA page_count", []) ?? 0
            try db.run("PRAGMA max_page_count = \(pages + 8)", [])
        }
        let large = String(repeating: "x", count: 200_000)
        // Held up, so that all of them come together.
        let gate = DispatchSemaphore(value: 0)
        async let first: Void = store.write { _ in gate.wait() }
        async let tooLarge = failure { try await store.enqueue(outgoing(2, text: large)) }
        async let received = store.receive(incoming(1))
        async let lent = store.takeForLaunch(9, loan: 1)
        gate.signal()
        try await first
        #expect(await tooLarge == .diskFull)
        #expect(try await received)
        _ = try await lent
        await store.end(LoanNumber(number: 1))
        #expect(try await store.takeForLaunch(9).numbers == ["1"])
        #expect(try await store.leaseNow(9) == [mailID(1)])
        store.close()
        let again = try MailStore.open(at: path)
        #expect(try await again.counts(of: mailMesh, launch: LaunchID(rawValue: "l"))
            == MailCounts(waiting: 1, unread: 1))
    }

    @Test("mail that was lent in a transaction that came to nothing is lent no more")
    func undone() async throws {
        let store = try MailStore.open(at: path)
        _ = try await store.receive(incoming(1))
        let loans = store.loans
        await #expect(throws: SkeinError.self) {
            try await store.write(undo: { loans.giveBack([inboxKey(1)]) }) { _ in
                loans.lend([incoming(1)], under: LoanNumber(number: 1))
                throw DatabaseError(resultCode: .SQLITE_FULL)
            }
        }
        #expect(try await store.takeForLaunch(9).numbers == ["1"])
    }

    @Test("a damaged store is moved aside, on opening or when it shows", arguments: [true, false])
    func damaged(onOpening: Bool) async throws {
        let store = try MailStore.open(at: path)
        try await store.enqueue(outgoing(1, text: String(repeating: "x", count: 9000)))
        let root: Int = try await store.read { db in
            try db.value("SELECT rootpage FROM sqlite_master WHERE name = 'outgoing'", []) ?? 0
        }
        store.close()
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        try file.seek(toOffset: onOpening ? 0 : UInt64((root - 1) * 4096))
        file.write(Data(repeating: 0x41, count: 4096))
        try file.close()

        let again = try MailStore.open(at: path)
        #expect((again.movedAside != nil) == onOpening)
        #expect(try await again.queue(of: nil, limit: 9) == [])
        let aside = try #require(again.movedAside)
        #expect(aside.hasPrefix(path + ".corrupt-20"))
        #expect(FileManager.default.fileExists(atPath: aside))
        try await again.enqueue(outgoing(2))
        again.close()
        let third = try MailStore.open(at: path)
        #expect(third.movedAside == nil)
        #expect(try await third.leaseNow(9) == [mailID(2)])
        #expect(openToOthers(directory.path) == [])
    }

    @Test("what is asked for after the store was closed fails")
    func closed() async throws {
        let store = try MailStore.open(at: path)
        store.close()
        await #expect(throws: SkeinError.self) { try await store.enqueue(outgoing(1)) }
        await #expect(throws: SkeinError.self) { try await store.nextDue(of: mailMesh) }
    }

    @Test("a name's earlier key is told to the later one, and a member's names are bounded")
    func meeting() async throws {
        let store = try MailStore.open(at: path)
        let met: [(String, String, MeshID, String?)] = [
            ("a", "Ada", mailMesh, nil), ("a", "Ada", mailMesh, nil), ("b", "Bob", mailMesh, nil),
            ("b", "ada", mailMesh, "a"), ("a", "Ada", mailMesh, nil), ("b", "ADA", mailMesh, "a"),
            ("c", "Ada", otherMesh, nil), ("c", "Ada", mailMesh, "b"),
        ]
        for (key, name, mesh, former) in met {
            #expect(try await store.meet(key, name: name, in: mesh, at: at(1)) == former)
        }
        for number in 0..<50 {
            _ = try await store.meet(
                "b", name: "name \(number)", in: mailMesh, at: at(2 + Int64(number)))
        }
        let known = try await store.knownMembers(in: mailMesh)
        #expect(known.count { $0.memberKey == "b" } == 32)
        #expect(known.contains(KnownMember(name: "name 49", memberKey: "b")))
        #expect(known.first == KnownMember(name: "Ada", memberKey: "a"))
    }

    @Test("a member is verified until it is not, in its mesh")
    func verifying() async throws {
        let store = try MailStore.open(at: path)
        for isVerified in [true, true, false, false] {
            try await store.setVerified("k", in: mailMesh, to: isVerified, at: at(1))
            #expect(try await store.isVerified("k", in: mailMesh) == isVerified)
            #expect(try await !store.isVerified("k", in: otherMesh))
        }
    }
}

private func failure(of work: () async throws -> Void) async -> ErrorCode? {
    do { try await work() } catch { return (error as? SkeinError)?.code }
    return nil
}
