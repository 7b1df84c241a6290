extension PublicKey {
    /// The first 32 bytes; ones that are missing count as zero.
    public init(bytes: [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for index in 0..<32 {
            let byte = index < bytes.count ? bytes[index] : 0
            text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        hex = String(decoding: text, as: UTF8.self)
    }
}
