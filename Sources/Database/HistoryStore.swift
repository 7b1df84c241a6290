import Dispatch
import Foundation
import GRDB
import Mesh
import MeshProtocol
import Synchronization

/// What happened on the meshes, and who was there, as far back as is kept. It is not mail: writes
/// are gathered for a quarter of a second, a crash loses what was not written, and whoever tells
/// it something never waits. All of its work is done on threads of its own.
public final class HistoryStore: Sendable {
    /// Words for the outside, called on the store's own thread.
    public struct Hooks: Sendable {
        /// Takes secrets out of a text, before it is kept or told.
        public var clean: @Sendable (String) -> String
        /// What happened on a mesh, with its numbers, in order.
        public var told: @Sendable (MeshID, [MeshEvent]) -> Void
        /// Writing begins to fail.
        public var failed: @Sendable (SkeinError) -> Void

        public init(
            clean: @escaping @Sendable (String) -> String,
            told: @escaping @Sendable (MeshID, [MeshEvent]) -> Void = { _, _ in },
            failed: @escaping @Sendable (SkeinError) -> Void = { _ in }
        ) {
            self.clean = clean
            self.told = told
            self.failed = failed
        }
    }

    /// Records that wait for the store's thread, at most.
    static let mostWaiting = 4096
    /// Rows and bytes that are written at once, whether it is time or not.
    private static let batch = (rows: 4096, bytes: 4 << 20)
    /// Between two transactions, at least.
    private static let pause = DispatchTimeInterval.milliseconds(250)

    private struct Writer {
        var file: HistoryFile?
        var tracks: [MeshID: HistoryTrack] = [:]
        var number: Int64 = 0
        var rows: [MeshID: [HistoryEntry]] = [:]
        var count = 0
        var bytes = 0
        var lastMoment = Moment(milliseconds: 0)
        var isFlushDue = false
        var hasFailed = false
        var isClosed = false
    }

    private let path: String?
    private let limits: HistoryLimits
    private let hooks: Hooks
    private let queue = DispatchQueue(label: "skein.history")
    private let reading = DispatchQueue(label: "skein.history.read")
    /// Of the thread that writes.
    private let writer = Mutex(Writer())
    /// Of the thread that reads.
    private let reader = Mutex(HistoryReader())
    private let waiting = Mutex(0)

    /// Nothing is opened before it is needed. Without a path all is in memory, and ends with it.
    public init(path: String?, limits: HistoryLimits? = nil, hooks: Hooks) {
        self.path = path
        self.limits = limits ?? (path == nil ? .memory : HistoryLimits())
        self.hooks = hooks
    }

    /// What an earlier run kept goes.
    public static func remove(_ path: String) { HistoryFile.remove(path) }

    // MARK: - Telling

    /// Returns at once. False where too much waits already: it is not kept, and before any change
    /// that follows everybody is to be told.
    @discardableResult
    public func record(_ record: HistoryRecord, of mesh: MeshID, at moment: Moment) -> Bool {
        var isForced = false
        if case .unwatched = record { isForced = true }
        let isTaken = waiting.withLock { count in
            guard isForced || count < Self.mostWaiting else { return false }
            count += 1
            return true
        }
        guard isTaken else { return false }
        queue.async { [self] in
            waiting.withLock { $0 -= 1 }
            take(record, of: mesh, at: moment)
        }
        return true
    }

    /// What is too old goes.
    public func sweep(at moment: Moment) {
        queue.async { [self] in
            writer.withLock { writer in
                flush(&writer)
                guard !writer.isClosed else { return }
                open(&writer, at: moment)
                try? writer.file?.sweep(
                    current: writer.tracks.compactMapValues(\.segment), at: moment)
            }
        }
    }

