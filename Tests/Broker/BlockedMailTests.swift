import Mesh
import MeshProtocol
import Testing

@testable import Broker

@Suite("Mail from somebody who is blocked")
struct BlockedMailTests {
    @Test("what a block holds back is counted, and told to nobody")
    func blocked() {
        var world = MailWorld(members: 2) { _, members in
            members[0].grants.entries[members[1].publicKey.hex] = []
        }
        let key = world.members[0].publicKey.hex
        let first = world.client(of: 0, session: 101, skein: false)
        let other = world.client(of: 1, session: 103, skein: false)
        world.connect(first)
        world.connect(other)
        world.send("a", from: other, to: key)
        world.send("b", from: other, to: "@all")
        world.settle()
        #expect(world.clients[first].received.count == 0)
        // Nor does it come later.
        world.drop(first)
        world.connect(first)
        world.settle()
        #expect(world.clients[first].received.count == 0)
        let id = world.clients[other].acks.first?.messageId ?? ""
        world.tell(.request(GetMessageStatus(messageID: id)), by: other, requestID: "r")
        world.settle()
        let answers = world.clients[other].others.compactMap { frame -> String? in
            guard case .answer(let answer as MessageStatusResult) = frame.body else { return nil }
            return answer.recipients.first.map { "\($0.status) \($0.pubkey)" }
        }
        #expect(answers == ["held \(key)"])
        #expect(world.clients[other].acks.allSatisfy { $0.queued && $0.error == nil })
        #expect(world.registry.metrics.droppedByGrant == ["dm": 1, "broadcast": 1])
        #expect(world.registry.metrics.routedMessages == ["now": 2])
    }

    /// By whether there is a block: the mail that its observer is given.
    @Test("a session that has ended is no way round", arguments: [(true, 0), (false, 1)])
    func endedSession(isBlocked: Bool, count: Int) {
        var world = MailWorld(members: 2) { _, members in
            guard isBlocked else { return }
            members[0].grants.entries[members[1].publicKey.hex] = []
        }
        let session = world.client(of: 0, session: 101)
        let observer = world.client(of: 0, session: 0, observer: true)
        let other = world.client(of: 1, session: 103)
        for client in [session, observer, other] { world.connect(client) }
        world.settle()
        let key = world.clients[session].key
        world.close(session)
        world.settle()
        world.send("a", from: other, to: key)
        world.settle()
        #expect(world.clients[other].acks.map(\.queued) == [true])
        #expect(world.clients[observer].received.count == count)
    }
}
