import Mesh
import MeshProtocol
import Synchronization

/// What is lent until it is confirmed or the loan ends.
public struct LoanNumber: Hashable, Sendable {
    public var number: Int

    public init(number: Int) { self.number = number }
}

/// Which mail of an inbox is lent, in memory. The thread that writes alone changes it.
final class InboxLoans: Sendable {
    struct Lent: Sendable {
        var loan: LoanNumber
        var priority: MessagePriority
    }

    private struct State {
        /// By inbox, so that one inbox's loans are found without the others'.
        var lent: [LaunchID?: [InboxKey: Lent]] = [:]
        var keys: [LoanNumber: Set<InboxKey>] = [:]
    }
    private let state = Mutex(State())

    func lent(of launch: LaunchID?) -> [InboxKey: Lent] {
        state.withLock { $0.lent[launch] ?? [:] }
    }

    func lend(_ messages: [InboxMessage], under loan: LoanNumber) {
        if messages.isEmpty { return }
        state.withLock { state in
            for message in messages {
                state.lent[message.key.launch, default: [:]][message.key] = Lent(
                    loan: loan, priority: message.priority)
            }
            state.keys[loan, default: []].formUnion(messages.map(\.key))
        }
    }

    func giveBack(_ keys: some Collection<InboxKey>) {
        state.withLock { state in
            for key in keys {
                guard let lent = state.lent[key.launch]?.removeValue(forKey: key) else { continue }
                if state.lent[key.launch]?.isEmpty == true { state.lent[key.launch] = nil }
                state.keys[lent.loan]?.remove(key)
                if state.keys[lent.loan]?.isEmpty == true { state.keys[lent.loan] = nil }
            }
        }
    }

    func end(_ loan: LoanNumber) {
        giveBack(state.withLock { $0.keys[loan] } ?? [])
    }
}
