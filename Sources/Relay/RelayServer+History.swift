import Database
import Home
import Logging
import Mesh
import MeshProtocol
import Redaction

/// What happens on the meshes besides who is there: into the history, and to whoever watches. Nobody
/// waits for it.
extension RelayServer {
    static func history(
        of home: Home, isKept: Bool, feeds: EventFeeds, logger: Logger
    ) -> HistoryStore {
        if !isKept { HistoryStore.remove(home.historyDatabasePath) }
        return HistoryStore(
            path: isKept ? home.historyDatabasePath : nil,
            hooks: HistoryStore.Hooks(
                clean: { Redaction.clean($0) },
                told: { feeds.tell($1, of: $0) },
                failed: { logger.warning("what happens is not kept: \($0.message)") }))
    }

    nonisolated func happened(
        _ what: MeshEvent.What, in mesh: MeshID, peer: String? = nil, name: String = ""
    ) {
        let moment = now()
        let event = MeshEvent(
            mesh: mesh, at: moment, peer: peer, name: Self.kept(name), what: what)
        history.record(.events([event]), of: mesh, at: moment)
    }

    /// Said by a launch, or by the person.
    func happened(_ what: MeshEvent.What, in mesh: MeshID, by launch: LaunchID?) {
        happened(what, in: mesh, peer: launch.flatMap { key(of: $0) }, name: called(launch))
    }

    /// What a launch, or the person, is called.
    func called(_ launch: LaunchID?) -> String {
        guard let launch else { return LocalBroker.personName }
        return launches[launch]?.record.name ?? (try? database.launch(launch))?.name ?? ""
    }

    nonisolated func happened(_ change: StateChange, in mesh: MeshID) {
        let value: String? =
            switch change.value {
            case .null: nil
            case .string(let text): text
            default: change.value.canonical
            }
        happened(
            .state(key: Self.kept(change.key), value: value.map(Self.kept)), in: mesh,
            name: change.updatedBy)
    }

    // MARK: - Texts

    /// Without secrets of known shapes, and no longer than an event keeps it.
    static func kept(_ text: String) -> String { beginning(of: text, MeshEvent.textLimit) }

    /// A message's beginning.
    static func excerpt(_ text: String) -> String { beginning(of: text, MeshEvent.excerptLimit) }

    private static func beginning(of text: String, _ limit: Int) -> String {
        // Longer than any secret that begins in what is kept and has to be seen whole.
        let part = FrameLimits.cut(text, to: max(1024, 2 * limit))
        return FrameLimits.cut(Redaction.clean(part), to: limit)
    }

    // MARK: - Asking

    func events(_ question: ListEvents) async throws(SkeinError) -> EventPage {
        if let mesh = question.mesh { _ = try membership(of: mesh) }
        return try await history.events(question, at: now())
    }

    func past(_ question: AskPast) async throws(SkeinError) -> PastMesh {
        let membership = try membership(of: question.mesh)
        guard let past = try await history.past(question, at: now()) else {
            throw SkeinError(
                .notThere, "nothing is kept of who was on \(membership.name)",
                hint: "Who is there is kept while a launch or a dashboard uses the mesh")
        }
        return past
    }
}
