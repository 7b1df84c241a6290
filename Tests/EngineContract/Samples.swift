import BrokerEngine
import Mesh
import MeshProtocol
import Testing

extension Moment {
    static func at(_ milliseconds: Int64) -> Moment { Moment(milliseconds: milliseconds) }
}

extension MeshID {
    static let flock = MeshID(rawValue: "FlockFlockFlockFlockFlockFlockFl")
    static let other = MeshID(rawValue: "OtherOtherOtherOtherOtherOtherOt")
}

extension MemberID {
    static let ada = MemberID(rawValue: "AdaAdaAdaAdaAdaAdaAdaAdaAdaAdaAd")
    static let bob = MemberID(rawValue: "BobBobBobBobBobBobBobBobBobBobBo")
}

extension BrokerStore {
    func keep(_ message: NewMessage) async throws -> KeepOutcome {
        try await perform { try $0.keep(message) }
    }

    /// Keeps a message that must be kept.
    func kept(_ message: NewMessage) async throws -> MessageNumber {
        guard case .kept(let number) = try await keep(message) else {
            Issue.record("\(message.id) was not kept")
            return 0
        }
        return number
    }

    func note(
        _ number: MessageNumber, _ state: DeliveryState, at time: Int64, by address: String = "b",
        reason: String? = nil
    ) async throws {
        let delivery = DeliveryID(message: number, address: address)
        try await perform {
            try $0.note([DeliveryNote(delivery, state, at: .at(time), reason: reason)])
        }
    }

    /// The ids of what waits, in order.
    func waiting(
        for addresses: [String] = ["b"], in mesh: MeshID = .flock,
        priorities: [MessagePriority] = MessagePriority.allCases, limit: Int = 100
    ) async throws -> [String] {
        try await perform {
            try $0.queued(in: mesh, for: addresses, priorities: priorities, limit: limit).map(\.id)
        }
    }

    func report(_ id: String, in mesh: MeshID = .flock) async throws -> MessageReport? {
        try await perform { try $0.message(id, in: mesh) }
    }

    /// The only delivery of a message.
    func delivery(_ id: String) async throws -> DeliveryReport {
        let deliveries = try #require(try await report(id)).deliveries
        #expect(deliveries.count == 1)
        return try #require(deliveries.first)
    }
}

func message(
    _ id: String, dedupe: String? = nil, in mesh: MeshID = .flock, from sender: MemberID = .ada,
    to addresses: [String] = ["b"], _ priority: MessagePriority = .next, made: Int64 = 1000,
    expires: Int64 = 9000, text: String = "words", limit: Int? = nil
) -> NewMessage {
    NewMessage(
        mesh: mesh, id: id, dedupeKey: dedupe, sender: sender, senderKey: "key of " + sender.rawValue,
        target: "@all", priority: priority, nonce: "nonce", ciphertext: text,
        isUnencrypted: false, createdAt: .at(made), expiresAt: .at(expires),
        recipients: addresses.map {
            Recipient(address: $0, member: .bob, sealedKey: "sealed to \($0)")
        }, queueLimit: limit)
}

/// That `work` fails with `code`.
func expectFailure(
    _ code: ErrorCode, sourceLocation: SourceLocation = #_sourceLocation,
    _ work: () async throws -> Void
) async {
    do {
        try await work()
        Issue.record("nothing failed", sourceLocation: sourceLocation)
    } catch {
        #expect((error as? SkeinError)?.code == code, sourceLocation: sourceLocation)
    }
}
