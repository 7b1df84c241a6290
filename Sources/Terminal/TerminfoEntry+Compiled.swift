/// The binary form of an entry, term(5), with 32-bit numbers and extended flags and numbers.
///
/// ncurses takes it from the environment variable `TERMINFO` as `hex:…` (ncurses(3X)), so a
/// derived entry needs neither `tic` nor a file.
extension TerminfoEntry {
    var compiled: [UInt8] {
        var bytes: [UInt8] = []
        let names = Array("\(name)|derived".utf8) + [0]
        let (offsets, table) = stringTable
        for count in [
            0o1036, names.count, Self.standardFlags.count, Self.standardNumbers.count,
            offsets.count, table.count,
        ] { bytes.append(short: count) }
        bytes += names
        bytes += Self.standardFlags.map { flags.contains($0) ? 1 : 0 }
        bytes.padToEven()
        for number in Self.standardNumbers { bytes.append(long: numbers[number] ?? -1) }
        for offset in offsets { bytes.append(short: offset) }
        bytes += table
        bytes.padToEven()
        bytes += extended
        return bytes
    }

    /// What `TERMINFO` has to be for ncurses to find this entry.
    var environmentValue: String {
        let digits = Array("0123456789abcdef".utf8)
        var text = Array("hex:".utf8)
        for byte in compiled {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    private var stringTable: (offsets: [Int], table: [UInt8]) {
        var offsets: [Int] = []
        var table: [UInt8] = []
        for name in Self.standardStrings {
            guard let value = strings[name] else {
                offsets.append(-1)
                continue
            }
            offsets.append(table.count)
            table += value + [0]
        }
        return (offsets, table)
    }

    private var extended: [UInt8] {
        let flagNames = flags.subtracting(Self.standardFlags).sorted()
        let numberNames = Set(numbers.keys).subtracting(Self.standardNumbers).sorted()
        let names = flagNames + numberNames
        let table: [UInt8] = names.flatMap { Array($0.utf8) + [UInt8(0)] }
        var bytes: [UInt8] = []
        for count in [flagNames.count, numberNames.count, 0, names.count, table.count] {
            bytes.append(short: count)
        }
        bytes += flagNames.map { _ in 1 }
        bytes.padToEven()
        for name in numberNames { bytes.append(long: numbers[name] ?? -1) }
        var offset = 0
        for name in names {
            bytes.append(short: offset)
            offset += name.utf8.count + 1
        }
        return bytes + table
    }
}

extension [UInt8] {
    fileprivate mutating func append(short value: Int) {
        let bits = UInt16(truncatingIfNeeded: value)
        append(UInt8(bits & 0xFF))
        append(UInt8(bits >> 8))
    }

    fileprivate mutating func append(long value: Int) {
        append(short: value & 0xFFFF)
        append(short: value >> 16)
    }

    fileprivate mutating func padToEven() {
        if !count.isMultiple(of: 2) { append(0) }
    }
}
