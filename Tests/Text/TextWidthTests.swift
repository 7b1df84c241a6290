import Testing

@testable import Text

@Suite("Columns of text")
struct TextWidthTests {
    @Test(
        "a cluster takes the columns that terminals give it",
        arguments: [
            ("a", 1), ("~", 1), (" ", 1), ("é", 1), ("e\u{301}", 1), ("ß", 1), ("Ж", 1), ("א", 1),
            ("日", 2), ("本", 2), ("한", 2), ("\u{1112}\u{1161}\u{11AB}", 2), ("ア", 2), ("ｱ", 1),
            ("Ａ", 2), ("\u{3000}", 2), ("。", 2), ("⚠", 1), ("⚠️", 2), ("✔", 1), ("✔️", 2),
            ("❤", 1), ("❤️", 2), ("😀", 2), ("🫩", 2), ("👍🏽", 2), ("👨‍👩‍👧‍👦", 2), ("🏳️‍🌈", 2),
            ("🇫🇷", 2), ("🇫", 2), ("1️⃣", 2), ("#️⃣", 2), ("⌚", 2), ("▸", 1), ("●", 1), ("◐", 1),
            ("█", 1), ("▁", 1), ("─", 1), ("…", 1), ("⏎", 1), ("\u{200B}", 0), ("\u{301}", 0),
            ("\u{202E}", 0), ("\u{1B}", 1), ("\u{0}", 1), ("\r\n", 1), ("\u{AD}", 1), ("ก", 1),
            ("กำ", 2),
            ("क", 1), ("𝒳", 1), ("𠀀", 2), ("\u{FFFD}", 1), ("ﷺ", 1),
        ])
    func ofCluster(cluster: String, columns: Int) {
        #expect(cluster.count == 1)
        #expect(TextWidth.of(Character(cluster)) == columns)
    }

    @Test(
        "a text takes the columns of its clusters",
        arguments: [
            ("", 0), ("skein", 5), ("naïve", 5), ("日本語 text", 11), ("a👨‍👩‍👧‍👦b", 4), ("\u{1B}[0m", 4),
            ("🇫🇷🇩🇪", 4), ("नमस्ते", 4),
        ])
    func ofText(text: String, columns: Int) {
        #expect(TextWidth.of(text) == columns)
    }

    @Test("what Unicode calls a mark or a format character takes no column, but the soft hyphen")
    func marksAreZero() {
        for scalar in Self.assignedScalars {
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format:
                let columns = scalar.value == 0xAD ? 1 : 0
                #expect(TextWidth.of(scalar) == columns, "U+\(String(scalar.value, radix: 16))")
            default: break
            }
        }
    }

    @Test("what Unicode draws as a picture takes two columns")
    func picturesAreTwo() {
        for scalar in Self.assignedScalars where scalar.properties.isEmojiPresentation {
            #expect(TextWidth.of(scalar) == 2, "U+\(String(scalar.value, radix: 16))")
        }
    }

    @Test("the tables are in order and do not touch", arguments: ["wide", "zero"])
    func tablesAreOrdered(name: String) {
        let table = name == "wide" ? WidthTable.wide : WidthTable.zero
        #expect(table.count.isMultiple(of: 2))
        #expect(zip(table, table.dropFirst()).allSatisfy { $0 <= $1 })
        for first in stride(from: 2, to: table.count, by: 2) {
            #expect(table[first] > table[first - 1])
        }
    }

    /// The planes that hold anything but ideographs.
    private static let assignedScalars: [Unicode.Scalar] = [
        0..<0x3400, 0xA000..<0xAC00, 0xF900..<0x12000, 0x13000..<0x14000, 0x16000..<0x17000,
        0x1B000..<0x20000, 0xE0000..<0xE0200,
    ].flatMap { (range: Range<UInt32>) in range.compactMap(Unicode.Scalar.init) }
}
