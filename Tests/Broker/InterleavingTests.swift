import BrokerEngine
import Mesh
import MeshProtocol
import TestSupport
import Testing

@testable import Broker

/// Senders that try again, recipients that come and go, a store that answers late, a broker that
/// dies: whatever happens in whatever order, mail that was acknowledged arrives, once.
@Suite("Delivery under any interleaving")
struct InterleavingTests {
    static let interleavings = 10_000
    static let steps = 30

    /// A message on its way, as its sender knows it.
    private struct Sent {
        var id: String
        var from: Int
        var to: Int
        var target: String
        var priority: MessagePriority
        var isAcknowledged = false
    }

    /// Each processor plays a part of them.
    @Test("nothing is lost and nothing is shown twice")
    func interleavings() async {
        let (start, all) = Self.start()
        let parts = 4
        await withTaskGroup(of: Void.self) { group in
            for part in 0..<parts {
                group.addTask {
                    for seed in stride(from: part, to: Self.interleavings, by: parts) {
                        let fault = Self.run(seed: UInt64(seed), from: start.copy(), all)
                        #expect(fault == nil, "seed \(seed)")
                        if fault != nil { return }
                    }
                }
            }
        }
    }

    /// Three members, of whom one has two sessions and one speaks as of old; all are connected.
    private static func start() -> (MailWorld, [Int]) {
        var world = MailWorld(members: 3)
        let all = [
            world.client(of: 0, session: 11), world.client(of: 1, session: 12),
            world.client(of: 1, session: 13), world.client(of: 2, session: 14, skein: false),
        ]
        for client in all { world.connect(client) }
        world.settle()
        return (world, all)
    }

    /// What went wrong, if anything.
    private static func run(seed: UInt64, from start: MailWorld, _ all: [Int]) -> String? {
        var random = SeededGenerator(seed: seed)
        var world = start
        var sent: [Sent] = []
        var hasCrashed = false
        for _ in 0..<steps {
            let client = all[Int.random(in: 0..<4, using: &random)]
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<6:
                // The client of old ends for good when it closes, so it only ever drops.
                let to = all[Int.random(in: 0..<4, using: &random)]
                guard to != client else { continue }
                let message = Sent(
                    id: "m\(sent.count)", from: client, to: to, target: world.clients[to].key,
                    priority: MessagePriority.allCases[Int.random(in: 0..<2, using: &random)])
                sent.append(message)
                world.send(message.id, from: client, to: message.target, message.priority)
            case 6..<9: world.answer(Int.random(in: 1...4, using: &random))
            case 9..<12: world.write(Int.random(in: 1...3, using: &random))
            case 12..<15: world.acknowledge(client)
            case 15: world.drop(client)
            case 16: world.connect(client)
            case 17:
                let status = Status.allCases[Int.random(in: 0..<3, using: &random)]
                world.tell(.setStatus(status), by: client)
            case 18: world.pass([10, 1000, 31_000][Int.random(in: 0..<3, using: &random)])
            default:
                guard Int.random(in: 0..<4, using: &random) == 0 else { continue }
                world.crash()
                hasCrashed = true
            }
            note(&sent, in: world)
        }
        return rest(&world, &sent, all, hasCrashed)
    }

    /// Everybody comes back and has time; senders repeat what was not acknowledged.
    private static func rest(
        _ world: inout MailWorld, _ sent: inout [Sent], _ all: [Int], _ hasCrashed: Bool
    ) -> String? {
        for client in all {
            world.connect(client)
            world.tell(.setStatus(.idle), by: client)
        }
        world.settle()
        note(&sent, in: world)
        for message in sent where !message.isAcknowledged {
            world.send(message.id, from: message.from, to: message.target, message.priority)
        }
        // Until nothing waits, and past the time after which a claimed push would come again.
        var rounds = 0
        repeat {
            world.settle()
            for client in all {
                while !world.clients[client].unacknowledged.isEmpty { world.acknowledge(client) }
            }
            world.settle()
            world.pass(31_000)
            world.settle()
            rounds += 1
        } while rounds < 4 && waiting(in: world) != 0
        note(&sent, in: world)
        for message in sent {
            guard message.isAcknowledged else { return "\(message) was never acknowledged" }
            let ids = world.clients[message.to].received.filter { $0.nonce == "nonce-" + message.id }
            if ids.isEmpty, !hasExpired(message, in: world) { return "\(message) was lost" }
            // A skein/1 client knows a message by its id; one of old shows all it gets.
            let isShownTwice =
                world.clients[message.to].speaksSkein
                ? Set(ids.map(\.messageId)).count > 1 : ids.count > 1 && !hasCrashed
            if isShownTwice { return "\(message) was shown twice" }
        }
        let depth = waiting(in: world)
        return depth == 0 ? nil : "\(depth) deliveries wait for nobody"
    }

    /// How many deliveries wait; -1 where the store does not say.
    private static func waiting(in world: MailWorld) -> Int {
        (try? world.store.performNow { try $0.queueDepth().count }) ?? -1
    }

    /// What waited for a client of old when its lease ended is told to be expired.
    private static func hasExpired(_ message: Sent, in world: MailWorld) -> Bool {
        guard !world.clients[message.to].speaksSkein else { return false }
        return world.store.contents.mail.values.contains { mail in
            mail.message.nonce == "nonce-" + message.id
                && mail.deliveries.contains { $0.times[.expired] != nil }
        }
    }

    private static func note(_ sent: inout [Sent], in world: MailWorld) {
        for (index, message) in sent.enumerated() where !message.isAcknowledged {
            sent[index].isAcknowledged = world.clients[message.from].acks.contains {
                $0.id == message.id && $0.queued
            }
        }
    }
}
