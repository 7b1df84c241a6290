import BrokerEngine
import MemoryStore
import Mesh
import MeshCrypto
import MeshProtocol

@testable import Broker

/// A registry, and all that is outside of it, played by hand: sockets, clock, store.
struct Stage {
    var registry: Registry
    private(set) var now = Instant(wall: Personas.start, uptime: 5_000_000)
    /// The sockets that are open, by the number a script gives them.
    private(set) var slots = [SocketID?](repeating: nil, count: Script.slots)
    let store = MemoryStore()
    private var waiting: [StoreWork] = []
    private var done: [StoreWork.Completion] = []
    private var lastSocket: UInt64 = 0
    private var hellos: Int64 = 0
    /// The id of the message that was pushed last.
    private var lastMessage = "m"

    /// Hellos are made for these moments only.
    private static let helloStep: Int64 = 20_000
    private static let hellosAtOnce: Int64 = 16

    init() {
        let ids = Counter()
        registry = Registry(
            roster: Roster(meshes: [Personas.brokerMesh], members: Personas.members),
            sessionsPerMesh: 5,
            ids: Registry.Ids(
                presence: { "presence-\(ids.next())" }, message: { "push-\(ids.next())" },
                secret: { "secret-\(ids.next())" }))
        for member in Personas.members {
            _ = try? store.performNow {
                try $0.ensure(Personas.brokerMesh, founder: member)
            }
        }
    }

    mutating func play(_ event: Event) {
        switch event {
        case .open(let slot):
            guard slots[slot] == nil else { return }
            lastSocket += 1
            let socket = SocketID(number: lastSocket)
            slots[slot] = socket
            carryOut(registry.connected(socket, at: now))
        case .hello(let slot, let persona, let fields):
            guard let socket = slots[slot] else { return }
            receive(hello(persona, fields), from: socket)
        case .frame(let slot, let bytes):
            guard let socket = slots[slot] else { return }
            receive(filledIn(bytes), from: socket)
        case .pong(let slot):
            guard let socket = slots[slot] else { return }
            carryOut(registry.ponged(socket, at: now))
        case .close(let slot):
            guard let socket = slots[slot] else { return }
            slots[slot] = nil
            carryOut(registry.closed(socket, at: now))
        case .drop(let slot):
            guard let socket = slots[slot] else { return }
            slots[slot] = nil
            carryOut(registry.dropped(socket, at: now))
        case .pass(let milliseconds):
            pass(milliseconds)
        case .store: answerWaiting()
        case .storeFails:
            store.failure = SkeinError(.diskFull, "the disk is full")
            answerWaiting()
            store.failure = nil
        case .answer:
            let completions = done
            done = []
            carryOut(registry.complete(completions, at: now))
        }
        check(registry, slots: slots)
    }

    /// Everybody falls silent: after the longest lease nobody may be left.
    mutating func finish() {
        for _ in 0..<8 {
            settle()
            pass(Registry.pingInterval)
        }
        settle()
        pass(100)
        settle()
        hold(slots.allSatisfy { $0 == nil }, "a silent socket was never closed")
        hold(registry.sockets.isEmpty, "a socket outlived its lease")
        hold(registry.tables.isEmpty, "a presence outlived its lease: a ghost")
    }

    // MARK: -

    private mutating func settle() {
        // What the store answers may ask it again.
        var rounds = 0
        while !waiting.isEmpty || !done.isEmpty {
            play(.store)
            play(.answer)
            rounds += 1
            hold(rounds < 1000, "the store is asked again and again")
        }
    }

    private mutating func answerWaiting() {
        done += store.perform(waiting, { try $0.run($1) }, failed: { $0.failed($1) })
        waiting = []
    }

    private mutating func pass(_ milliseconds: Int64) {
        now.wall.milliseconds += milliseconds
        now.uptime += milliseconds
        carryOut(registry.wake(at: now))
        if let next = registry.nextDeadline {
            hold(next > now.uptime, "a deadline of \(next) is left behind at \(now.uptime)")
        }
        check(registry, slots: slots)
    }

