import Mesh
import Testing

@testable import Broker

@Suite("What a session sends to its own member")
struct OwnMemberMailTests {
    private static func mail(_ world: MailWorld, _ client: Int) -> [String] {
        world.clients[client].received.map { String($0.nonce.dropFirst("nonce-".count)) }
    }

    @Test("is for another session of it, whoever came first", arguments: [false, true])
    func siblings(skein: Bool) {
        var world = MailWorld(members: 1)
        let key = world.members[0].publicKey.hex
        let first = world.client(of: 0, session: 101, skein: skein)
        let second = world.client(of: 0, session: 102, skein: skein)
        world.connect(first)
        world.send("early", from: first, to: key)
        world.settle()
        world.connect(second)
        world.settle()
        #expect(Self.mail(world, second) == ["early"])
        world.send("to the second", from: first, to: key)
        world.send("to the first", from: second, to: key)
        world.settle()
        #expect(Self.mail(world, first) == ["to the first"])
        #expect(Self.mail(world, second) == ["early", "to the second"])
    }

    @Test("does not change who takes what others send")
    func others() {
        var world = MailWorld(members: 2)
        let key = world.members[0].publicKey.hex
        let first = world.client(of: 0, session: 101)
        let second = world.client(of: 0, session: 102)
        let other = world.client(of: 1, session: 103)
        for client in [first, second, other] {
            world.connect(client)
            world.pass(1)
        }
        world.send("a", from: other, to: key)
        world.settle()
        world.send("b", from: first, to: key)
        world.settle()
        world.send("c", from: other, to: key)
        world.settle()
        #expect(Self.mail(world, first) == ["a", "c"])
        #expect(Self.mail(world, second) == ["b"])
    }

    @Test("goes to its observer, where there is one")
    func observer() {
        var world = MailWorld(members: 1)
        let key = world.members[0].publicKey.hex
        let clients = [
            world.client(of: 0, session: 101), world.client(of: 0, session: 102),
            world.client(of: 0, session: 0, observer: true),
        ]
        for client in clients { world.connect(client) }
        world.send("to myself", from: clients[0], to: key)
        world.settle()
        #expect(clients.map { Self.mail(world, $0).count } == [0, 0, 1])
    }
}
