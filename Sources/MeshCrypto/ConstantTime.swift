import CSodium

/// Comparing secrets without telling by the time it takes where they differ.
public enum ConstantTime {
    public static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard Sodium.isReady, left.count == right.count else { return false }
        return sodium_memcmp(left, right, left.count) == 0
    }

    /// The bytes of their UTF-8.
    public static func areEqual(_ left: String, _ right: String) -> Bool {
        areEqual(Array(left.utf8), Array(right.utf8))
    }
}
