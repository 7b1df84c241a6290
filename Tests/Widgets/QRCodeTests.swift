import Testing

@testable import Widgets

@Suite("QR codes")
struct QRCodeTests {
    private static let address = "https://broker.example/device?code=BCDF-GHJK&"

    private static func text(_ length: Int) -> String {
        String(String(repeating: address, count: 8).prefix(length))
    }

    private static func digest(_ code: QRCode) -> UInt64 {
        let rows = code.modules.map { $0.map { $0 ? "1" : "0" }.joined() }
        return rows.joined(separator: "/").utf8.reduce(0xcbf2_9ce4_8422_2325) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
    }

    /// The squares are those of another encoder (segno 1.6.6, bytes, the same mask, padding as in
    /// ISO/IEC 18004:2015, section 7.4.10); most were read back by OpenCV's decoder, too.
    @Test(
        "every version and level is as another encoder draws it",
        arguments: [
            (1, 17, 0xa1f8fe955ec5d287, 14, 0xfb549c7a142ea36d),
            (2, 31, 0xb38ab42671c2a38e, 25, 0x49ae3f5cc80c2bc7),
            (3, 51, 0x398718316c1d5202, 40, 0x33e239ae2e1fbcbf),
            (4, 78, 0x751a571d77288782, 62, 0xae6ae74d67b3bef8),
            (5, 105, 0x19ac1b7cb0bf1b49, 83, 0x5c0cfb28f8d626e3),
            (6, 132, 0xccf427085c6f1c16, 104, 0x5b1e286fde8627d3),
            (7, 154, 0xae851991ec2ba4ab, 122, 0x57ab93a3241fbbb9),
            (8, 191, 0xe2b40e44a637414f, 151, 0x5d4fdaaf87d81f2),
            (9, 228, 0xecc13e77b1ff6fd7, 178, 0x2d2ee839135ec60b),
            (10, 271, 0x15665c69e0bb629f, 213, 0xc447a46d5c140725),
        ] as [(Int, Int, UInt64, Int, UInt64)])
    func squares(
        version: Int, lowLength: Int, lowDigest: UInt64, mediumLength: Int, mediumDigest: UInt64
    ) throws {
        let low = try #require(QRCode(Self.text(lowLength)))
        #expect(low.size == 17 + 4 * version)
        #expect(Self.digest(low) == lowDigest)
        let medium = try #require(QRCode(Self.text(mediumLength), level: .medium))
        #expect(medium.size == 17 + 4 * version)
        #expect(Self.digest(medium) == mediumDigest)
    }

    @Test("a small one, module by module")
    func small() throws {
        let code = try #require(QRCode("skein", level: .medium))
        let drawn = code.modules.map { $0.map { $0 ? "#" : "." }.joined() }
        #expect(
            drawn == [
                "#######...#.#.#######",
                "#.....#.#####.#.....#",
                "#.###.#..##.#.#.###.#",
                "#.###.#..###..#.###.#",
                "#.###.#.#.#.#.#.###.#",
                "#.....#..##.#.#.....#",
                "#######.#.#.#.#######",
                "..........###........",
                "#.#.#.#..#.#....#..#.",
                "...###.#..#...#..####",
                "#.##..##.##.#...##.##",
                "##..#.....#...#.....#",
                "#.#.#.##.#..#.#.#...#",
                "........####.#.#....#",
                "#######..###.###.####",
                "#.....#..#.###.##....",
                "#.###.#.####.###...##",
                "#.###.#..#....##.###.",
                "#.###.#.##..#...###.#",
                "#.....#..##...###..#.",
                "#######.#.#.#.##...##",
            ])
    }

    @Test("the smallest version that holds the text is taken, and none where none does")
    func sizes() {
        #expect(QRCode("")?.size == 21)
        #expect(QRCode(Self.text(17))?.size == 21)
        #expect(QRCode(Self.text(18))?.size == 25)
        #expect(QRCode(Self.text(271))?.size == 57)
        #expect(QRCode(Self.text(272)) == nil)
        #expect(QRCode(Self.text(214), level: .medium) == nil)
        // By bytes, not by characters.
        #expect(QRCode(String(repeating: "é", count: 9))?.size == 25)
    }

    @Test("half blocks show every module, with light around")
    func lines() throws {
        let code = try #require(QRCode("skein", level: .medium))
        let lines = code.lines.map(Array.init)
        #expect(lines.count == 13)
        #expect(lines.allSatisfy { $0.count == 25 })
        for row in -QRCode.quiet..<(code.size + QRCode.quiet) {
            for column in -QRCode.quiet..<(code.size + QRCode.quiet) {
                let cell = lines[(row + QRCode.quiet) / 2][column + QRCode.quiet]
                let isUpper = (row + QRCode.quiet) % 2 == 0
                let isLight = cell == "█" || cell == (isUpper ? "▀" : "▄")
                #expect(isLight != code.isDark(column: column, row: row))
            }
        }
    }
}
