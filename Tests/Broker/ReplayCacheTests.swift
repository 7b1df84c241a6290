import Mesh
import Testing

@testable import Broker

@Suite("Hellos seen before")
struct ReplayCacheTests {
    static func at(_ second: Int64) -> Moment { Moment(milliseconds: second * 1000) }

    @Test("the same bytes are told from the same signature")
    func verdicts() {
        var cache = ReplayCache()
        let hello = HelloFingerprint(of: [1])
        #expect(cache.verdict(signature: [9], hello: hello) == .new)
        cache.record(signature: [9], hello: hello, timestamp: Self.at(0), now: Self.at(0))
        #expect(cache.verdict(signature: [9], hello: hello) == .replayed)
        #expect(cache.verdict(signature: [9], hello: HelloFingerprint(of: [2])) == .signatureSeen)
        #expect(cache.verdict(signature: [8], hello: hello) == .new)
    }

    @Test("a hello is remembered for as long as it could be accepted, and no longer")
    func expiry() {
        var cache = ReplayCache()
        let hello = HelloFingerprint(of: [1])
        // From a clock that is a minute ahead: valid for two.
        cache.record(signature: [1], hello: hello, timestamp: Self.at(60), now: Self.at(0))
        cache.record(signature: [2], hello: hello, timestamp: Self.at(120), now: Self.at(120))
        #expect(cache.verdict(signature: [1], hello: hello) == .replayed)
        cache.record(signature: [3], hello: hello, timestamp: Self.at(121), now: Self.at(121))
        #expect(cache.verdict(signature: [1], hello: hello) == .new)
        #expect(cache.count == 2)
    }

    @Test("old hellos take no room")
    func bounded() {
        var cache = ReplayCache()
        for second in 0..<10_000 {
            let signature = [UInt8(second & 255), UInt8(second >> 8)]
            cache.record(
                signature: signature, hello: HelloFingerprint(of: signature),
                timestamp: Self.at(Int64(second)), now: Self.at(Int64(second)))
        }
        #expect(cache.count <= 62)
    }
}
