import Database
import Mesh
import MeshProtocol

/// What the relay's mail needs to know besides what is in its store: who waits, and whom an agent
/// has been talking to.
actor MailDesk {
    let store: MailStore
    nonisolated let bell = MailBell()
    private let now: @Sendable () -> Moment

    init(store: MailStore, now: @escaping @Sendable () -> Moment) {
        self.store = store
        self.now = now
    }

    // MARK: - How far the readers are

    /// The marks that nobody has come across yet, of all links.
    private var marks: Set<Int> = []
    private var lastMark = 0

    func makeMark() -> Int {
        lastMark += 1
        marks.insert(lastMark)
        return lastMark
    }

    func removeMark(_ mark: Int) { marks.remove(mark) }

    func isAhead(_ mark: Int) -> Bool { marks.contains(mark) }

    // MARK: - Loops

    private var brake = LoopBrake()

    /// Whether one agent's answer to another may go. Both by their keys.
    func countAnswer(
        from sender: String, to recipient: String, hops: Int
    ) -> LoopBrake.Verdict {
        brake.check(from: sender, to: recipient, hops: hops, at: now())
    }

    /// A person has written to whoever has this key.
    func resetLoops(of key: String) {
        brake.reset(key)
        if persons.count >= LoopBrake.mostPairs { persons = [:] }
        persons[key] = now()
    }

    private var persons: [String: Moment] = [:]

    /// When a person last wrote to whoever has this key, as far as this relay knows.
    func personWrote(to key: String) -> Moment? { persons[key] }

    // MARK: - Whom this machine has met

    private struct Meeting: Hashable {
        var mesh: MeshID
        var memberKey: String
        var name: String
    }
    private var met: Set<Meeting> = []

    /// Keeps a name once for as long as the relay runs. Answers another key that had it before.
    func meet(
        _ memberKey: String, name: String, in mesh: MeshID
    ) async throws(SkeinError) -> String? {
        try await store.meet(memberKey, name: name, in: mesh, at: now())
    }

    /// The same, where nobody looks at the answer.
    func note(_ memberKey: String, name: String, in mesh: MeshID) async {
        let meeting = Meeting(mesh: mesh, memberKey: memberKey, name: name)
        guard !met.contains(meeting) else { return }
        if met.count >= 10_000 { met = [] }
        met.insert(meeting)
        _ = try? await store.meet(memberKey, name: name, in: mesh, at: now())
    }

    // MARK: - Members

    private var members: [MeshID: (list: [MemberSummary], at: ContinuousClock.Instant)] = [:]

    /// A mesh's members as its broker listed them, at most `age` ago.
    func members(of mesh: MeshID, youngerThan age: Duration) -> [MemberSummary]? {
        guard let known = members[mesh], known.at.duration(to: .now) < age else { return nil }
        return known.list
    }

    func keep(_ list: [MemberSummary], of mesh: MeshID) { members[mesh] = (list, .now) }

    // MARK: - Acks

    struct LastAck: Sendable {
        var at: Moment
        var milliseconds: Int
    }
    private var acks: [MeshID: LastAck] = [:]

    func noteAck(of mesh: MeshID, milliseconds: Int) {
        acks[mesh] = LastAck(at: now(), milliseconds: milliseconds)
    }

    func lastAck(of mesh: MeshID) -> LastAck? { acks[mesh] }
}
