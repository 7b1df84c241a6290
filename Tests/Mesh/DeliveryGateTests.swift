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
        ] as [(Status, Bool, [MessagePriority])])
    func open(status: Status, speaksSkein: Bool, priorities: [MessagePriority]) {
        #expect(DeliveryGate.open(for: status, speaksSkein: speaksSkein) == priorities)
        #expect(priorities == priorities.sorted())
    }
}
