import Mesh
import Testing

@testable import Broker

@Suite("What is not given to whom")
struct BlockTests {
    @Test("a block is silent: it is taken, and waits where nobody fetches it")
    func block() {
        var world = MailWorld(members: 2) { _, members in
            members[1].grants = PeerGrants([members[0].publicKey.hex: []])
        }
        let ada = world.client(of: 0, session: 11)
        let bob = world.client(of: 1, session: 12)
        let observer = world.client(of: 1, session: 0, observer: true)
        for client in [ada, bob, observer] { world.connect(client) }
        world.settle()
        for target in [world.clients[bob].key, world.members[1].publicKey.hex] {
            world.send("to \(target)", from: ada, to: target)
        }
        world.settle()
        #expect(world.clients[ada].acks.map(\.queued) == [true, true])
        #expect(world.clients[bob].received.isEmpty)
        #expect(world.clients[observer].received.isEmpty)
    }

    @Test("mail for a session that ended is its member's observer's, not its siblings'")
    func ended() {
        var world = MailWorld(members: 2)
        let ada = world.client(of: 0, session: 11)
        let bob = world.client(of: 1, session: 12)
        let sibling = world.client(of: 1, session: 13)
        for client in [ada, bob, sibling] { world.connect(client) }
        world.settle()
        world.close(bob)
        world.settle()
        world.send("late", from: ada, to: world.clients[bob].key)
        world.settle()
        #expect(world.clients[ada].acks.map(\.queued) == [true])
        #expect(world.clients[sibling].received.isEmpty)
        let observer = world.client(of: 1, session: 0, observer: true)
        world.connect(observer)
        world.settle()
        #expect(world.clients[observer].received.map(\.nonce) == ["nonce-late"])
        world.send("later", from: ada, to: world.clients[bob].key)
        world.settle()
        #expect(
            world.clients[observer].received.map(\.nonce) == ["nonce-late", "nonce-later"])
    }
}
