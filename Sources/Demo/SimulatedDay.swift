import Mesh

/// What every simulated peer does and when: a pure function of the seed, so that a demo with the
/// same seed is the same demo. At most one peer is away at any moment, and never in the first
/// minute's half, so that whoever looks sees the whole mesh.
public struct SimulatedDay: Sendable {
    public enum Action: Equatable, Sendable {
        case become(Status, summary: String)
        case leave
        case comeBack
    }

    public let seed: UInt64

    public init(seed: UInt64) { self.seed = seed }

    /// One peer leaves in each stretch of this many ticks, but in the first.
    static let stretch = 40
    static let leavesAt = 10
    static let comesBackAt = 16

    /// What a peer is found at when the demo begins.
    public func beginning(of peer: Int) -> Action { pick(peer, 0) }

    /// What a peer does at a tick, counted from 1; nil: it goes on as it was.
    public func action(of peer: Int, at tick: Int) -> Action? {
        let (stretch, place) = tick.quotientAndRemainder(dividingBy: Self.stretch)
        if stretch > 0, leaver(in: stretch) == peer {
            if place == Self.leavesAt { return .leave }
            if place == Self.comesBackAt { return .comeBack }
            if (Self.leavesAt..<Self.comesBackAt).contains(place) { return nil }
        }
        // Each peer changes once in some twelve ticks, at times of its own.
        guard mix(UInt64(peer) << 32 ^ UInt64(tick)) % 12 == 0 else { return nil }
        return pick(peer, tick)
    }

    /// Whether a peer is on the mesh after a tick.
    public func isHere(_ peer: Int, after tick: Int) -> Bool {
        let (stretch, place) = tick.quotientAndRemainder(dividingBy: Self.stretch)
        guard stretch > 0, leaver(in: stretch) == peer else { return true }
        return !(Self.leavesAt..<Self.comesBackAt).contains(place)
    }

    private func leaver(in stretch: Int) -> Int {
        Int(mix(0xA11CE ^ UInt64(stretch)) % UInt64(SimulatedPeer.Profile.all.count))
    }

    private func pick(_ peer: Int, _ tick: Int) -> Action {
        let profile = SimulatedPeer.Profile.all[peer % SimulatedPeer.Profile.all.count]
        let roll = mix(0xD1CE ^ UInt64(peer) << 32 ^ UInt64(tick))
        let tasks = profile.tasks
        let task = tasks[Int((roll >> 32) % UInt64(tasks.count))]
        switch roll % 10 {
        case 0..<6: return .become(.working, summary: task)
        case 6..<9: return .become(.idle, summary: "Waiting for the next task")
        default: return .become(.dnd, summary: task)
        }
    }

    /// The finalizer of splitmix64 (Steele, Lea and Flood, 2014).
    private func mix(_ value: UInt64) -> UInt64 {
        var z = seed &+ (value &+ 1) &* 0x9e37_79b9_7f4a_7c15
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}
