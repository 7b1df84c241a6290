import Keys
import Testing

@testable import Terminal

/// A generator that gives the same numbers for the same seed (SplitMix64).
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("The decoder takes anything")
struct InputDecoderFuzzTests {
    private static let pieces =
        InputDecoderTests.keys.map { $0.0 }.filter { $0.count > 1 || !$0.hasPrefix("\u{1B}") }
        .filter { !["\u{1B}[", "\u{1B}O", "\u{1B}]"].contains($0) }
        + ["\u{1B}[<0;10;10M", "\u{1B}[200~pa\rste\u{1B}[201~", "\u{1B}[?1;2c", "\u{1B}[I"]
        + ["\u{1B}]0;title\u{07}", "\u{1B}[99;99;99y", "👩‍👩‍👧", "e\u{301}"]

    @Test("how bytes are split over reads makes no difference", arguments: 1...200)
    func splits(seed: Int) {
        var random = Seeded(state: UInt64(seed))
        let text = (0..<40).compactMap { _ in Self.pieces.randomElement(using: &random) }.joined()
        let bytes = Array(text.utf8)
        var whole = InputDecoder()
        let expected = whole.decode(bytes) + whole.flush()
        var split = InputDecoder()
        var tokens: [InputDecoder.Token] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...min(7, rest.count), using: &random)
            tokens += split.decode(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        #expect(tokens + split.flush() == expected)
    }

    @Test("garbage ends nowhere but in silence, and a key after it is a key", arguments: 1...200)
    func garbage(seed: Int) {
        var random = Seeded(state: UInt64(seed) << 32)
        var decoder = InputDecoder()
        for _ in 0..<200 {
            // Mostly what sequences are made of, for that is where the corners are.
            let bytes = (0..<Int.random(in: 1...20, using: &random)).map { _ -> UInt8 in
                Bool.random(using: &random)
                    ? Array("\u{1B}[]OP_?;<>~0129Mmu\u{07}\\ ".utf8).randomElement(using: &random)
                        ?? 0
                    : UInt8.random(in: 0...255, using: &random)
            }
            _ = decoder.decode(bytes)
            if Int.random(in: 0..<4, using: &random) == 0 { _ = decoder.flush() }
        }
        _ = decoder.flush()
        #expect(decoder.patience == nil)
        #expect(decoder.decode([0x71]) == [.event(.key(.text("q")))])
    }
}
