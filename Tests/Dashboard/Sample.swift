import Flow
import Keys
import Mesh
import MeshProtocol
import Session
import Surface
import Text
import TestSupport

@testable import Dashboard

enum Sample {
    static let noon = Moment(milliseconds: 1_767_009_600_000)

    static func peer(
        _ name: String, _ status: Status = .idle, minutes: Int64 = 0, role: String? = "reviewer",
        agent: String? = "claude", cwd: String = "/home/ada/src/payments", host: String? = "laptop",
        summary: String? = nil, groups: [String] = [], id: String? = nil
    ) -> Peer {
        Peer(
            id: id ?? "key-\(name)", memberKey: "member", name: name, status: status,
            statusSource: .hook, statusSince: noon.advanced(bySeconds: -60 * minutes),
            summary: summary, role: role, groups: groups.map { GroupMembership(name: $0) },
            sessionID: "s", connectedAt: noon, cwd: cwd, hostname: host, agent: agent)
    }

    static let mesh = membership("payments")

    static func membership(_ slug: String) -> Membership {
        Membership(
            mesh: MeshID(rawValue: "mesh-\(slug)"), name: slug, slug: slug, place: .thisMachine,
            member: MemberID(rawValue: "me"),
            memberKey: memberKey, permission: .admin,
            joinedAt: noon, lastUsedAt: noon)
    }

    private static let memberKey: PublicKey = {
        guard let key = PublicKey(hex: String(repeating: "7", count: 64)) else {
            preconditionFailure("64 digits are a key")
        }
        return key
    }()

    static func dashboard(
        _ peers: [Peer]?, size: Size = Size(columns: 80, rows: 24)
    ) -> DashboardState {
        var state = DashboardState(
            session: SessionState(
                facts: Facts(
                    directory: "/", home: "/home/ada", loginName: "ada", hostname: "laptop",
                    agents: [], freshSession: "")),
            meshes: [mesh], scope: .one(mesh.mesh), now: noon)
        _ = state.reduce(.resized(size))
        if let peers {
            _ = state.reduce(.relay(mesh.mesh, .link(.live), at: noon))
            _ = state.reduce(.relay(mesh.mesh, .snapshot(peers), at: noon))
            let nothing = EventPage(events: [], hasMore: false)
            _ = state.reduce(.answered(.events(nothing, for: EventsWish(mesh.mesh))))
        }
        return state
    }

    static let four = [
        peer(
            "dev-1", .working, minutes: 2, summary: "Reviewing the retry change",
            groups: ["backend"]),
        peer("api-2", .idle, role: "lead", agent: "codex", groups: ["backend", "infra"]),
        peer("ci-runner", .dnd, minutes: 75, role: "bot", agent: nil, cwd: "/srv/ci", host: "server"),
        peer("名前", .working, minutes: 61 * 24, role: "実装", agent: "gemini"),
    ]

    /// Some peer or other, of few names and ids, so that much is equal.
    static func anyone(_ generator: inout SeededGenerator) -> Peer {
        let number = Int.random(in: 0..<40, using: &generator)
        let groups = ["backend", "infra", "web", "Web"].filter { _ in
            Int.random(in: 0..<3, using: &generator) == 0
        }
        return peer(
            "peer-\(Int.random(in: 0..<25, using: &generator))",
            Status.allCases.randomElement(using: &generator) ?? .idle,
            minutes: Int64.random(in: 0..<5, using: &generator),
            role: [nil, "", "lead", "bot"].randomElement(using: &generator) ?? nil,
            host: [nil, "laptop", "server"].randomElement(using: &generator) ?? nil,
            groups: groups, id: "key-\(number)")
    }
}

/// A peer of the sample's mesh.
extension PeerKey: ExpressibleByStringLiteral {
    public init(stringLiteral id: String) { self.init(id, in: Sample.mesh.mesh) }
}

extension DashboardState {
    /// What is known of the sample's mesh.
    var presence: Presence { session.meshes[Sample.mesh.mesh] ?? Presence() }

    @discardableResult
    mutating func press(_ keys: Key...) -> [DashboardEffect] {
        var effects: [DashboardEffect] = []
        for key in keys { effects = reduce(.input(.key(key))) }
        return effects
    }

    mutating func type(_ text: String) { for letter in text { press(.text(String(letter))) } }

    mutating func mouse(_ kind: MouseEvent.Kind, _ column: Int, _ row: Int) {
        _ = reduce(.input(.mouse(MouseEvent(kind, column: column, row: row))))
    }

    /// What a relay tells, and what it tells to have happened by it.
    mutating func hear(
        _ event: RelayEvent, of mesh: MeshID = Sample.mesh.mesh, after seconds: Int64 = 0
    ) {
        let moment = Sample.noon.advanced(bySeconds: seconds)
        let before = session.meshes[mesh] ?? Presence()
        var events = TestHistory.told(event, before, in: mesh, at: moment)
        for place in events.indices { events[place].number = log.end + Int64(place) }
        _ = reduce(.relay(mesh, event, at: moment))
        _ = reduce(.relay(mesh, .happened(events), at: moment))
    }

    func text(_ glyphs: Glyphs = .unicode) -> String { view(size: size, glyphs: glyphs).text }

    /// The row of the screen that holds a text.
    func row(of text: String) -> Int {
        self.text().split(separator: "\n", omittingEmptySubsequences: false)
            .firstIndex { $0.contains(text) } ?? -1
    }
}
