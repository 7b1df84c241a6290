extension VirtualTerminal {
    mutating func perform(_ sequence: ControlSequence) {
        switch (sequence.prefix, sequence.intermediates, sequence.final) {
        case ("?", "", "h"): setPrivate(sequence.numbers, true)
        case ("?", "", "l"): setPrivate(sequence.numbers, false)
        case ("", "", _): performPlain(sequence)
        case ("", " ", "q"): modes.cursorShape = sequence.choice()
        case ("", "!", "p"): softReset()
        case (">", "", "u"): modes.keyboardDepth += 1
        case ("<", "", "u"): modes.keyboardDepth = max(0, modes.keyboardDepth - sequence.count())
        case ("=", "", "u"): if sequence.choice() == 0 { modes.keyboardDepth = 0 }
        default: unknown.append(sequence.text)
        }
    }

    private mutating func performPlain(_ sequence: ControlSequence) {
        let count = sequence.count()
        switch sequence.final {
        case "A": move(rows: -count)
        case "B", "e": move(rows: count)
        case "C", "a": place(column: cursor.column + count)
        case "D": place(column: cursor.column - count)
        case "E":
            move(rows: count)
            place(column: 0)
        case "F":
            move(rows: -count)
            place(column: 0)
        case "G", "`": place(column: count - 1)
        case "H", "f": place(column: sequence.count(1) - 1, row: count - 1)
        case "d": place(column: cursor.column, row: count - 1)
        case "J": eraseInDisplay(sequence.choice())
        case "K": eraseInLine(sequence.choice())
        case "L": insertLines(count)
        case "M": deleteLines(count)
        case "P": deleteCharacters(count)
        case "@": insertCharacters(count)
        case "X": erase(cursor.column..<min(columns, cursor.column + count), row: cursor.row)
        case "S": scroll(count)
        case "T": scroll(-count)
        case "I": for _ in 0..<count { take(0x09) }
        case "Z": for _ in 0..<count { backTab() }
        case "b": repeatLast(count)
        case "g":
            if sequence.choice() == 3 { tabStops = [] } else { tabStops.remove(cursor.column) }
        case "h", "l": setMode(sequence.numbers, sequence.final == "h")
        case "m": setPen(sequence.numbers)
        case "r": setRegion(sequence)
        case "s": saveCursor()
        case "u": restoreCursor()
        case "t": setTitleStack(sequence)
        case "c": replies += Array("\u{1B}[?62;22c".utf8)
        case "n": report(sequence.choice())
        default: unknown.append(sequence.text)
        }
    }

    private mutating func report(_ what: Int) {
        if what == 6 {
            replies += Array("\u{1B}[\(cursor.row + 1);\(cursor.column + 1)R".utf8)
        } else if what == 5 {
            replies += Array("\u{1B}[0n".utf8)
        }
    }

    private mutating func backTab() {
        cursor.column = tabStops.filter { $0 < cursor.column }.max() ?? 0
    }

    private mutating func setMode(_ numbers: [Int], _ isOn: Bool) {
        if numbers.contains(4) { modes.isInsert = isOn }
    }

    private mutating func setTitleStack(_ sequence: ControlSequence) {
        switch sequence.choice() {
        case 22: titleStack.append(title)
        case 23: if let last = titleStack.popLast() { title = last }
        default: unknown.append(sequence.text)
        }
    }

    private mutating func setRegion(_ sequence: ControlSequence) {
        let top = sequence.count() - 1
        let bottom = min(rows, sequence.choice(1) == 0 ? rows : sequence.choice(1)) - 1
        guard top < bottom else { return }
        region = top...bottom
        place(column: 0, row: 0)
    }

    private mutating func softReset() {
        pen = Pen()
        charsets = Charsets()
        region = 0...(rows - 1)
        modes.isInsert = false
        modes.isKeypadApplication = false
        for (mode, isOn) in [(1, false), (6, false), (7, true), (25, true)] {
            modes.set(mode, isOn)
        }
    }

    private mutating func setPen(_ numbers: [Int]) {
        var rest = (numbers.isEmpty ? [0] : numbers)[...]
        while let number = rest.popFirst() {
            switch number {
            case 0: pen = Pen(hyperlink: pen.hyperlink)
            case 1...9: pen.attributes.insert(number)
            case 22: pen.attributes.subtract([1, 2])
            case 23...29: pen.attributes.remove(number - 20)
            case 30...37: pen.foreground = .indexed(number - 30)
            case 40...47: pen.background = .indexed(number - 40)
            case 90...97: pen.foreground = .indexed(number - 82)
            case 100...107: pen.background = .indexed(number - 92)
            case 38: pen.foreground = Self.color(&rest)
            case 48: pen.background = Self.color(&rest)
            case 39: pen.foreground = .standard
            case 49: pen.background = .standard
            default: unknown.append("SGR \(number)")
            }
        }
    }

    private static func color(_ rest: inout ArraySlice<Int>) -> Color {
        switch rest.popFirst() {
        case 5: return .indexed(rest.popFirst() ?? 0)
        case 2:
            let channels = (0..<3).map { _ in rest.popFirst() ?? 0 }
            return .rgb(channels[0], channels[1], channels[2])
        default: return .standard
        }
    }
}
