
import TestSupport
import Testing
@testable import Text

@Suite("What stands in for a cluster the terminal may draw otherwise")
struct StandInTests {
    /// What glibc 2.36 says of a code point, where it is known to say something else than we do.
    static func libc(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x1FAE9: -1  // newer than that libc
        default: TextWidth.of(scalar)
        }
    }

    @Test(
        "pieces agree with libc, with the terminal and with our columns",
        arguments: [
            ("a", 1, ["a"], ["a"]), (" ", 1, [" "], [" "]), ("é", 1, ["é"], ["?"]),
            ("e\u{301}", 1, ["e\u{301}"], ["?"]), ("日", 2, ["日"], ["?", "?"]),
            ("😀", 2, ["😀"], ["?", "?"]), ("⚠️", 2, ["⚠", " "], ["?", "?"]),
            ("1️⃣", 2, ["1", " "], ["?", "?"]), ("👍🏽", 2, ["👍"], ["?", "?"]),
            ("👨‍👩‍👧‍👦", 2, ["👨"], ["?", "?"]), ("🏳️‍🌈", 2, ["🏳", " "], ["?", "?"]),
            ("⌚️", 2, ["⌚"], ["?", "?"]), ("🇫🇷", 2, ["F", "R"], ["?", "?"]),
            ("🇫", 2, ["F", " "], ["?", "?"]),
            ("🫩", 2, ["▯", " "], ["?", "?"]), ("कि", 2, ["क", "ि"], ["?", "?"]),
            ("▸", 1, ["▸"], ["?"]),
        ])
    func pieces(cluster: String, columns: Int, unicode: [String], ascii: [String]) {
        #expect(TextWidth.of(Character(cluster)) == columns)
        #expect(
            StandIn.pieces(of: cluster, columns: columns, ascii: false, systemWidth: Self.libc)
                == unicode)
        #expect(
            StandIn.pieces(of: cluster, columns: columns, ascii: true, systemWidth: Self.libc)
                == ascii)
    }

    @Test("more marks than a cell holds leave the letter alone")
    func tooManyMarks() {
        let tower = "e" + String(repeating: "\u{301}", count: 5)
        let pieces = StandIn.pieces(of: tower, columns: 1, ascii: false, systemWidth: Self.libc)
        #expect(pieces.count == 1)
        #expect(pieces[0].unicodeScalars.first == "e")
        #expect(pieces[0].unicodeScalars.count <= StandIn.codePointsPerCell)
    }

    @Test("a locale that knows no width at all gets a box")
    func uselessLibc() {
        #expect(
            StandIn.pieces(of: "日", columns: 2, ascii: false) { _ in -1 } == ["\u{25AF}", " "])
    }

    @Test("pieces always take exactly their columns, one spacing code point each")
    func properties() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<300 {
            let text = AwkwardText.make(parts: 6, using: &generator)
            for cluster in text where TextWidth.of(cluster) > 0 {
                let columns = TextWidth.of(cluster)
                let pieces = StandIn.pieces(
                    of: String(cluster), columns: columns, ascii: false, systemWidth: Self.libc)
                let widths = pieces.map { piece in
                    piece.unicodeScalars.map { $0 == "\u{25AF}" ? 1 : Self.libc($0) }
                }
                #expect(widths.joined().reduce(0, +) == columns)
                #expect(widths.allSatisfy { $0.count { $0 > 0 } == 1 && ($0.first ?? 0) > 0 })
                #expect(widths.allSatisfy { $0.count <= StandIn.codePointsPerCell })
            }
        }
    }
}
