import Keys

/// Control sequences (ECMA-48 5.4; xterm's "ctlseqs").
extension InputDecoder {
    /// `ESC [`, parameter bytes, intermediate bytes, one final byte.
    static func parseControlSequence(_ bytes: [UInt8]) -> Outcome {
        var index = 2
        while index < bytes.count, (0x20..<0x40).contains(bytes[index]) { index += 1 }
        guard index < bytes.count else { return .incomplete }
        let final = bytes[index]
        guard (0x40..<0x7F).contains(final) else { return broken(bytes, at: index) }
        let parameters = bytes[2..<index]
        let count = index + 1
        switch (final, parameters.isEmpty) {
        case (UInt8(ascii: "["), true):
            // The Linux console's F1 to F5: one more byte.
            return bytes.count > count ? .key(count + 1, console(bytes[count])) : .incomplete
        case (UInt8(ascii: "M"), true):
            // A mouse report of the first kind, which we never ask for: three bytes follow.
            return bytes.count >= count + 3 ? .complete(count + 3, nil) : .incomplete
        default: return meaning(of: parameters, final: final, count: count)
        }
    }

    private static func meaning(
        of parameters: ArraySlice<UInt8>, final: UInt8, count: Int
    ) -> Outcome {
        let first = parameters.first ?? 0
        let numbers = numbers(parameters.drop { (0x3C..<0x40).contains($0) })
        switch (Character(Unicode.Scalar(first)), Character(Unicode.Scalar(final))) {
        case ("<", "M"), ("<", "m"):
            return .complete(count, mouse(numbers, isPress: final == UInt8(ascii: "M")))
        case ("?", "c"): return .complete(count, .deviceAttributes)
        case (_, "I") where parameters.isEmpty: return .complete(count, .focus(gained: true))
        case (_, "O") where parameters.isEmpty: return .complete(count, .focus(gained: false))
        case ("2", "~") where numbers == [200]: return .paste(count)
        case (_, let final) where first < 0x3C: return .key(count, key(numbers, final))
        default: return .complete(count, nil)
        }
    }

    /// A sequence that a control character or a byte of text breaks off: it means nothing, and what
    /// broke it off counts. CAN and SUB are made to do that.
    private static func broken(_ bytes: [UInt8], at index: Int) -> Outcome {
        .complete(bytes[index] == 0x18 || bytes[index] == 0x1A ? index + 1 : index, nil)
    }

    /// `ESC O` and a final byte: function and keypad keys in application mode. Some terminals put a
    /// modifier's digits between.
    static func parseSingleShift(_ bytes: [UInt8]) -> Outcome {
        var index = 2
        while index < bytes.count, (0x30..<0x3C).contains(bytes[index]) { index += 1 }
        guard index < bytes.count else { return .incomplete }
        let final = bytes[index]
        guard (0x40..<0x7F).contains(final) else { return broken(bytes, at: index) }
        return .key(index + 1, shifted(final))
    }

    private static func shifted(_ final: UInt8) -> Key? {
        switch final {
        case UInt8(ascii: "M"): .enter
        case UInt8(ascii: "I"): .tab
        case UInt8(ascii: "X"): .text("=")
        // The keypad: * + , - . / 0 to 9.
        case UInt8(ascii: "j")...UInt8(ascii: "y"):
            .text(String(Character(Unicode.Scalar(final - 0x40))))
        default: key([], Character(Unicode.Scalar(final)))
        }
    }

    private static func console(_ byte: UInt8) -> Key? {
        (UInt8(ascii: "A")...UInt8(ascii: "E")).contains(byte)
            ? .function(Int(byte - UInt8(ascii: "A")) + 1) : nil
    }

    private static func key(_ numbers: [Int], _ final: Character) -> Key? {
        switch final {
        case "A": .up
        case "B": .down
        case "C": .right
        case "D": .left
        case "F": .end
        case "H": .home
        case "P": .function(1)
        case "Q": .function(2)
        // With a row and a column it is the answer to "where is the cursor".
        case "R": numbers.count < 2 || numbers[0] == 1 && numbers[1] <= 16 ? .function(3) : nil
        case "S": .function(4)
        case "Z": .backTab
        case "u": modified(code: numbers.first, modifiers: numbers.dropFirst().first)
        case "~": numbered(numbers)
        default: nil
        }
    }

    private static func numbered(_ numbers: [Int]) -> Key? {
        switch numbers.first {
        case 1, 7: .home
        case 2: .insert
        case 3: .delete
        case 4, 8: .end
        case 5: .pageUp
        case 6: .pageDown
        case .some(let code) where (11...15).contains(code): .function(code - 10)
        case .some(let code) where (17...21).contains(code): .function(code - 11)
        case .some(let code) where (23...24).contains(code): .function(code - 12)
        // xterm's modifyOtherKeys: 27 ; modifiers ; code.
        case 27 where numbers.count == 3: modified(code: numbers[2], modifiers: numbers[1])
        default: nil
        }
    }

    /// A key as its code point with modifiers (1 + Shift 1, Alt 2, Ctrl 4).
    private static func modified(code: Int?, modifiers: Int?) -> Key? {
        guard let code, code > 0, let scalar = Unicode.Scalar(UInt32(code)) else { return nil }
        let held = max(0, (modifiers ?? 1) - 1)
        if code == 9, held & 1 != 0 { return .backTab }
        if code == 0x0D, held & 7 != 0 { return .altEnter }
        if code < 0x20 || code == 0x7F { return control(UInt8(code)) }
        // Code points of the private use area are keys of their own there: shift, media and such.
        if (0x80..<0xA0).contains(code) || (0xE000..<0xF900).contains(code) { return nil }
        let character = Character(scalar)
        if held & 4 != 0 { return .control(character.lowercased().first ?? character) }
        return held & 2 != 0 ? .alt(character) : .text(String(character))
    }

    /// SGR mouse (1006): button and modifiers, column, row, both from 1.
    private static func mouse(_ numbers: [Int], isPress: Bool) -> Token? {
        guard numbers.count == 3, numbers[1] > 0, numbers[2] > 0 else { return nil }
        let (button, isMotion, isWheel) = (
            numbers[0] & 3, numbers[0] & 32 != 0, numbers[0] & 64 != 0
        )
        let kind: MouseEvent.Kind
        switch (button, isWheel, isMotion) {
        case (0, true, false): kind = .wheelUp
        case (1, true, false): kind = .wheelDown
        case (0, false, true): kind = .drag
        case (0, false, false): kind = isPress ? .press : .release
        // Other buttons, and a pointer that only passes.
        default: return nil
        }
        return .event(.mouse(MouseEvent(kind, column: numbers[1] - 1, row: numbers[2] - 1)))
    }

    /// Decimal numbers between semicolons, each below 2^21; what follows a colon within one is left
    /// out.
    private static func numbers(_ parameters: ArraySlice<UInt8>) -> [Int] {
        guard !parameters.isEmpty else { return [] }
        return parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
            .map { field in
                field.prefix { $0 != UInt8(ascii: ":") }.reduce(0) { number, digit in
                    (0x30..<0x3A).contains(digit)
                        ? min(number * 10 + Int(digit) - 0x30, 0x1F_FFFF) : number
                }
            }
    }
}
