import Mesh
import MeshProtocol
import TestSupport
import Testing

@testable import Dashboard

@Suite("Rows of peers")
struct PeerRowsTests {
    /// What the rows must be: everything filtered and sorted from the beginning.
    private static func fresh(_ rows: PeerRows, _ known: [(peer: MeshPeer, hasLeft: Bool)]) -> [PeerRows.ID] {
        let shape = rows.shape
        let value = PeerColumn.called(shape.column)?.value ?? { _ in .missing }
        let matching = known
            .filter { shape.filter.matches($0.peer.peer, of: $0.peer.slug, hasLeft: $0.hasLeft) }
            .sorted {
                shape.order.precedes(
                    PeerOrder.Key(value($0.peer), of: $0.peer), PeerOrder.Key(value($1.peer), of: $1.peer))
            }
        guard shape.grouping != .none else { return matching.map { .peer($0.peer.id, under: nil) } }
        let branches = Set(matching.flatMap { shape.grouping.branches(of: $0.peer) })
        let inOrder = branches.sorted {
            ($0.isEmpty ? 1 : 0, $0.lowercased(), $0) < ($1.isEmpty ? 1 : 0, $1.lowercased(), $1)
        }
        return inOrder.flatMap { branch -> [PeerRows.ID] in
            let under = matching.filter { shape.grouping.branches(of: $0.peer).contains(branch) }
            let isFolded = rows.folded.contains(branch)
            return [.branch(branch)] + (isFolded ? [] : under.map { .peer($0.peer.id, under: branch) })
        }
    }

    @Test("after any changes the rows are those of a fresh sort and filter", arguments: 0..<16 as Range<UInt64>)
    func anyDeltas(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        // Peers of the same ids in two meshes, one of them or both in sight.
        var state = Sample.meshes()
        var seconds: Int64 = 0
        for _ in 0..<80 {
            seconds += Int64.random(in: 0..<8, using: &generator)
            switch Int.random(in: 0..<12, using: &generator) {
            case 0:
                let all = (0..<Int.random(in: 0..<30, using: &generator)).map { _ in Sample.anyone(&generator) }
                if Bool.random(using: &generator) {
                    state.hearStaging(.snapshot(all), after: seconds)
                } else {
                    state.hear(.snapshot(all), after: seconds)
                }
            case 1: state.sort(by: PeerColumn.all.randomElement(using: &generator)?.id ?? "name")
            case 2:
                let filters = [
                    "", "backend", "status:working", "-lead", "status:left", "role:\"\"", "/1$/", "mesh:stag",
                    "peer", "peer-1", "peer-1 -", "peer-1 -bot", "peer-12 backend", "peer-12",
                ]
                state.narrow(to: filters.randomElement(using: &generator) ?? "")
            case 3: state.group(by: PeerGrouping.allCases.randomElement(using: &generator) ?? .none)
            case 4:
                state.press(.text([" ", "j", "G"].randomElement(using: &generator) ?? " "))
            case 5: state.press(.down)
            case 6:
                _ = state.look(at: state.scopes.randomElement(using: &generator) ?? .all)
            case 7:
                let peers = state.session.meshes[Sample.staging.mesh]?.peers ?? [:]
                state.hearStaging(
                    .changed(
                        PeerChanges(
                            updated: [Sample.anyone(&generator)], left: Array(peers.keys.sorted().prefix(1)))),
                    after: seconds)
            default:
                let left = state.presence.peers.keys.sorted().prefix(Int.random(in: 0..<3, using: &generator))
                state.hear(
                    .changed(
                        PeerChanges(
                            joined: [Sample.anyone(&generator)], updated: [Sample.anyone(&generator)],
                            left: Array(left))), after: seconds)
            }
            let present = state.meshesInSight.flatMap { membership in
                (state.session.meshes[membership.mesh]?.peers.values).map(Array.init)?
                    .map { MeshPeer($0, in: membership.mesh, called: membership.slug) } ?? []
            }
            let known = present.map { ($0, false) }
                + state.departed.values.filter { state.isInSight($0.peer.mesh) }.map { ($0.peer, true) }
            let expected = Self.fresh(state.rows, known)
            #expect(state.rows.ids(0..<state.rows.count) == expected)
            #expect(expected.enumerated().allSatisfy { state.rows.place(of: $1) == $0 })
            #expect(state.rows.known == known.count)
            #expect(state.rows.presentCount == present.count)
            #expect(state.rows.shown == Set(expected.compactMap(\.peer)).count || !state.rows.folded.isEmpty)
            #expect(state.top >= 0 && state.top <= max(0, state.rows.count - state.visibleRows))
        }
    }