    /// When all that was told before is written, or failed to be.
    public func flushed() async {
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                writer.withLock { flush(&$0) }
                continuation.resume()
            }
        }
    }

    /// Writes what was told, and blocks until then. What is told later is forgotten.
    public func close() {
        queue.sync {
            writer.withLock { writer in
                flush(&writer)
                writer.isClosed = true
            }
        }
        reading.sync {}
        queue.sync { writer.withLock { $0.file?.close() } }
    }

    private func take(_ record: HistoryRecord, of mesh: MeshID, at moment: Moment) {
        let record = cleaned(record)
        let events = writer.withLock { writer -> [MeshEvent] in
            guard !writer.isClosed else { return [] }
            open(&writer, at: moment)
            if writer.tracks[mesh] == nil { begin(mesh, &writer) }
            writer.lastMoment = moment
            guard
                let (events, rows) = writer.tracks[mesh]?.take(
                    record, at: moment, number: &writer.number)
            else { return [] }
            writer.rows[mesh, default: []] += rows
            writer.count += rows.count
            writer.bytes += rows.reduce(0) { $0 + $1.body.count }
            // Before more numbers are told than are set aside.
            let isFull = writer.count >= Self.batch.rows || writer.bytes >= Self.batch.bytes
            if isFull || writer.file?.needsBlock(for: writer.number) == true { flush(&writer) }
            if writer.count > 0 { arm(&writer) }
            return events
        }
        if !events.isEmpty { hooks.told(mesh, events) }
    }

    private func begin(_ mesh: MeshID, _ writer: inout Writer) {
        writer.tracks[mesh] = HistoryTrack(mesh: mesh, limits: limits)
        let wasOpen = try? writer.file?.closeGap(of: mesh, number: writer.number + 1)
        if wasOpen == true { writer.number += 1 }
    }

    // MARK: - Writing

    private func arm(_ writer: inout Writer) {
        guard !writer.isFlushDue else { return }
        writer.isFlushDue = true
        queue.asyncAfter(deadline: .now() + Self.pause) { [weak self] in
            self?.writer.withLock { writer in
                writer.isFlushDue = false
                self?.flush(&writer)
            }
        }
    }

    private func flush(_ writer: inout Writer) {
        guard writer.count > 0 else { return }
        let rows = writer.rows
        (writer.rows, writer.count, writer.bytes) = ([:], 0, 0)
        do {
            guard writer.file != nil else { throw Self.notOpen }
            try writer.file?.write(
                rows, upTo: writer.number, current: writer.tracks.compactMapValues(\.segment))
            writer.hasFailed = false
        } catch {
            for mesh in writer.tracks.keys { writer.tracks[mesh]?.lostRows() }
            if StoreFailure.isDamage(error) { beginAnew(&writer) }
            fail(StoreFailure.told(error, path: path ?? ""), &writer)
        }
    }

    private static let notOpen = SkeinError(.internal, "the history is not open")

    private func open(_ writer: inout Writer, at moment: Moment) {
        guard writer.file == nil, !writer.hasFailed else { return }
        do throws(SkeinError) {
            writer.file = try HistoryFile(path: path, limits: limits, at: moment)
        } catch {
            fail(error, &writer)
            // At least for as long as this relay lives.
            writer.file = try? HistoryFile(path: nil, limits: .memory, at: moment)
        }
        writer.number = max(writer.number, writer.file?.lastNumber ?? 0)
    }

    private func beginAnew(_ writer: inout Writer) {
        writer.file?.close()
        if let path { HistoryFile.remove(path) }
        writer.file = nil
        writer.hasFailed = false
        open(&writer, at: writer.lastMoment)
    }

    private func fail(_ error: SkeinError, _ writer: inout Writer) {
        guard !writer.hasFailed else { return }
        writer.hasFailed = true
        hooks.failed(error)
    }

    // MARK: - Asking

    public func events(_ question: ListEvents, at moment: Moment) async throws(SkeinError) -> EventPage {
        try await read(at: moment) { [self] db in
            try reader.withLock { try $0.events(question, in: db) }
        }
    }

    /// Nil where nothing is kept of the mesh.
    public func past(_ question: AskPast, at moment: Moment) async throws(SkeinError) -> PastMesh? {
        // What an earlier run left open is closed before it is looked at.
        try await read(at: moment, of: question.mesh) { [self] db in
            try reader.withLock { try $0.past(question, in: db) }
        }
    }

    /// Of all that was told before. Nobody who tells something waits for a reader.
    private func read<Value: Sendable>(
        at moment: Moment, of mesh: MeshID? = nil,
        _ work: @escaping @Sendable (Database) throws -> Value
    ) async throws(SkeinError) -> Value {
        let result: Result<Value, SkeinError> = await withCheckedContinuation { continuation in
            queue.async { [self] in
                let database = writer.withLock { writer -> (any DatabaseWriter)? in
                    guard !writer.isClosed else { return nil }
                    flush(&writer)
                    open(&writer, at: moment)
                    if let mesh, writer.tracks[mesh] == nil { begin(mesh, &writer) }
                    return writer.file?.database
                }
                reading.async { [self] in
                    continuation.resume(
                        returning: Result { () throws(SkeinError) in
                            guard let database else { throw Self.notOpen }
                            return try StoreFailure.telling(path ?? "") { try database.read(work) }
                        })
                }
            }
        }
        return try result.get()
    }

    // MARK: - Without secrets

    private func cleaned(_ record: HistoryRecord) -> HistoryRecord {
        switch record {
        case .snapshot(let peers): .snapshot(peers.map(cleaned))
        case .changed(let changes):
            .changed(
                PeerChanges(
                    joined: changes.joined.map(cleaned), updated: changes.updated.map(cleaned),
                    left: changes.left))
        case .link(let state): .link(cleaned(state))
        // Whoever tells them has cut and cleaned them.
        case .events, .unwatched: record
        }
    }

    private func cleaned(_ state: LinkState) -> LinkState {
        switch state {
        case .connecting, .live: state
        case .retrying(let reason, let at): .retrying(reason: hooks.clean(reason), at: at)
        case .refused(let reason): .refused(reason: hooks.clean(reason))
        }
    }

    private func cleaned(_ peer: Peer) -> Peer {
        var peer = peer
        peer.name = hooks.clean(peer.name)
        peer.summary = peer.summary.map(hooks.clean)
        peer.role = peer.role.map(hooks.clean)
        peer.cwd = hooks.clean(peer.cwd)
        peer.groups = peer.groups.map {
            GroupMembership(name: hooks.clean($0.name), role: $0.role.map(hooks.clean))
        }
        return peer
    }
}
