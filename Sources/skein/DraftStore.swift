import Database
import Flow
import Foundation
import Mesh
import MeshProtocol
import Session

/// What was typed in a run that was left, kept for the next in the same directory.
struct DraftStore {
    private let database: MachineDatabase
    private let key: String

    init(_ database: MachineDatabase, directory: String) {
        self.database = database
        key = "wizard-drafts \(directory)"
    }

    /// Nothing where nothing was kept, or where what was kept cannot be read any more.
    var drafts: KeptDrafts {
        guard let text = (try? database.setting(key)) ?? nil else { return KeptDrafts() }
        return (try? JSONDecoder().decode(KeptDrafts.self, from: Data(text.utf8))) ?? KeptDrafts()
    }

    func keep(_ answers: LaunchAnswers) throws(SkeinError) {
        var drafts = KeptDrafts()
        if case .create(let name)? = answers.mesh.value { drafts.mesh = name }
        drafts.name = answers.name.value
        drafts.role = answers.role.value
        drafts.groups = answers.groups.value.flatMap { $0.isEmpty ? nil : GroupList.text($0) }
        drafts.agent = answers.agent.value
        guard let bytes = try? JSONEncoder().encode(drafts) else { return }
        try database.set(key, to: String(decoding: bytes, as: UTF8.self))
    }

    /// Makes no store where there is none.
    func forget() throws(SkeinError) {
        if try database.setting(key) != nil { try database.set(key, to: nil) }
    }
}
