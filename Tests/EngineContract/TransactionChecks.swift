import BrokerEngine
import Mesh
import MeshProtocol
import Testing

extension StoreContract {
    static let transactionChecks: [Check<any BrokerStore>] = [
        Check("a work that throws leaves nothing, and its failure is told") { store in
            await expectFailure(.forbidden) {
                try await store.perform { transaction in
                    _ = try transaction.keep(message("1"))
                    try transaction.setState(
                        StateEntry(key: "k", value: 1, updatedBy: "Ada", updatedAt: .at(1)),
                        in: .flock)
                    throw SkeinError(.forbidden, "on purpose")
                }
            }
            #expect(try await store.waiting() == [])
            #expect(try await store.report("1") == nil)
            let (states, depth) = try await store.perform { transaction in
                (try transaction.states(in: .flock), try transaction.queueDepth().count)
            }
            #expect(states == [])
            #expect(depth == 0)
        },
        Check("a failure that is none of Skein's own is told as one") { store in
            struct Odd: Error {}
            await expectFailure(.internal) { try await store.perform { _ in throw Odd() } }
        },
        Check("one transaction sees what it wrote") { store in
            let found = try await store.perform { transaction in
                _ = try transaction.keep(message("1"))
                return try transaction.queued(
                    in: .flock, for: ["b"], priorities: [.next], limit: 1)
            }
            #expect(found.map(\.id) == ["1"])
        },
        Check("transactions run one after another: none is lost") { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        try await store.perform { transaction in
                            let old = try transaction.state("sum", in: .flock)?.value
                            var sum: Int64 = 0
                            if case .integer(let number) = old { sum = number }
                            try transaction.setState(
                                StateEntry(
                                    key: "sum", value: .integer(sum + 1), updatedBy: "",
                                    updatedAt: .at(0)), in: .flock)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let sum = try await store.perform { try $0.state("sum", in: .flock)?.value }
            #expect(sum == 40)
        },
        Check("what one asks for first is done first") { store in
            var numbers: [MessageNumber] = []
            for index in 0..<50 { numbers.append(try await store.kept(message("\(index)"))) }
            #expect(numbers == numbers.sorted())
            #expect(Set(numbers).count == 50)
        },
    ]
}