    private mutating func receive(_ bytes: [UInt8], from socket: SocketID) {
        let limit =
            registry.sockets[socket]?.speaksSkein == true
            ? FrameLimits.skeinFrame : FrameLimits.plainFrame
        // The socket's own gate keeps larger ones out.
        if bytes.count <= limit {
            carryOut(registry.received(bytes, from: socket, at: now))
        }
    }

    private mutating func hello(_ persona: Int, _ fields: [UInt8]) -> [UInt8] {
        hellos += 1
        let step = now.wall.milliseconds / Self.helloStep * Self.helloStep
        let rest = Personas.hello(persona, at: step + hellos % Self.hellosAtOnce)
        let comma = fields.isEmpty ? [] : [UInt8(ascii: ",")]
        return [UInt8(ascii: "{")] + fields + comma + rest
    }

    /// `%k` and a digit becomes the key of that persona, `%m` the id of the last message.
    private func filledIn(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(UInt8(ascii: "%")) else { return bytes }
        var filled: [UInt8] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.first == UInt8(ascii: "m") {
                rest.removeFirst()
                filled += Array(lastMessage.utf8)
            } else if byte == UInt8(ascii: "%"), rest.first == UInt8(ascii: "k"), rest.count > 1 {
                rest.removeFirst()
                let digit = Int(rest.removeFirst() &- UInt8(ascii: "0")) % Personas.all.count
                filled += Array(Personas.all[digit].key.hex.utf8)
            } else {
                filled.append(byte)
            }
        }
        return filled
    }

    // MARK: - What the registry wants

    private mutating func carryOut(_ effects: [Effect]) {
        hold(effects.count < 10_000, "\(effects.count) effects of one event")
        for effect in effects {
            switch effect {
            case .send(let frame, let sockets):
                checkOpen(sockets, "sent to")
                check(frame, to: sockets)
            case .deliver(let frame, let socket, let delivery):
                checkOpen([socket], "delivered to")
                check(frame, to: [socket])
                carryOut(registry.wrote([delivery], to: socket, at: now))
            case .answer:
                broken("an answer to a request that nobody made")
            case .publish:
                broken("told to other brokers, of which there are none")
            case .store(let work):
                waiting.append(work)
            case .hash:
                broken("a look at a password that nobody gave")
            case .ping(let socket):
                checkOpen([socket], "pinged")
            case .allowLargeFrames(let socket):
                checkOpen([socket], "allowed large frames")
            case .close(let socket, let code, let reason):
                checkOpen([socket], "closed")
                hold(code >= 1000 && reason.utf8.count <= 123, "no close frame: \(code) \(reason)")
                for slot in slots.indices where slots[slot] == socket { slots[slot] = nil }
            }
        }
    }

    /// The members a push may be shown to; a message is the broker's to name.
    private func recipients(of push: PushFrame) -> Set<MemberID> {
        let found = store.contents.mail.values.filter {
            $0.message.ciphertext == push.ciphertext && $0.message.nonce == push.nonce
                && $0.message.priority.rawValue == push.priority
        }
        return Set(found.flatMap(\.deliveries).map(\.member))
    }

    private func checkOpen(_ sockets: [SocketID], _ what: String) {
        for socket in sockets {
            hold(slots.contains(socket), "\(what) a socket that is not open")
        }
        hold(Set(sockets).count == sockets.count, "\(what) a socket twice")
    }

    private mutating func check(_ frame: ServerFrame, to sockets: [SocketID]) {
        let bytes = frame.json
        hold(!bytes.isEmpty, "a frame without bytes: \(frame)")
        hold(bytes.count <= FrameLimits.serverFrame, "a frame of \(bytes.count) bytes")
        hold(ServerFrame.parse(bytes) != nil, "a frame nobody can read: \(frame)")
        guard case .push(let push) = frame.body, push.subtype == nil else { return }
        lastMessage = push.messageId
        let recipients = recipients(of: push)
        for socket in sockets {
            guard let member = registry.sockets[socket]?.session?.member else {
                broken("a message for a socket without a session")
            }
            hold(recipients.contains(member), "a message for another member")
        }
    }
}

/// Ids in the order of asking, the same in every run of a script.
final class Counter: Sendable {
    // A script runs on one thread.
    nonisolated(unsafe) private var last = 0

    func next() -> Int {
        last += 1
        return last
    }
}
