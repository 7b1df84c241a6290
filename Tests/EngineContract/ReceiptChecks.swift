import BrokerEngine
import Mesh
import MeshProtocol
import Testing

extension StoreContract {
    static let receiptChecks: [Check<any BrokerStore>] = [
        Check("a message is reported with a receipt for each recipient") { store in
            _ = try await store.kept(message("1", to: ["c", "b"]))
            let report = try #require(try await store.report("1"))
            #expect(report.id == "1")
            #expect(report.sender == .ada)
            #expect(report.senderKey == "key of " + MemberID.ada.rawValue)
            #expect(report.target == "@all")
            #expect(report.createdAt == .at(1000))
            let deliveries = report.deliveries.sorted { $0.address < $1.address }
            #expect(
                deliveries
                    == ["b", "c"].map {
                        DeliveryReport(
                            address: $0, member: .bob, times: [.stored: .at(1000)], reason: nil,
                            isQueued: true)
                    })
            #expect(try await store.report("none") == nil)
        },
        Check("where several gave one id the same, the newest is reported") { store in
            _ = try await store.kept(message("1", from: .bob, to: ["x"]))
            _ = try await store.kept(message("1", from: .ada, to: ["y"]))
            #expect(try await store.report("1")?.deliveries.map(\.address) == ["y"])
        },
        Check("the first time of each state stays") { store in
            let number = try await store.kept(message("1"))
            for (state, time) in [
                (DeliveryState.stored, 7), (.pushed, 10), (.pushed, 20), (.shown, 30),
                (.pushed, 5), (.shown, 40), (.acked, 50), (.acked, 60), (.stored, 70),
            ] {
                try await store.note(number, state, at: Int64(time))
            }
            let times = try await store.delivery("1").times
            #expect(
                times == [
                    .stored: .at(1000), .pushed: .at(10), .shown: .at(30), .acked: .at(50),
                ])
        },
        Check("only an end takes a delivery out of the queue") { store in
            for state in DeliveryState.allCases {
                let id = state.rawValue
                let number = try await store.kept(message(id))
                try await store.note(number, state, at: 5, reason: "why")
                #expect(try await store.waiting().contains(id) == !state.isEnd, "\(state)")
                let delivery = try await store.delivery(id)
                #expect(delivery.isQueued == !state.isEnd, "\(state)")
                #expect(delivery.times[state] == (state == .stored ? .at(1000) : .at(5)))
                #expect(delivery.reason == (state.isEnd ? "why" : nil))
            }
        },
        Check("the first end is the end; other times are still taken") { store in
            let ends = DeliveryState.allCases.filter(\.isEnd)
            for first in ends {
                for second in ends {
                    let id = first.rawValue + second.rawValue
                    let number = try await store.kept(message(id))
                    try await store.note(number, first, at: 5, reason: "first")
                    try await store.note(number, second, at: 6, reason: "second")
                    try await store.note(number, .pushed, at: 7)
                    try await store.note(number, .shown, at: 8)
                    let delivery = try await store.delivery(id)
                    #expect(
                        delivery.times == [
                            .stored: .at(1000), .pushed: .at(7), .shown: .at(8), first: .at(5),
                        ], "\(id)")
                    #expect(delivery.reason == "first", "\(id)")
                }
            }
            #expect(try await store.perform { try $0.queueDepth() == (0, nil) })
        },
        Check("one recipient's end is not another's") { store in
            let number = try await store.kept(message("1", to: ["b", "c"]))
            try await store.note(number, .acked, at: 5, by: "b")
            #expect(try await store.waiting(for: ["b"]) == [])
            let rest = try await store.perform {
                try $0.queued(in: .flock, for: ["c"], priorities: [.next], limit: 5)
            }
            #expect(rest.map(\.ciphertext) == ["words"])
            #expect(rest.map(\.sealedKey) == ["sealed to c"])
            try await store.note(number, .delivered, at: 6, by: "c")
            let report = try #require(try await store.report("1"))
            #expect(report.deliveries.allSatisfy { !$0.isQueued })
            #expect(report.target == "@all")
        },
        Check("notes of one call are taken in order, those of nothing known are none") { store in
            let number = try await store.kept(message("1", to: ["b", "c"]))
            let notes = [
                DeliveryNote(DeliveryID(message: number, address: "b"), .pushed, at: .at(2)),
                DeliveryNote(DeliveryID(message: number, address: "x"), .acked, at: .at(2)),
                DeliveryNote(DeliveryID(message: number + 9, address: "b"), .acked, at: .at(2)),
                DeliveryNote(
                    DeliveryID(message: number, address: "b"), .refused, at: .at(3), reason: "no"),
                DeliveryNote(DeliveryID(message: number, address: "b"), .acked, at: .at(3)),
            ]
            try await store.perform { try $0.note(notes) }
            let report = try #require(try await store.report("1"))
            let mine = try #require(report.deliveries.first { $0.address == "b" })
            #expect(mine.times == [.stored: .at(1000), .pushed: .at(2), .refused: .at(3)])
            #expect(mine.reason == "no")
            #expect(try await store.waiting(for: ["b", "c"]) == ["1"])
            #expect(try await store.perform { try $0.queueDepth().count } == 1)
        },
    ]

    static let expiryChecks: [Check<any BrokerStore>] = [
        Check("what is past its time ends as expired, and its sender is named") { store in
            let old = try await store.kept(message("old", to: ["b", "c"], expires: 100))
            let exact = try await store.kept(message("exact", from: .bob, expires: 200))
            _ = try await store.kept(message("young", expires: 201))
            let acked = try await store.kept(message("acked", expires: 50))
            try await store.note(acked, .acked, at: 40)
            // It waits until it is expired.
            #expect(try await store.waiting().count == 3)
            func expire(_ limit: Int) async throws -> [EndedDelivery] {
                try await store.perform { try $0.expire(at: .at(200), limit: limit) }
            }
            #expect(try await expire(0) == [])
            let first = try await expire(1)
            #expect(first.map(\.messageID) == ["old"])
            let rest = try await expire(10)
            let all = (first + rest).sorted {
                ($0.delivery.message, $0.delivery.address)
                    < ($1.delivery.message, $1.delivery.address)
            }
            func ended(
                _ number: MessageNumber, _ address: String, _ id: String, _ sender: MemberID
            ) -> EndedDelivery {
                EndedDelivery(
                    delivery: DeliveryID(message: number, address: address), messageID: id,
                    mesh: .flock, sender: sender, senderKey: "key of " + sender.rawValue)
            }
            #expect(
                all == [
                    ended(old, "b", "old", .ada), ended(old, "c", "old", .ada),
                    ended(exact, "b", "exact", .bob),
                ])
            #expect(try await expire(10) == [])
            #expect(try await store.waiting(for: ["b", "c"]) == ["young"])
            #expect(try await store.delivery("exact").times[.expired] == .at(200))
            #expect(try await store.delivery("acked").times[.expired] == nil)
        },
        Check("one address's queue ends, and nobody else's") { store in
            let sent = [
                message("1", to: ["b", "c"]), message("2", .low), message("3", to: ["c"]),
                message("4", in: .other),
            ]
            for message in sent { _ = try await store.kept(message) }
            func end() async throws -> [String] {
                try await store.perform {
                    try $0.expire(queueOf: "b", in: .flock, at: .at(5)).map(\.messageID)
                }
            }
            #expect(try await end().sorted() == ["1", "2"])
            #expect(try await end() == [])
            #expect(try await store.waiting(for: ["b", "c"]) == ["1", "3"])
            #expect(try await store.waiting(in: .other) == ["4"])
            #expect(try await store.delivery("2").times[.expired] == .at(5))
            #expect(try await store.perform { try $0.queueDepth().count } == 3)
        },
    ]

    static let sessionChecks: [Check<any BrokerStore>] = [
        Check("a session is known by its key, alive and ended") { store in
            @Sendable func session(
                _ key: String, in mesh: MeshID = .flock, of member: MemberID = .ada,
                speaks: Bool = true, ended: Int64? = nil
            ) -> SessionRecord {
                SessionRecord(
                    key: key, mesh: mesh, member: member, speaksSkein: speaks,
                    endedAt: ended.map { .at($0) })
            }
            let sessions = [
                session("alive"), session("ended", ended: 5), session("old", ended: 3),
                session("mute", speaks: false, ended: 4), session("bob", of: .bob, ended: 5),
                session("alive", in: .other, ended: 9),
            ]
            try await store.perform { for each in sessions { try $0.keepSession(each) } }
            for each in sessions {
                let found = try await store.perform { try $0.session(each.key, in: each.mesh) }
                #expect(found == each)
            }
            #expect(try await store.perform { try $0.session("bob", in: .other) } == nil)
            func ended() async throws -> [SessionRecord] {
                try await store.perform { try $0.endedSessions(of: .ada) }
            }
            #expect(
                Set(try await ended().map { $0.key + $0.mesh.rawValue })
                    == Set(
                        ["ended" + MeshID.flock.rawValue, "old" + MeshID.flock.rawValue]
                            + ["alive" + MeshID.other.rawValue]))
            // It comes back, and ends again.
            try await store.perform { try $0.keepSession(session("ended")) }
            #expect(try await ended().contains { $0.key == "ended" } == false)
            try await store.perform { try $0.keepSession(session("ended", ended: 7)) }
            #expect(try await ended().first { $0.key == "ended" }?.endedAt == .at(7))
        },
        Check("sessions that ended long ago are forgotten, unless mail waits for them") { store in
            let ages: [(String, Int64?)] = [
                ("alive", nil), ("old", 3), ("exact", 5), ("mailed", 3), ("elsewhere", 3),
            ]
            try await store.perform { transaction in
                for (key, ended) in ages {
                    try transaction.keepSession(
                        SessionRecord(
                            key: key, mesh: .flock, member: .ada, speaksSkein: true,
                            endedAt: ended.map { .at($0) }))
                }
            }
            let mail = try await store.kept(message("1", to: ["mailed"]))
            _ = try await store.kept(message("2", in: .other, to: ["elsewhere"]))
            func left() async throws -> [String] {
                try await store.perform { transaction in
                    try transaction.forgetSessions(before: .at(5))
                    return try ages.map(\.0).filter {
                        try transaction.session($0, in: .flock) != nil
                    }
                }
            }
            #expect(try await left() == ["alive", "exact", "mailed"])
            try await store.note(mail, .acked, at: 9, by: "mailed")
            #expect(try await left() == ["alive", "exact"])
        },
    ]
}
