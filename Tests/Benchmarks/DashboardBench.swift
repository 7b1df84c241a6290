import Dashboard
import Foundation
import Keys
import Mesh
import MeshProtocol
import Session
import Surface
import Text

/// What the dashboard costs beside the terminal: state, rows and cells, with no process but this.
struct DashboardBench {
    private static let size = Size(columns: 200, rows: 50)
    private static let start = Moment(milliseconds: 1_767_009_600_000)

    func run() {
        for count in [300, 1000, 10_000] { measure(count) }
    }

    private func measure(_ count: Int) {
        let peers = (0..<count).map { Self.peer($0, .idle, after: 0) }
        var first = Histogram()
        for _ in 0..<7 { first.record(Self.time { _ = Self.dashboard(peers).view(size: Self.size, glyphs: .unicode) }) }
        print(String(format: "\nDashboard of %d peers, 200×50: first frame %.1f ms (p50)", count, first.quantile(0.5)))
        frames(peers, "sorted by name") { _ in }
        frames(peers, "sorted by age") { $0.sort(by: "age") }
        frames(peers, "a tree by group") { $0.group(by: .group) }
        frames(peers, "filtered by status:working") { $0.narrow(to: "status:working") }
        keys(peers)
    }

    /// 100 changes a second, told five at a time, a frame after each: its cost, the changes' included,
    /// and the cells that differ from the frame before.
    private func frames(_ peers: [Peer], _ name: String, _ shape: (inout DashboardState) -> Void) {
        var state = Self.dashboard(peers)
        shape(&state)
        var generator = Randomness(state: 1)
        var shown = state.view(size: Self.size, glyphs: .unicode)
        var times = Histogram()
        var cells = 0
        let frames = 400
        for frame in 0..<frames {
            let milliseconds = Int64(frame) * 50
            let changed = (0..<5).map { _ in
                Self.peer(
                    Int.random(in: 0..<peers.count, using: &generator),
                    Status.allCases.randomElement(using: &generator) ?? .idle, after: milliseconds)
            }
            let moment = Self.start.advanced(byMilliseconds: milliseconds)
            times.record(
                Self.time {
                    _ = state.reduce(.relay(Self.mesh.mesh, .changed(PeerChanges(updated: changed)), at: moment))
                    let grid = state.view(size: Self.size, glyphs: .unicode)
                    _ = state.untilChange(size: Self.size)
                    cells += GridDiff(from: shown, to: grid).runs.reduce(0) { $0 + $1.cells.count }
                    shown = grid
                })
        }
        print(
            String(
                format: "  %@: a frame %.2f ms (p50), %.2f ms (p99), %d cells changed", name as NSString,
                times.quantile(0.5), times.quantile(0.99), cells / frames))
    }

    /// A key, and the frame after it.
    private func keys(_ peers: [Peer]) {
        var moves = Histogram()
        var letters = Histogram()
        var state = Self.dashboard(peers)
        for number in 0..<500 {
            let key: Key = number % 50 == 49 ? .end : number % 10 == 9 ? .pageUp : .down
            moves.record(Self.time { Self.press(key, &state) })
        }
        for _ in 0..<10 {
            _ = state.reduce(.input(.key(.text("/"))))
            for letter in "peer-1 -idle" {
                letters.record(Self.time { Self.press(.text(String(letter)), &state) })
            }
            _ = state.reduce(.input(.key(.escape)))
        }
        print(
            String(
                format: "  a key and its frame: %.2f ms (p50), %.2f ms (p99); a letter of the filter: %.2f ms, %.2f ms",
                moves.quantile(0.5), moves.quantile(0.99), letters.quantile(0.5), letters.quantile(0.99)))
    }

    private static func press(_ key: Key, _ state: inout DashboardState) {
        _ = state.reduce(.input(.key(key)))
        _ = state.view(size: size, glyphs: .unicode)
    }

    private static func time(_ work: () -> Void) -> UInt64 {
        let before = clock()
        work()
        // Of the processor, not of the wall.
        return UInt64(max(0, clock() - before)) * 1_000_000_000 / UInt64(CLOCKS_PER_SEC)
    }

    private static let key: PublicKey = {
        guard let key = PublicKey(hex: String(repeating: "7", count: 64)) else {
            preconditionFailure("64 digits are a key")
        }
        return key
    }()
    private static let mesh = Membership(
        mesh: MeshID(rawValue: "m"), name: "bench", slug: "bench", place: .thisMachine,
        member: MemberID(rawValue: "me"), memberKey: key,
        permission: .admin, joinedAt: start, lastUsedAt: start)

    private static func dashboard(_ peers: [Peer]) -> DashboardState {
        var state = DashboardState(
            session: SessionState(
                facts: Facts(
                    directory: "/", home: "/home/ada", loginName: "ada", hostname: "laptop", agents: [],
                    freshSession: "")),
            meshes: [mesh], scope: .one(mesh.mesh), now: start)
        _ = state.reduce(.resized(size))
        _ = state.reduce(.relay(mesh.mesh, .link(.live), at: start))
        _ = state.reduce(.relay(mesh.mesh, .snapshot(peers), at: start))
        return state
    }

    private static func peer(_ number: Int, _ status: Status, after milliseconds: Int64) -> Peer {
        Peer(
            id: "key-\(number)", memberKey: "member", name: "peer-\(number)", status: status, statusSource: .hook,
            statusSince: start.advanced(byMilliseconds: milliseconds), summary: "At work on number \(number)",
            role: ["reviewer", "lead", "implementer"][number % 3],
            groups: [GroupMembership(name: "group-\(number % 50)")], sessionID: "s-\(number)", connectedAt: start,
            cwd: "/home/ada/src/project-\(number % 20)", hostname: "host-\(number % 7)", agent: "claude", model: "opus")
    }

    private struct Randomness: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            let mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
            return mixed ^ (mixed >> 27)
        }
    }
}
