/// The codewords of a QR code: the text's bits, and what corrects their errors.
enum QRWords {
    /// Mode, length, bytes, end, and what fills up (ISO/IEC 18004, section 7.4).
    static func data(_ bytes: [UInt8], version: Int, level: QRCode.Level) -> [UInt8] {
        let capacity = QRTables.dataCodewords(version, level)
        var bits: [Bool] = []
        func append(_ value: Int, _ count: Int) {
            for place in (0..<count).reversed() { bits.append(value >> place & 1 == 1) }
        }
        append(0b0100, 4)
        append(bytes.count, QRTables.lengthBits(version))
        for byte in bytes { append(Int(byte), 8) }
        append(0, min(4, capacity * 8 - bits.count))
        append(0, (8 - bits.count % 8) % 8)
        var words = stride(from: 0, to: bits.count, by: 8).map { start in
            bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
        }
        var pad: UInt8 = 0xEC
        while words.count < capacity {
            words.append(pad)
            pad ^= 0xEC ^ 0x11
        }
        return words
    }

    /// Blocks one after the other, a codeword of each in turn (section 7.6).
    static func interleaved(_ data: [UInt8], version: Int, level: QRCode.Level) -> [UInt8] {
        let blockCount = QRTables.blocks(version, level)
        let checkLength = QRTables.check(version, level)
        let short = data.count / blockCount
        let longer = data.count % blockCount
        let divisor = ReedSolomon.divisor(degree: checkLength)
        var blocks: [ArraySlice<UInt8>] = []
        var rest = data[...]
        for index in 0..<blockCount {
            let length = short + (index >= blockCount - longer ? 1 : 0)
            blocks.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        let checks = blocks.map { ReedSolomon.remainder(of: $0, by: divisor) }
        var words: [UInt8] = []
        for place in 0...short {
            for block in blocks where place < block.count {
                words.append(block[block.startIndex + place])
            }
        }
        for place in 0..<checkLength {
            for check in checks { words.append(check[place]) }
        }
        return words
    }
}

/// Error correction over GF(2⁸) with the polynomial x⁸ + x⁴ + x³ + x² + 1 (section 7.5).
enum ReedSolomon {
    static func multiply(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var product = 0
        for place in (0..<8).reversed() {
            product = product << 1 ^ (product >> 7) * 0x11D
            product ^= Int(right >> UInt8(place) & 1) * Int(left)
        }
        return UInt8(product & 0xFF)
    }

    /// The generator polynomial without its leading one, the highest power first.
    static func divisor(degree: Int) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: degree - 1) + [1]
        var root: UInt8 = 1
        for _ in 0..<degree {
            for place in result.indices {
                result[place] = multiply(result[place], root)
                if place + 1 < result.count { result[place] ^= result[place + 1] }
            }
            root = multiply(root, 2)
        }
        return result
    }

    static func remainder(of data: some Sequence<UInt8>, by divisor: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: divisor.count)
        for byte in data {
            let factor = byte ^ result.removeFirst()
            result.append(0)
            for place in result.indices { result[place] ^= multiply(divisor[place], factor) }
        }
        return result
    }
}
