import Mesh
import MeshProtocol

/// Where a broker keeps what must outlive it. One implementation is embedded (SQLite); a cluster
/// brings one of its own. `Tests/EngineContract` holds each to the same behaviour.
public protocol BrokerStore: Sendable {
    /// Runs `work` in one transaction. When it returns, what `work` wrote is on the disk; when it
    /// throws, nothing of it is (protocol decision 19). Transactions run one after another, in the
    /// order in which they were asked for. `E_DISK_FULL`, `E_STORE_CORRUPT`, `E_INTERNAL`.
    func perform<Value: Sendable>(
        _ work: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws(SkeinError) -> Value

    /// A copy of everything into a new file at `path`, while the store is in use.
    func backUp(to path: String) async throws(SkeinError)

    func close()
}

/// What can be done to a store within one transaction: all of it, by subject.
public typealias StoreTransaction = MessageRecords & MeshRecords & SharedRecords & AuditRecords
    & AccountRecords

/// Mail and its receipts (protocol decisions 6–11).
public protocol MessageRecords {
    /// Keeps a message and a queued delivery for each of its recipients, which are `stored` from
    /// the time it was made. One that the same member's same dedupe key was kept for before changes
    /// nothing, not even where the queue is full.
    func keep(_ message: NewMessage) throws -> KeepOutcome

    /// What waits for any of `addresses`, most urgent first, then in the order it was kept; of
    /// `priorities` only. What is past its time waits until it is expired.
    func queued(
        in mesh: MeshID, for addresses: [String], priorities: [MessagePriority], limit: Int
    ) throws -> [QueuedMessage]

    /// Writes how deliveries went. One that reaches its end (`acked`, `expired`, `refused`, or
    /// `delivered`) leaves the queue; one that has left it takes further times, never another end.
    /// The first time of each state stays. With its last delivery the message's body goes.
    func note(_ notes: [DeliveryNote]) throws

    /// The receipts of a message by its id, newest where several members gave one the same.
    func message(_ id: String, in mesh: MeshID) throws -> MessageReport?

    /// Ends what waited past its time, at most `limit` deliveries of it; whom to tell.
    func expire(at now: Moment, limit: Int) throws -> [EndedDelivery]

    /// Ends what waits for one address as `expired`, for good; whom to tell.
    func expire(queueOf address: String, in mesh: MeshID, at now: Moment) throws -> [EndedDelivery]

    /// Messages that are at their end and were made before `moment` go, with their receipts: the
    /// dedupe window (protocol decision 9). Answers how many went, at most `limit`.
    func forgetMessages(before moment: Moment, limit: Int) throws -> Int

    /// Deliveries that wait, in all meshes, and the time of the oldest.
    func queueDepth() throws -> (count: Int, oldest: Moment?)

    /// Sessions by the key they go by: kept when they say hello, so that mail for one that ended is
    /// known to be its.
    func keepSession(_ session: SessionRecord) throws
    func session(_ key: String, in mesh: MeshID) throws -> SessionRecord?
    /// Of `member`, ended and able to be spoken for by its observer.
    func endedSessions(of member: MemberID) throws -> [SessionRecord]
    /// In all meshes, those that have not ended as far as the store knows.
    func openSessions() throws -> [SessionRecord]
    /// Sessions that ended before `moment` and have no mail.
    func forgetSessions(before moment: Moment) throws
}

/// Meshes, who belongs to them, and how one gets in.
public protocol MeshRecords {
    func meshes() throws -> [BrokerMesh]
    /// Of every mesh, those put out included.
    func members() throws -> [BrokerMember]
    func mesh(_ id: MeshID) throws -> BrokerMesh?
    func member(_ id: MemberID) throws -> BrokerMember?
    /// Adds a mesh and its founder where they are not yet. `E_MESH_EXISTS` where the id belongs to
    /// somebody else.
    func ensure(_ mesh: BrokerMesh, founder: BrokerMember) throws
    /// Name, archival, policy. The id, slug, owner and time stay.
    func update(_ mesh: BrokerMesh) throws
    func add(_ member: BrokerMember) throws
    /// All but id, mesh, key and time of joining.
    func update(_ member: BrokerMember) throws

    func keepInvite(_ invite: InviteRecord) throws
    /// By the hash of its token or code, see `InviteRecord.tokenHash`.
    func invite(tokenHash: String) throws -> InviteRecord?
    func invites(of mesh: MeshID) throws -> [InviteRecord]
    /// One use more, unless it is used up; answers whether it was taken.
    func spendInvite(_ id: String) throws -> Bool
    func revokeInvite(_ id: String, at now: Moment) throws
    /// One use of an invite by a key; a second of the same key changes nothing.
    func keepInviteUse(_ use: InviteUse) throws
    func inviteUse(of invite: String, by key: PublicKey) throws -> InviteUse?
    /// The newest first.
    func inviteUses(in mesh: MeshID, limit: Int) throws -> [InviteUse]

    /// What a member's next session finds as it was (wire protocol, section 3.2).
    func savePresence(_ presence: SavedPresence) throws
    func savedPresence(of member: MemberID) throws -> SavedPresence?
    /// Of every member that has one.
    func savedPresences() throws -> [SavedPresence]

    /// `E_MESH_EXISTS` where the mesh has a live webhook of that name.
    func keepWebhook(_ webhook: WebhookRecord) throws
    func webhooks(of mesh: MeshID) throws -> [WebhookRecord]
    func removeWebhook(_ name: String, of mesh: MeshID) throws -> Bool
}

/// What a mesh shares: state and memory.
public protocol SharedRecords {
    func setState(_ entry: StateEntry, in mesh: MeshID) throws
    func state(_ key: String, in mesh: MeshID) throws -> StateEntry?
    /// By key.
    func states(in mesh: MeshID) throws -> [StateEntry]
    /// In order.
    func stateKeys(in mesh: MeshID) throws -> [String]

    func remember(_ memory: MemoryRecord, in mesh: MeshID) throws
    /// The best matches of any word of `query` first; the newest where it is blank. It is text,
    /// never a query language.
    func recall(_ query: String, in mesh: MeshID, limit: Int) throws -> [MemoryRecord]
    /// For good; answers whether there was one.
    func forget(memory id: String, in mesh: MeshID) throws -> Bool
    func memoryCount(in mesh: MeshID) throws -> Int
}

/// The log of what was done in a mesh, each entry bound to the one before by its hash (wire
/// protocol, section 3, `audit_verify`).
public protocol AuditRecords {
    func audit(_ event: AuditEvent) throws
    /// Newest first.
    func audits(in mesh: MeshID, type: String?, offset: Int, limit: Int) throws -> AuditPage
    /// Reads the whole chain; answers where it breaks first, if it does.
    func verifyAudit(of mesh: MeshID) throws -> AuditVerdict
}
