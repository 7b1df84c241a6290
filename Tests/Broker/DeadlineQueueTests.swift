import Testing

@testable import Broker

@Suite("Deadlines")
struct DeadlineQueueTests {
    @Test("keys come when they are due, each once, as the last word said", arguments: 0..<20)
    func agreesWithSearching(seed: UInt64) {
        var random = SplitMix(state: seed)
        var queue = DeadlineQueue<Int>()
        var model: [Int: Int64] = [:]
        var now: Int64 = 0
        for _ in 0..<2000 {
            let key = Int.random(in: 0..<30, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                let at = now + Int64.random(in: 0..<100, using: &random)
                queue.set(key, at: at)
                model[key] = at
            case 6..<8:
                queue.remove(key)
                model[key] = nil
            default:
                now += Int64.random(in: 0..<40, using: &random)
                if let next = queue.next, let earliest = model.values.min() {
                    #expect(next <= earliest)
                } else {
                    #expect(model.isEmpty)
                }
                var popped: [Int] = []
                while let key = queue.pop(at: now) { popped.append(key) }
                let due = model.filter { $0.value <= now }.keys
                #expect(Set(popped) == Set(due) && popped.count == due.count)
                for key in due { model[key] = nil }
            }
        }
    }

    @Test("a deadline that is moved on and on costs no memory")
    func renewals() {
        var queue = DeadlineQueue<Int>()
        for time in 0..<10_000 { queue.set(1, at: Int64(time)) }
        var looks = 0
        while let next = queue.next, next < 9_999 {
            looks += 1
            #expect(queue.pop(at: next) == nil)
        }
        #expect(looks <= 1)
        #expect(queue.pop(at: 9_999) == 1)
        #expect(queue.next == nil)
    }

    /// Steele, Lea and Flood, "Fast splittable pseudorandom number generators".
    struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }
}
