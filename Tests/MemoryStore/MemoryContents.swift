import BrokerEngine
import Mesh

/// All that a store in memory holds.
public struct MemoryContents: Sendable {
    /// What has a name of its own in its mesh.
    public struct Place: Hashable, Sendable {
        var mesh: MeshID
        var name: String

        public init(_ mesh: MeshID, _ name: String) {
            self.mesh = mesh
            self.name = name
        }
    }

    public struct Mail: Sendable {
        /// Whole, even when all its deliveries have ended.
        public internal(set) var message: NewMessage
        public internal(set) var deliveries: [DeliveryReport]
    }

    struct Memory: Sendable {
        var number: Int
        var mesh: MeshID
        var record: MemoryRecord
    }

    public struct AccountPlace: Hashable, Sendable {
        var account: AccountID
        var mesh: MeshID
    }

    struct DedupeKey: Hashable, Sendable {
        var mesh: MeshID
        var sender: MemberID
        var key: String
    }

    public struct InvitePlace: Hashable, Sendable {
        var invite: String
        var key: PublicKey
    }

    public internal(set) var meshes: [MeshID: BrokerMesh] = [:]
    public internal(set) var members: [MemberID: BrokerMember] = [:]
    /// By their ids.
    public internal(set) var invites: [String: InviteRecord] = [:]
    /// By invite and key.
    public internal(set) var inviteUses: [InvitePlace: InviteUse] = [:]
    public internal(set) var presences: [MemberID: SavedPresence] = [:]
    public internal(set) var webhooks: [Place: WebhookRecord] = [:]
    public internal(set) var states: [Place: StateEntry] = [:]
    public internal(set) var audits: [MeshID: [AuditEvent]] = [:]
    public internal(set) var mail: [MessageNumber: Mail] = [:]
    public internal(set) var accounts: [AccountID: BrokerAccount] = [:]
    /// By their ids.
    public internal(set) var tokens: [String: AccountTokenRecord] = [:]
    /// By their hashes, as the next three.
    public internal(set) var secrets: [String: AccountSecret] = [:]
    public internal(set) var grants: [String: DeviceGrant] = [:]
    public internal(set) var webSessions: [String: WebSession] = [:]
    public internal(set) var accountMeshes: [AccountPlace: AccountMesh] = [:]
    public internal(set) var seats: [MemberID: AccountSeat] = [:]
    var memories: [Place: Memory] = [:]
    var sessions: [Place: SessionRecord] = [:]
    var kept: [DedupeKey: MessageNumber] = [:]
    /// What waits for an address, in the order it was kept.
    var queues: [Place: [MessageNumber]] = [:]
    var queueBytes: [MeshID: Int] = [:]
    /// Numbers are given once, whatever became of their transactions.
    var lastNumber: MessageNumber = 0
    var lastMemory = 0

    public init() {}
}

/// One transaction after another, each of which can be taken back.
final class MemoryTransaction {
    private(set) var contents: MemoryContents
    /// How to take back what this transaction has written so far, last first.
    private var undo: [(inout MemoryContents) -> Void] = []

    init(_ contents: MemoryContents) { self.contents = contents }

    func commit() { undo.removeAll(keepingCapacity: true) }

    func takeBack() {
        for step in undo.reversed() { step(&contents) }
        commit()
    }

    /// Nil takes it away.
    func set<Key: Hashable, Value>(
        _ table: WritableKeyPath<MemoryContents, [Key: Value]>, _ key: Key, _ value: Value?
    ) {
        let former = contents[keyPath: table][key]
        undo.append { $0[keyPath: table][key] = former }
        contents[keyPath: table][key] = value
    }

    func append(_ event: AuditEvent) {
        contents.audits[event.mesh, default: []].append(event)
        undo.append { $0.audits[event.mesh]?.removeLast() }
    }

    func nextNumber() -> MessageNumber {
        contents.lastNumber += 1
        return contents.lastNumber
    }

    func nextMemory() -> Int {
        contents.lastMemory += 1
        return contents.lastMemory
    }
}