    @Test("whatever comes, the chosen peer stays the chosen one while anybody knows it", arguments: 0..<30 as Range<UInt64>)
    func selection(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var state = Sample.dashboard((0..<40).map { _ in Sample.anyone(&generator) })
        if seed % 3 == 1 { state.group(by: .group) }
        if seed % 3 == 2 { state.narrow(to: "-status:dnd") }
        for _ in 0...Int.random(in: 0..<20, using: &generator) { state.press(.down) }
        var seconds: Int64 = 0
        for _ in 0..<100 {
            seconds += Int64.random(in: 0..<10, using: &generator)
            let before = state.selected
            let left = state.presence.peers.keys.sorted().prefix(1)
            let hasSnapshot = Int.random(in: 0..<10, using: &generator) == 0
            state.hear(
                hasSnapshot
                    ? .snapshot((0..<20).map { _ in Sample.anyone(&generator) })
                    : .changed(PeerChanges(updated: [Sample.anyone(&generator)], left: Array(left))), after: seconds)
            if let before, state.known(before) != nil { #expect(state.selected == before) }
        }
    }

    @Test("columns are as wide as what stands in them, and no wider than bearable")
    func widths() {
        var rows = PeerRows()
        func put(_ peer: Peer) { rows.put(MeshPeer(peer, in: Sample.mesh.mesh)) }
        put(Sample.peer("a", role: "lead"))
        #expect(rows.widths.widest("role") == 4)
        put(Sample.peer("b", role: String(repeating: "長", count: 300)))
        #expect(rows.widths.widest("role") == PeerColumn.widest)
        rows.remove("key-b")
        #expect(rows.widths.widest("role") == 4)
        put(Sample.peer("a", role: nil))
        #expect(rows.widths.widest("role") == 0)
    }

    @Test("every column sorts both ways, blanks always last")
    func everyColumn() {
        for column in PeerColumn.all {
            for isAscending in [true, false] {
                var state = Sample.dashboard(Sample.four + [Sample.peer("blank", role: nil, agent: nil, cwd: "", host: nil)])
                state.sort(by: column.id, ascending: isAscending)
                let values = state.peers.map(column.value)
                #expect(values.count == 5)
                let present = values.prefix { $0 != .missing }
                #expect(values.dropFirst(present.count).allSatisfy { $0 == .missing }, "\(column.id)")
            }
        }
        var state = Sample.dashboard(Sample.four)
        state.sort(by: "age")
        #expect(state.peers.map(\.peer.name) == ["api-2", "dev-1", "ci-runner", "名前"])
        state.sort(by: "age")
        #expect(state.peers.map(\.peer.name) == ["名前", "ci-runner", "dev-1", "api-2"])
    }

    @Test("a change of one of ten thousand costs no look at the others")
    func costs() {
        let peers = (0..<10_000).map { Sample.peer("peer-\($0)", groups: ["g\($0 % 100)"]) }
        var state = Sample.dashboard(peers)
        state.press(.end)
        let clock = ContinuousClock()
        let time = clock.measure {
            for number in 0..<2000 {
                state.hear(.changed(PeerChanges(updated: [Sample.peer("peer-\(number * 5)", .working)])))
            }
        }
        // 2,000 changes of a list of 10,000: were each to cost a look at all, this took minutes.
        #expect(time < .seconds(20), "\(time)")
        #expect(state.rows.count(of: .working) == 2000)
        #expect(state.selected == "key-peer-9999")
    }
}
