import Foundation
import Mesh
import MeshProtocol
import TestSupport
import Testing

@testable import Database

@Suite("The inbox")
struct InboxTests {
    let directory: TemporaryDirectory
    let store: MailStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try MailStore.open(at: directory.path + "/mail.sqlite")
    }

    @Test("what is received is given whole, once, to the inbox it is for")
    func whole() async throws {
        #expect(try await store.receive(incoming(1)))
        #expect(try await store.receive(incoming(1, launch: nil)))
        #expect(try await store.receive(incoming(1, mesh: otherMesh)))
        #expect(try await !store.receive(incoming(1)))
        store.close()
        let again = try MailStore.open(at: store.path)
        let batch = try await again.take(
            for: LaunchID(rawValue: "l"), mesh: mailMesh, limit: 9, loan: nil,
            includesShown: false, priorities: nil)
        #expect(batch == InboxBatch(messages: [incoming(1)], left: 0))
        let person = try await again.take(
            for: nil, mesh: nil, limit: 9, loan: nil, includesShown: false, priorities: nil)
        #expect(person.messages == [incoming(1, launch: nil)])
        #expect(try await again.counts(of: mailMesh, launch: nil).unread == 1)
        #expect(try await again.takeForLaunch().numbers == ["1", "1"])
    }

    @Test("what is lent is not lent again, until the loan ends or it is shown")
    func loans() async throws {
        for number in 1...5 { _ = try await store.receive(incoming(number)) }
        #expect(try await store.takeForLaunch(2, loan: 1) == (["1", "2"], 3))
        #expect(try await store.takeForLaunch(2, loan: 2) == (["3", "4"], 1))
        #expect(try await store.takeForLaunch(9) == (["5"], 0))
        #expect(try await store.takeForLaunch(9) == (["5"], 0))
        #expect(
            try await store.confirmShown([inboxKey(2), inboxKey(9)], at: at(7)) == [inboxKey(2)])
        // 1, 3 and 4 are lent; 5 is left.
        #expect(try await store.takeForLaunch(0) == ([], 1))
        await store.end(LoanNumber(number: 1))
        #expect(try await store.takeForLaunch(9) == (["1", "5"], 0))
        await store.end(LoanNumber(number: 2))
        #expect(try await store.takeForLaunch(1, loan: 3) == (["1"], 3))
        #expect(try await store.confirmShown([inboxKey(2)], at: at(9)) == [])
        #expect(try await store.counts(of: mailMesh, launch: LaunchID(rawValue: "l")).unread == 4)
        store.close()
        let again = try MailStore.open(at: store.path)
        #expect(try await again.takeForLaunch(9).numbers == ["1", "3", "4", "5"])
    }

    @Test("mail of some priorities only, in the order in which it came")
    func priorities() async throws {
        let kinds: [MessagePriority] = [.low, .now, .next, .now, .low]
        for (number, priority) in kinds.enumerated() {
            _ = try await store.receive(incoming(number, priority: priority))
        }
        #expect(try await store.takeForLaunch(9, priorities: [.now]) == (["1", "3"], 0))
        #expect(try await store.takeForLaunch(2, priorities: [.low, .now]) == (["0", "1"], 2))
        #expect(try await store.takeForLaunch(9, priorities: []) == ([], 0))
        #expect(try await store.takeForLaunch(3) == (["0", "1", "2"], 2))
        #expect(try await store.takeForLaunch(1, loan: 1, mesh: mailMesh) == (["0"], 4))
        #expect(try await store.takeForLaunch(9, mesh: otherMesh) == ([], 0))
    }

    @Test("with what was shown, the newest of all, and only the unread is lent")
    func shown() async throws {
        for number in 1...4 { _ = try await store.receive(incoming(number)) }
        _ = try await store.confirmShown([1, 3].map { inboxKey($0) }, at: at(9))
        #expect(try await store.takeForLaunch(9).numbers == ["2", "4"])
        #expect(try await store.takeForLaunch(3, shown: true) == (["2", "3", "4"], 0))
        #expect(try await store.takeForLaunch(1, loan: 1, shown: true) == (["4"], 1))
        #expect(try await store.takeForLaunch(9, shown: true).numbers == ["1", "2", "3"])
    }

    @Test("the last that was shown from a sender, by its session or its member")
    func lastShown() async throws {
        for number in 1...3 {
            _ = try await store.receive(incoming(number, from: number == 3 ? "t" : "s"))
        }
        let launch = LaunchID(rawValue: "l")
        #expect(try await store.lastShown(to: launch, from: "s", since: at(0)) == nil)
        for number in 1...3 {
            _ = try await store.confirmShown([inboxKey(number)], at: at(Int64(number) * 10))
        }
        let found: [(String, Int64, Int?)] = [
            ("s", 0, 2), ("s", 20, 2), ("s", 21, nil), ("t", 0, 3), ("member", 0, 3),
            ("other", 0, nil),
        ]
        for (key, since, number) in found {
            let message = try await store.lastShown(to: launch, from: key, since: at(since))
            #expect(message?.key.id == number.map(mailID), "\(key) \(since)")
        }
        #expect(
            try await store.lastShown(to: LaunchID(rawValue: "x"), from: "s", since: at(0)) == nil)
    }
}
