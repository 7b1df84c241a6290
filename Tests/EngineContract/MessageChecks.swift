import BrokerEngine
import Mesh
import MeshProtocol
import Testing

extension StoreContract {
    static let messageChecks: [Check<any BrokerStore>] = orderChecks + dedupeChecks + limitChecks

    private static let orderChecks: [Check<any BrokerStore>] = [
        Check("a message waits as it was sent") { store in
            var sent = message("1", from: .ada, .low, text: "text")
            sent.isUnencrypted = true
            sent.nonce = "n’"
            let number = try await store.kept(sent)
            let found = try await store.perform {
                try $0.queued(in: .flock, for: ["b"], priorities: [.low], limit: 5)
            }
            #expect(
                found == [
                    QueuedMessage(
                        delivery: DeliveryID(message: number, address: "b"), id: "1", sender: .ada,
                        senderKey: sent.senderKey, target: "@all", priority: .low, nonce: "n’",
                        ciphertext: "text", isUnencrypted: true, createdAt: .at(1000),
                        sealedKey: "sealed to b")
                ])
        },
        Check("what waits comes by urgency, then as it was kept") { store in
            let sent: [(String, MessagePriority, [String])] = [
                ("a", .low, ["b"]), ("b", .next, ["b", "c"]), ("c", .now, ["b"]),
                ("d", .next, ["c"]), ("e", .now, ["x"]), ("f", .now, ["c", "b"]),
                ("g", .low, ["c"]),
            ]
            for (id, priority, addresses) in sent {
                // The sender's clock orders nothing.
                _ = try await store.keep(
                    message(id, to: addresses, priority, made: 1000 - Int64(id.utf8.first ?? 0)))
            }
            let cases: [([String], [MessagePriority], Int, [String])] = [
                (["b"], [.now, .next, .low], 100, ["c", "f", "b", "a"]),
                (["b"], [.low, .next, .now, .now], 100, ["c", "f", "b", "a"]),
                (["b"], [.now, .next, .low], 3, ["c", "f", "b"]),
                (["b"], [.now, .next, .low], 2, ["c", "f"]),
                (["b"], [.now, .next, .low], 1, ["c"]),
                (["b"], [.now, .next, .low], 0, []),
                (["b"], [.next, .low], 100, ["b", "a"]),
                (["b"], [.low], 100, ["a"]),
                (["b"], [], 100, []),
                ([], [.now], 100, []),
                (["nobody"], [.now, .next, .low], 100, []),
                (["c", "b"], [.next], 100, ["b", "b", "d"]),
                (["c", "c"], [.next], 100, ["b", "d"]),
                (["b", "c"], [.next], 2, ["b", "b"]),
                (["x", "b", "c"], [.now, .low], 100, ["c", "e", "f", "f", "a", "g"]),
            ]
            for (addresses, priorities, limit, expected) in cases {
                let found = try await store.waiting(
                    for: addresses, priorities: priorities, limit: limit)
                #expect(found == expected, "\(addresses) \(priorities) \(limit)")
            }
        },
        Check("one address named twice gets a message once") { store in
            _ = try await store.kept(message("1", to: ["b", "c", "b"]))
            #expect(try await store.waiting() == ["1"])
            #expect(try await store.report("1")?.deliveries.count == 2)
            #expect(try await store.perform { try $0.queueDepth().count } == 2)
        },
        Check("each recipient gets the key that was sealed to it") { store in
            _ = try await store.kept(message("1", to: ["b", "c"]))
            for address in ["b", "c"] {
                let keys = try await store.perform {
                    try $0.queued(in: .flock, for: [address], priorities: [.next], limit: 1)
                        .map(\.sealedKey)
                }
                #expect(keys == ["sealed to \(address)"])
            }
        },
        Check("meshes never mix") { store in
            _ = try await store.kept(message("1", dedupe: "d"))
            _ = try await store.kept(message("1", dedupe: "d", in: .other))
            _ = try await store.kept(message("2", in: .other))
            #expect(try await store.waiting() == ["1"])
            #expect(try await store.waiting(in: .other) == ["1", "2"])
            #expect(try await store.report("2") == nil)
            #expect(try await store.report("2", in: .other) != nil)
        },
        Check("the depth of the queue is of all meshes, with the oldest") { store in
            #expect(try await store.perform { try $0.queueDepth() == (0, nil) })
            let old = try await store.kept(message("1", made: 500))
            _ = try await store.kept(message("2", in: .other, to: ["b", "c"], made: 700))
            _ = try await store.kept(message("nobody", to: [], made: 100))
            #expect(try await store.perform { try $0.queueDepth() == (3, .at(500)) })
            try await store.note(old, .acked, at: 800)
            #expect(try await store.perform { try $0.queueDepth() == (2, .at(700)) })
        },
    ]

    private static let dedupeChecks: [Check<any BrokerStore>] = [
        Check("the same member's same dedupe key is kept once") { store in
            let number = try await store.kept(message("1", dedupe: "d"))
            for again in [
                message("1", dedupe: "d"), message("2", dedupe: "d", to: ["c"], text: "other"),
                message("3", dedupe: "d", to: []),
            ] {
                #expect(try await store.keep(again) == .duplicate(number, id: "1"))
            }
            #expect(try await store.waiting(for: ["b", "c"]) == ["1"])
            #expect(try await store.report("2") == nil)
            #expect(try await store.perform { try $0.queueDepth().count } == 1)
            // Known for as long as it is remembered, delivered or not.
            try await store.note(number, .acked, at: 2000)
            #expect(try await store.keep(message("1", dedupe: "d")) == .duplicate(number, id: "1"))
            _ = try await store.perform { try $0.forgetMessages(before: .at(1001), limit: 10) }
            _ = try await store.kept(message("1", dedupe: "d"))
        },
        Check("another member's, another mesh's and no dedupe key are no duplicates") { store in
            for different in [
                message("1", dedupe: "d"), message("1", dedupe: "e"),
                message("1", dedupe: "d", from: .bob), message("1", dedupe: "d", in: .other),
                message("1"), message("1"), message("1", dedupe: ""),
            ] {
                _ = try await store.kept(different)
            }
        },
        Check("a duplicate within one transaction is one") { store in
            let outcomes = try await store.perform { transaction in
                [
                    try transaction.keep(message("1", dedupe: "d")),
                    try transaction.keep(message("1", dedupe: "d")),
                ]
            }
            guard case .kept(let number) = outcomes[0] else {
                Issue.record("\(outcomes)")
                return
            }
            #expect(outcomes[1] == .duplicate(number, id: "1"))
        },
        Check("messages at their end are forgotten, with their receipts, and only those") { store in
            var numbers: [MessageNumber] = []
            for index in 0..<5 {
                numbers.append(try await store.kept(message("\(index)", made: Int64(index))))
            }
            _ = try await store.kept(message("nobody", to: [], made: 3))
            for index in [0, 1, 2, 4] { try await store.note(numbers[index], .acked, at: 50) }
            func forget(_ moment: Int64, _ limit: Int) async throws -> Int {
                try await store.perform { try $0.forgetMessages(before: .at(moment), limit: limit) }
            }
            #expect(try await forget(0, 10) == 0)
            #expect(try await forget(4, 2) == 2)
            #expect(try await store.report("0") == nil)
            #expect(try await store.report("2") != nil)
            #expect(try await forget(4, 10) == 2)
            #expect(try await forget(4, 10) == 0)
            #expect(try await store.report("nobody") == nil)
            #expect(try await store.report("3")?.deliveries.first?.isQueued == true)
            #expect(try await store.report("4") != nil)
            #expect(try await store.waiting() == ["3"])
        },
    ]

    private static let limitChecks: [Check<any BrokerStore>] = [
        Check("a full queue refuses, keeps nothing, and has room again when a delivery ends") {
            store in
            let cost = message("x").queuedBytes
            func send(_ id: String, _ addresses: [String], room: Int) async throws -> KeepOutcome {
                try await store.keep(message(id, dedupe: id, to: addresses, limit: room * cost))
            }
            guard case .kept(let first) = try await send("1", ["b", "c"], room: 3) else {
                Issue.record("a queue with room refused")
                return
            }
            #expect(try await send("2", ["b", "c"], room: 3) == .queueFull)
            #expect(try await store.report("2") == nil)
            // What was kept before is told to be, however full the queue is.
            #expect(try await send("1", ["b", "c"], room: 3) == .duplicate(first, id: "1"))
            #expect(try await send("1", ["b", "c"], room: 0) == .duplicate(first, id: "1"))
            guard case .kept(let third) = try await send("3", ["b"], room: 3) else {
                Issue.record("it fits exactly")
                return
            }
            #expect(try await send("4", ["b"], room: 3) == .queueFull)
            // A message to nobody takes no room; another mesh's queue is its own.
            _ = try await store.kept(message("nobody", to: [], limit: 0))
            _ = try await store.kept(message("4", in: .other, limit: cost))
            // One of two recipients gives back one's share, and gives it once.
            try await store.note(first, .acked, at: 1, by: "c")
            try await store.note(first, .acked, at: 2, by: "c")
            try await store.note(first, .expired, at: 3, by: "c")
            #expect(try await send("4", ["b", "c"], room: 3) == .queueFull)
            guard case .kept = try await send("4", ["b"], room: 3) else {
                Issue.record("what ended still counts")
                return
            }
            #expect(try await send("5", ["b"], room: 3) == .queueFull)
            try await store.note(third, .refused, at: 4)
            _ = try await store.perform { try $0.expire(queueOf: "b", in: .flock, at: .at(5)) }
            #expect(try await store.perform { try $0.queueDepth().count } == 1)
            guard case .kept = try await send("6", ["b", "c", "d"], room: 3) else {
                Issue.record("an empty queue is full")
                return
            }
        },
        Check("a message larger than the whole queue is refused, even by an empty one") { store in
            let cost = message("1").queuedBytes
            #expect(try await store.keep(message("1", limit: cost - 1)) == .queueFull)
            #expect(try await store.keep(message("1", to: ["b", "c"], limit: cost)) == .queueFull)
            _ = try await store.kept(message("1", limit: cost))
        },
        Check("without a limit there is none") { store in
            for index in 0..<20 { _ = try await store.kept(message("\(index)", limit: nil)) }
            #expect(try await store.keep(message("full", limit: 300)) == .queueFull)
        },
    ]
}
