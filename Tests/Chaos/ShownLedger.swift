import Foundation
import Synchronization

/// What was printed to the receiver, and when, beside what was killed, and when.
final class ShownLedger: Sendable {
    private struct State {
        /// By text, in the order they were printed: by the count of kills before each.
        var shown: [String: [Int]] = [:]
        /// Kills of the receiver or of its relay, and its ends for a full disk: between a print and
        /// its confirmation each makes the next receiver print it once more, and nothing can
        /// prevent that.
        var kills = 0
    }
    private let state = Mutex(State())

    func noteKill() { state.withLock { $0.kills += 1 } }

    func heard(_ line: String) {
        guard let from = line.range(of: "storm-"),
            let end = line[from.upperBound...].firstIndex(where: { !$0.isNumber })
        else { return }
        let text = String(line[from.lowerBound...end])
        state.withLock { $0.shown[text, default: []].append($0.kills) }
    }

    func wasShown(_ text: String) -> Bool { state.withLock { $0.shown[text] != nil } }

    var count: Int { state.withLock { $0.shown.count } }

    /// Printed more than once, and how often; without a kill in between that is a fault.
    var repeated: (excused: Int, faults: [String]) {
        state.withLock { state in
            var excused = 0
            var faults: [String] = []
            for (text, times) in state.shown where times.count > 1 {
                let isExcused = zip(times, times.dropFirst()).allSatisfy { $0 < $1 }
                if isExcused { excused += 1 } else { faults.append(text) }
            }
            return (excused, faults.sorted())
        }
    }
}
