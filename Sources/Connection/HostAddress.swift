#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A host that is written as an IP address: its 4 or 16 bytes.
struct HostAddress: Hashable, Sendable {
    let bytes: [UInt8]

    /// Nil for a name.
    init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: &four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            let all = withUnsafeBytes(of: &six) { Array($0) }
            // ::ffff:a.b.c.d is a.b.c.d.
            bytes = all.starts(with: Self.mapped) ? Array(all[12...]) : all
        } else {
            return nil
        }
    }

    private static let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]

    var isLoopback: Bool {
        bytes.count == 4 ? bytes[0] == 127 : bytes == [UInt8](repeating: 0, count: 15) + [1]
    }

    /// Of a network of somebody's own: RFC 1918, RFC 6598, RFC 4193, and link-local ones.
    var isPrivate: Bool { Self.privateBlocks.contains { isIn($0) } }

    private static let privateBlocks = [
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16",
        "fc00::/7", "fe80::/10",
    ]

    /// False for what is no block: `10.0.0.0/8`, `fd00::/8`.
    func isIn(_ block: some StringProtocol) -> Bool {
        let parts = block.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let base = HostAddress(String(parts[0])), let bits = Int(parts[1]),
            base.bytes.count == bytes.count, (0...bytes.count * 8).contains(bits)
        else { return false }
        return (0..<bits).allSatisfy { bit in
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            return (bytes[bit / 8] ^ base.bytes[bit / 8]) & mask == 0
        }
    }
}
