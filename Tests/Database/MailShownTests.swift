import Foundation
import Mesh
import MeshProtocol
import TestSupport
import Testing

@testable import Database

@Suite("What a broker has yet to hear, and mail nobody would read")
struct MailShownTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func open() throws -> MailStore {
        try MailStore.open(at: directory.path + "/mail.sqlite")
    }

    @Test("that it was shown is told by the next relay; once told, again for five minutes only")
    func untold() async throws {
        var store = try open()
        for number in 1...3 { _ = try await store.receive(incoming(number)) }
        _ = try await store.receive(incoming(4, mesh: otherMesh, launch: nil))
        _ = try await store.confirmShown([inboxKey(1), inboxKey(2), inboxKey(2)], at: at(5))
        _ = try await store.confirmShown([inboxKey(4, mesh: otherMesh, launch: nil)], at: at(5))
        store.close()
        store = try open()
        #expect(try await store.meshesToTell() == [mailMesh, otherMesh])
        #expect(try await store.untold(of: mailMesh, at: at(6)) == [inboxKey(1), inboxKey(2)])
        try await store.noteTold([inboxKey(1)], at: at(10))
        try await store.noteTold([inboxKey(4, mesh: otherMesh, launch: nil)], at: at(10))
        #expect(try await store.meshesToTell() == [mailMesh])
        #expect(
            try await store.untold(of: mailMesh, at: at(300_009)) == [inboxKey(1), inboxKey(2)])
        #expect(try await store.untold(of: mailMesh, at: at(300_010)) == [inboxKey(2)])
        try await store.sweep(at: at(300_010), meshes: [mailMesh, otherMesh])
        #expect(try await store.untold(of: mailMesh, at: at(0)) == [inboxKey(2)])
        #expect(try await store.untold(of: otherMesh, at: at(0)) == [])
        store.close()
    }

    @Test("the unread mail of a launch that does not come back is the person's, each once")
    func adopted() async throws {
        let store = try open()
        for number in 1...4 { _ = try await store.receive(incoming(number)) }
        _ = try await store.receive(incoming(2, launch: nil))
        _ = try await store.receive(incoming(3, launch: nil))
        _ = try await store.confirmShown(
            [inboxKey(1), inboxKey(3, launch: nil)], at: at(9))
        #expect(try await store.launchesWithUnread() == [LaunchID(rawValue: "l")])
        // Once more changes nothing: the relay may end between the two.
        for _ in 0..<2 {
            try await store.adopt(LaunchID(rawValue: "l"))
            #expect(try await store.launchesWithUnread() == [])
            let own = try await store.takeForLaunch(launch: nil)
            #expect(own.numbers == ["4", "2"] && own.left == 0)
            #expect(try await store.counts(of: mailMesh, launch: nil).unread == 2)
            #expect(try await store.takeForLaunch().numbers == [])
        }
        store.close()
    }

    @Test("an answer's bytes are bounded, and one message is always in it")
    func bytes() async throws {
        let store = try open()
        for number in 1...4 { _ = try await store.receive(incoming(number)) }
        for (bytes, count) in [(0, 1), (600, 1), (1200, 2), (1700, 3), (Int.max, 4)] {
            let batch = try await store.take(
                for: LaunchID(rawValue: "l"), mesh: nil, limit: 100, bytes: bytes,
                loan: LoanNumber(number: 1), includesShown: false, priorities: nil)
            #expect(batch.messages.count == count && batch.left == 4 - count, "\(bytes)")
            await store.end(LoanNumber(number: 1))
        }
        store.close()
    }
}
