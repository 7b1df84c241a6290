import Foundation
import GRDB
import Mesh
import MeshProtocol

/// The relay's mail: what goes out, what came in, and how far it came. One process has it open.
/// A method that changes something answers when that is on the disk, but for what would only be
/// done once more if a failing machine lost it: a lease, and that a broker has a message. Those
/// that are asked at the same time share one wait for the disk (group commit).
public final class MailStore: Sendable {
    let file: MailFile
    private let commits: CommitQueue<MailWork>
    let loans = InboxLoans()

    private init(_ file: MailFile) {
        self.file = file
        commits = CommitQueue(label: "skein.mail") { file.commit($0) }
    }

    /// A damaged store is moved aside, see `movedAside`, and a new one begun. Blocks for as long
    /// as the disk takes.
    public static func open(at path: String) throws(SkeinError) -> MailStore {
        MailStore(try MailFile(path: path, migrator: migrator))
    }

    public var path: String { file.path }

    /// Where a damaged store was put, if one was found: to be told to the person.
    public var movedAside: String? { file.movedAside }

    /// Waits for what was asked for, then lets go of the files. What is asked for later fails.
    public func close() {
        commits.finish { try? file.close() }
    }

    /// In a transaction that others share; one that fails undoes nothing of theirs. `work` may
    /// run more than once, where the transaction it was in could not be committed. `undo` runs
    /// after each run that came to nothing, on the thread that writes. What need not wait for the
    /// disk is what is done again, with the same end, where a machine that fails has lost it.
    func write<Value: Sendable>(
        waitsForDisk: Bool = true, undo: @escaping @Sendable () -> Void = {},
        _ work: @escaping @Sendable (StoreConnection) throws -> Value
    ) async throws(SkeinError) -> Value {
        let result: Result<Value, SkeinError> = await withCheckedContinuation { continuation in
            commits.add(
                MailWork(waitsForDisk: waitsForDisk, work, undo: undo) {
                    continuation.resume(returning: $0)
                })
        }
        return try result.get()
    }

    /// Of what is on the disk now.
    func read<Value: Sendable>(
        _ work: @escaping @Sendable (StoreConnection) throws -> Value
    ) async throws(SkeinError) -> Value {
        do {
            return try await file.pool.read { try work(StoreConnection($0)) }
        } catch {
            guard StoreFailure.isDamage(error) else { throw StoreFailure.told(error, path: path) }
        }
        // The thread that writes moves what is damaged aside.
        return try await write(work)
    }

    /// When what was asked for before is on the disk; no work runs meanwhile.
    func afterWrites(_ work: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            commits.add(
                MailWork(
                    waitsForDisk: false, run: { _ in }, undo: {},
                    settle: { _ in
                        work()
                        continuation.resume()
                    }))
        }
    }
}
