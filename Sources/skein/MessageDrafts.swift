import Dashboard
import Database
import Dispatch
import Foundation
import Mesh
import MeshProtocol

/// Messages that are being written, kept for the next dashboard. What is typed is written down a
/// moment later, so that no key waits for the disk.
@MainActor
final class MessageDrafts {
    private static let delay = DispatchTimeInterval.milliseconds(300)

    private let database: MachineDatabase
    private var waiting: [MeshID: MessageDraft?] = [:]

    init(_ database: MachineDatabase) { self.database = database }

    private static func key(_ mesh: MeshID) -> String { "message-draft \(mesh.rawValue)" }

    /// Nothing where nothing was kept, or where what was kept cannot be read any more.
    nonisolated static func kept(
        _ meshes: [MeshID], in database: MachineDatabase
    ) -> [MeshID: MessageDraft] {
        var drafts: [MeshID: MessageDraft] = [:]
        for mesh in meshes {
            guard let text = (try? database.setting("message-draft \(mesh.rawValue)")) ?? nil else {
                continue
            }
            drafts[mesh] = try? JSONDecoder().decode(MessageDraft.self, from: Data(text.utf8))
        }
        return drafts
    }

    func keep(_ draft: MessageDraft?, for mesh: MeshID) {
        let isFirst = waiting.isEmpty
        waiting.updateValue(draft, forKey: mesh)
        // What is being sent is known under its id, and what was sent is not found again, whatever
        // happens.
        guard let draft, draft.id == nil else { return flush() }
        guard isFirst else { return }
        DispatchQueue.main.asyncAfter(deadline: .now() + Self.delay) {
            MainActor.assumeIsolated { [weak self] in self?.flush() }
        }
    }

    /// Writes down what was not yet; what cannot be written is tried again with the next change.
    func flush() {
        for (mesh, draft) in waiting {
            guard let text = Self.encoded(draft) else { continue }
            do throws(SkeinError) {
                try database.set(Self.key(mesh), to: text.isEmpty ? nil : text)
                waiting[mesh] = nil
            } catch {
                continue
            }
        }
    }

    /// Empty for none; nil for what cannot be written.
    private static func encoded(_ draft: MessageDraft?) -> String? {
        guard let draft else { return "" }
        return (try? JSONEncoder().encode(draft)).map { String(decoding: $0, as: UTF8.self) }
    }
}
