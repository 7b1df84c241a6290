import Mesh
import Testing

@Suite("The gate of delivery")
struct DeliveryGateTests {
    @Test(
        "what may be put before whom",
        arguments: [
            (.idle, false, [.now, .next, .low]), (.idle, true, [.now, .next]),
            (.working, false, [.now]), (.working, true, [.now]), (.dnd, false, [.now]),
            (.dnd, true, [.now]),
        ] as [(Status, Bool, PrioritySet)])
    func open(status: Status, speaksSkein: Bool, priorities: PrioritySet) {
        #expect(DeliveryGate.open(for: status, speaksSkein: speaksSkein) == priorities)
    }

    @Test("a set has the priorities it was made of, most urgent first")
    func sets() {
        let all: [(MessagePriority, PrioritySet, [MessagePriority])] = [
            (.now, .now, [.now]), (.next, [.now, .next], [.now, .next]),
            (.low, [.low, .next, .now], [.now, .next, .low]),
        ]
        for (priority, set, list) in all {
            #expect(PrioritySet(upTo: priority) == set)
            #expect(set.priorities == list)
            #expect(MessagePriority.allCases.filter(set.has) == list)
        }
        #expect(PrioritySet().priorities == [])
        #expect(PrioritySet.low.priorities == [.low])
    }
}
