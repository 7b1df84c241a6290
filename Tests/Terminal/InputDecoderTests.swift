import Keys
import Testing

@testable import Terminal

@Suite("Bytes become keys")
struct InputDecoderTests {
    typealias Token = InputDecoder.Token

    static func decode(_ text: String) -> [Token] {
        var decoder = InputDecoder()
        return decoder.decode(Array(text.utf8)) + decoder.flush()
    }

    static func key(_ key: Key) -> Token { .event(.key(key)) }

    static let keys: [(String, Key)] = [
        ("a", .text("a")), ("é", .text("é")), ("漢", .text("漢")), ("👍", .text("👍")),
        ("\r", .enter), ("\n", .control("j")), ("\t", .tab), ("\u{7F}", .backspace),
        ("\u{08}", .backspace), ("\u{03}", .control("c")), ("\u{1A}", .control("z")),
        ("\u{00}", .control(" ")), ("\u{1C}", .control("\\")), ("\u{1B}", .escape),
        ("\u{1B}[A", .up), ("\u{1B}[B", .down), ("\u{1B}[C", .right), ("\u{1B}[D", .left),
        ("\u{1B}OA", .up), ("\u{1B}OH", .home), ("\u{1B}OF", .end), ("\u{1B}OM", .enter),
        ("\u{1B}Oq", .text("1")), ("\u{1B}Ok", .text("+")), ("\u{1B}O2P", .function(1)),
        ("\u{1B}[1;5C", .right), ("\u{1B}[1;2A", .up), ("\u{1B}[H", .home), ("\u{1B}[F", .end),
        ("\u{1B}[1~", .home), ("\u{1B}[4~", .end), ("\u{1B}[7~", .home), ("\u{1B}[8~", .end),
        ("\u{1B}[2~", .insert), ("\u{1B}[3~", .delete), ("\u{1B}[3;5~", .delete),
        ("\u{1B}[5~", .pageUp), ("\u{1B}[6~", .pageDown), ("\u{1B}[Z", .backTab),
        ("\u{1B}OP", .function(1)), ("\u{1B}[[A", .function(1)), ("\u{1B}[15~", .function(5)),
        ("\u{1B}[17~", .function(6)), ("\u{1B}[21~", .function(10)), ("\u{1B}[24~", .function(12)),
        ("\u{1B}x", .alt("x")), ("\u{1B}é", .alt("é")), ("\u{1B}[", .alt("[")),
        ("\u{1B}O", .alt("O")), ("\u{1B}]", .alt("]")), ("\u{1B}\u{7F}", .backspace),
        ("\u{1B}[97;5u", .control("a")), ("\u{1B}[97;3u", .alt("a")), ("\u{1B}[13u", .enter),
        ("\u{1B}\r", .altEnter), ("\u{1B}[13;3u", .altEnter), ("\u{1B}[13;2u", .altEnter),
        ("\u{1B}[27u", .escape), ("\u{1B}[9;2u", .backTab), ("\u{1B}[27;5;97~", .control("a")),
    ]

    @Test("each key is the key it is", arguments: keys)
    func key(bytes: String, key: Key) {
        #expect(Self.decode(bytes) == [Self.key(key)])
    }

    static let nothing = [
        "\u{1B}[99~", "\u{1B}[?2026;2$y", "\u{1B}[24;80R", "\u{1B}]10;rgb:00/00/00\u{07}",
        "\u{1B}]4;1;rgb:00/00/00\u{1B}\\", "\u{1B}P1$r0m\u{1B}\\", "\u{1B}_Gok\u{1B}\\",
        "\u{1B}[>0;276;0c", "\u{1B}[M !!", "\u{1B}[<35;3;3M", "\u{1B}[<2;3;3M", "\u{1B}[<0;0;1M",
        "\u{1B}[12345678901234567890~", "\u{1B}[1;2", "\u{9B}", "\u{1B}[57441u", "\u{1B}[<0;1M",
    ]

    @Test("what means nothing here is swallowed whole", arguments: nothing)
    func swallow(bytes: String) {
        #expect(Self.decode(bytes + "x") == [Self.key(.text("x"))] || bytes == "\u{1B}[1;2")
        #expect(!Self.decode(bytes).contains { if case .event = $0 { true } else { false } })
    }

    @Test(
        "a terminal's answer about its background is understood, whoever ends it how",
        arguments: [
            ("\u{1B}]11;rgb:ffff/ffff/ffff\u{1B}\\", true), ("\u{1B}]11;rgb:ff/ff/dd\u{7}", true),
            ("\u{1B}]11;rgb:1c1c/1c1c/1c1c\u{7}", false), ("\u{1B}]11;rgb:0/0/0\u{7}", false),
        ])
    func background(bytes: String, isLight: Bool) {
        #expect(Self.decode(bytes + "x") == [.background(isLight: isLight), Self.key(.text("x"))])
    }

    @Test(
        "what is no such answer is swallowed",
        arguments: [
            "\u{1B}]11;rgb:zz/00/00\u{7}", "\u{1B}]11;rgb:0/0\u{7}", "\u{1B}]11;rgb:00000/0/0\u{7}",
            "\u{1B}]10;rgb:ff/ff/ff\u{7}", "\u{1B}P11;rgb:ff/ff/ff\u{1B}\\", "\u{1B}]11;rgb:-f/0/0\u{7}",
        ])
    func noBackground(bytes: String) {
        #expect(Self.decode(bytes + "x") == [Self.key(.text("x"))])
    }

