import Mesh
import TestSupport
import Testing

@Suite("The loop brake")
struct LoopBrakeTests {
    private func at(_ seconds: Int64) -> Moment { Moment(milliseconds: seconds * 1000) }

    @Test("an echo pair stops at its budget, and both ends are told once")
    func echo() {
        var brake = LoopBrake()
        var verdicts: [LoopBrake.Verdict] = []
        for round in 0..<12 {
            let ends = round.isMultiple(of: 2) ? ("a", "b") : ("b", "a")
            verdicts.append(
                brake.check(from: ends.0, to: ends.1, hops: 1, at: at(Int64(round))))
        }
        #expect(verdicts.prefix(8).allSatisfy { $0 == .passes })
        #expect(verdicts[8] == .stopped(.budget, isFirst: true))
        #expect(verdicts[9...].allSatisfy { $0 == .stopped(.budget, isFirst: false) })
    }

    @Test("a stopped pair is free a window after its last message, not before")
    func window() {
        var brake = LoopBrake()
        for second in 0..<8 {
            #expect(brake.check(from: "a", to: "b", hops: 0, at: at(Int64(second))) == .passes)
        }
        for second in [8, 599, 600, 606] as [Int64] {
            #expect(brake.check(from: "a", to: "b", hops: 0, at: at(second)) != .passes)
        }
        #expect(brake.check(from: "a", to: "b", hops: 0, at: at(607)) == .passes)
    }

    @Test("a pair that writes slowly is not stopped")
    func slow() {
        var brake = LoopBrake()
        for round in 0..<100 {
            #expect(
                brake.check(from: "a", to: "b", hops: 0, at: at(Int64(round) * 76)) == .passes)
        }
    }

    @Test("a chain of answers ends, whoever is in it; the pair may begin another")
    func hops() {
        var brake = LoopBrake()
        let ends = ["a", "b", "c", "d"]
        for hop in 1..<20 {
            let verdict = brake.check(
                from: ends[hop % 4], to: ends[(hop + 1) % 4], hops: hop, at: at(0))
            #expect(hop < 16 ? verdict == .passes : verdict == .stopped(.hops, isFirst: true))
        }
        let again = brake.check(from: "a", to: "b", hops: 16, at: at(1))
        #expect(again == .stopped(.hops, isFirst: false))
        #expect(brake.check(from: "a", to: "b", hops: 0, at: at(1)) == .passes)
        #expect(brake.check(from: "a", to: "b", hops: .max, at: at(1)) != .passes)
    }

    @Test("a person's message frees the pairs of that end, and no others")
    func person() {
        var brake = LoopBrake()
        for pair in [("a", "b"), ("c", "a"), ("c", "d")] {
            for _ in 0..<9 { _ = brake.check(from: pair.0, to: pair.1, hops: 0, at: at(0)) }
        }
        brake.reset("a")
        #expect(brake.check(from: "b", to: "a", hops: 0, at: at(1)) == .passes)
        #expect(brake.check(from: "a", to: "c", hops: 0, at: at(1)) == .passes)
        let other = brake.check(from: "d", to: "c", hops: 0, at: at(1))
        #expect(other == .stopped(.budget, isFirst: false))
        for _ in 0..<7 { _ = brake.check(from: "a", to: "b", hops: 0, at: at(1)) }
        let freed = brake.check(from: "a", to: "b", hops: 0, at: at(1))
        #expect(freed == .stopped(.budget, isFirst: true))
    }

    @Test("pairs do not disturb each other, whatever the order and the clock", arguments: 1...20)
    func pairs(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var brake = LoopBrake()
        var alone: [String: LoopBrake] = [:]
        var now: Int64 = 0
        for _ in 0..<500 {
            // Now and then the clock is set back.
            now += Int64.random(in: -20_000...60_000, using: &random)
            let ends = ["a", "b", "c"].shuffled(using: &random).prefix(2)
            let pair = ends.sorted().joined()
            let hops = Int.random(in: 0...17, using: &random)
            let time = Moment(milliseconds: now)
            let expected = alone[pair, default: LoopBrake()]
                .check(from: ends[0], to: ends[1], hops: hops, at: time)
            #expect(brake.check(from: ends[0], to: ends[1], hops: hops, at: time) == expected)
        }
        #expect(brake.pairCount == alone.count)
    }

    @Test("a clock that is set back frees nothing")
    func setBack() {
        var brake = LoopBrake()
        for _ in 0..<8 { _ = brake.check(from: "a", to: "b", hops: 0, at: at(5000)) }
        for time in [at(5000), at(0), at(-1_000_000), Moment(milliseconds: .min), at(5001)] {
            #expect(brake.check(from: "a", to: "b", hops: 0, at: time) != .passes)
        }
        #expect(brake.check(from: "a", to: "b", hops: 0, at: Moment(milliseconds: .max)) == .passes)
        #expect(brake.check(from: "a", to: "b", hops: 0, at: Moment(milliseconds: .min)) == .passes)
    }

    @Test("a crowd of pairs fills no memory and frees no pair that is stopped")
    func crowd() {
        var brake = LoopBrake()
        for _ in 0..<9 { _ = brake.check(from: "a", to: "b", hops: 0, at: at(0)) }
        for number in 0..<(LoopBrake.mostPairs + 50) {
            _ = brake.check(from: "x", to: "y\(number)", hops: 0, at: at(1))
        }
        #expect(brake.pairCount == LoopBrake.mostPairs)
        #expect(brake.check(from: "a", to: "b", hops: 0, at: at(2)) != .passes)
        _ = brake.check(from: "x", to: "new", hops: 0, at: at(601))
        #expect(brake.pairCount == 1)
    }
}
