import Mesh
import Testing

@testable import Demo

@Suite("A simulated day")
struct SimulatedDayTests {
    private let peers = SimulatedPeer.Profile.all.indices

    @Test("the same seed gives the same day, another one another")
    func deterministic() {
        let days = [1, 1, 2].map { SimulatedDay(seed: $0) }
        let scripts = days.map { day in
            (1...500).flatMap { tick in peers.map { day.action(of: $0, at: tick) } }
        }
        #expect(scripts[0] == scripts[1])
        #expect(scripts[0] != scripts[2])
    }

    @Test("there are eight, with names, directories and sessions of their own", arguments: 1...5)
    func eight(seed: Int) {
        let all = SimulatedPeer.Profile.all
        #expect(all.count == 8)
        #expect(Set(all.map(\.name)).count == 8)
        #expect(Set(all.map(\.agent)).isSuperset(of: ["claude", "codex", "gemini", "opencode"]))
        let day = SimulatedDay(seed: UInt64(seed))
        for peer in peers {
            guard case .become = day.beginning(of: peer) else {
                Issue.record("\(peer) does not begin on the mesh")
                return
            }
        }
    }

    @Test("at most one is away, for a short while, none at the start, and all come back")
    func eightStayEight() {
        for seed in 0..<20 {
            let day = SimulatedDay(seed: UInt64(seed))
            var away: Set<Int> = []
            var absences = 0
            for tick in 1...2000 {
                for peer in peers {
                    switch day.action(of: peer, at: tick) {
                    case .leave:
                        #expect(away.insert(peer).inserted)
                        absences += 1
                    case .comeBack: #expect(away.remove(peer) != nil)
                    case .become: #expect(!away.contains(peer))
                    case nil: break
                    }
                    #expect(day.isHere(peer, after: tick) == !away.contains(peer))
                }
                #expect(away.count <= 1)
                if tick <= SimulatedDay.stretch { #expect(away.isEmpty) }
            }
            #expect(absences > 30)
        }
    }

    @Test("everyone works, rests, and changes what it says", arguments: 0..<8)
    func lively(peer: Int) {
        let day = SimulatedDay(seed: 1)
        var statuses: [Status: Int] = [:]
        var summaries: Set<String> = []
        for tick in 1...2000 {
            if case .become(let status, let summary) = day.action(of: peer, at: tick) {
                statuses[status, default: 0] += 1
                summaries.insert(summary)
            }
        }
        #expect(Set(statuses.keys) == Set(Status.allCases))
        #expect(summaries.count >= 3)
        #expect(statuses[.working, default: 0] > statuses[.dnd, default: 0])
    }
}