    @Test("a sequence longer than any we know is swallowed to its end")
    func overlong() {
        let long = "\u{1B}[" + String(repeating: "1;", count: 4000) + "m"
        #expect(Self.decode(long + "x") == [Self.key(.text("x"))])
        let string = "\u{1B}]0;" + String(repeating: "t", count: 100_000) + "\u{07}"
        #expect(Self.decode(string + "x") == [Self.key(.text("x"))])
    }

    @Test("bytes that are no UTF-8 are left out, and nothing around them")
    func invalid() {
        for bytes: [UInt8] in [
            [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80],
            [0xE2, 0x82], [0xF0, 0x9F, 0x98],
        ] {
            var decoder = InputDecoder()
            let tokens = decoder.decode([0x61] + bytes + [0x62]) + decoder.flush()
            #expect(tokens == [Self.key(.text("a")), Self.key(.text("b"))])
        }
    }

    @Test("a sequence broken off gives way to what broke it off")
    func brokenOff() {
        #expect(Self.decode("\u{1B}[1;\u{1B}[A") == [Self.key(.up)])
        #expect(Self.decode("\u{1B}[1;\u{03}") == [Self.key(.control("c"))])
        #expect(Self.decode("\u{1B}[1;\u{18}x") == [Self.key(.text("x"))])
        #expect(Self.decode("\u{1B}]0;a\u{1B}[A") == [Self.key(.up)])
        #expect(Self.decode("\u{1B}\u{1B}[A") == [Self.key(.escape), Self.key(.up)])
    }

    @Test("the mouse speaks in cells from the top left")
    func mouse() {
        func event(_ kind: MouseEvent.Kind, _ column: Int, _ row: Int) -> Token {
            .event(.mouse(MouseEvent(kind, column: column, row: row)))
        }
        #expect(Self.decode("\u{1B}[<0;1;1M") == [event(.press, 0, 0)])
        #expect(Self.decode("\u{1B}[<0;500;200m") == [event(.release, 499, 199)])
        #expect(Self.decode("\u{1B}[<32;3;4M") == [event(.drag, 2, 3)])
        #expect(Self.decode("\u{1B}[<64;3;4M") == [event(.wheelUp, 2, 3)])
        #expect(Self.decode("\u{1B}[<65;3;4M") == [event(.wheelDown, 2, 3)])
        #expect(Self.decode("\u{1B}[<16;3;4M") == [event(.press, 2, 3)])
    }

    @Test("focus reports and the answer to DA1 are told apart from keys")
    func reports() {
        #expect(Self.decode("\u{1B}[I\u{1B}[O") == [.focus(gained: true), .focus(gained: false)])
        #expect(Self.decode("\u{1B}[?62;22c") == [.deviceAttributes])
    }

    static let pastes = [
        ("plain", "plain"), ("two\rlines", "two\nlines"), ("dos\r\nlines", "dos\nlines"),
        ("\u{1B}[31mred", "\u{1B}[31mred"), ("\u{1B}[201", "\u{1B}[201"), ("", ""),
        ("\u{1B}\u{1B}[200~x\u{03}", "\u{1B}\u{1B}[200~x\u{03}"), ("漢字 é", "漢字 é"),
    ]

    @Test("a paste is one event, whatever is in it", arguments: pastes)
    func paste(sent: String, text: String) {
        let tokens = Self.decode("\u{1B}[200~\(sent)\u{1B}[201~x")
        #expect(tokens == [.event(.paste(text)), Self.key(.text("x"))])
    }

    @Test("a paste is cut at one mebibyte, between characters")
    func longPaste() throws {
        let sent = "a" + String(repeating: "é", count: InputDecoder.Limits.paste)
        let tokens = Self.decode("\u{1B}[200~\(sent)\u{1B}[201~")
        guard case .event(.paste(let text)) = try #require(tokens.first) else {
            return #expect(Bool(false), "no paste")
        }
        #expect(tokens.count == 1)
        #expect(text.utf8.count == InputDecoder.Limits.paste - 1)
        #expect(text.hasSuffix("é"))
    }

    @Test("a paste whose end is lost is told when nothing more comes")
    func unfinishedPaste() {
        #expect(Self.decode("\u{1B}[200~abc\u{1B}[20") == [.event(.paste("abc\u{1B}[20"))])
    }

    @Test("waiting is short where a person waits, and none where nothing is open")
    func patience() {
        for (bytes, patience) in [
            ("", nil), ("a", nil), ("\u{1B}", InputDecoder.Patience.escape),
            ("\u{1B}[", InputDecoder.Patience.escape),
            ("\u{1B}[1", InputDecoder.Patience.sequence),
            ("\u{1B}[200~a", InputDecoder.Patience.paste),
        ] as [(String, Int?)] {
            var decoder = InputDecoder()
            _ = decoder.decode(Array(bytes.utf8))
            #expect(decoder.patience == patience)
        }
    }

    @Test("keys of a terminal's own come from its terminfo entry")
    func ownKeys() {
        var entry = TerminfoEntry(name: "own")
        entry.strings = ["kf1": Array("\u{1B}[224z".utf8), "khome": Array("\u{1B}[214z".utf8)]
        var decoder = InputDecoder(keys: KeySequences(entry))
        let tokens = decoder.decode(Array("\u{1B}[224z\u{1B}[214z\u{1B}[A\u{1B}[9z".utf8))
        #expect(tokens == [Self.key(.function(1)), Self.key(.home), Self.key(.up)])
    }
}
