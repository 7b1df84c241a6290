import CSodium

/// A password as it is kept: Argon2id (RFC 9106) by libsodium, with its salt and its cost in one
/// text. It takes as long as its cost says, so never on a thread that others wait for.
public enum PasswordHash {
    /// What one look at a password costs.
    public struct Cost: Hashable, Sendable {
        /// Passes over the memory.
        public var passes: UInt64
        /// In bytes.
        public var memory: Int

        public init(passes: UInt64, memory: Int) {
            self.passes = passes
            self.memory = memory
        }

        /// For who waits at a form: 64 MiB, about a tenth of a second (libsodium documentation,
        /// "Password hashing").
        public static let interactive = Cost(
            passes: UInt64(crypto_pwhash_opslimit_interactive()),
            memory: crypto_pwhash_memlimit_interactive())
        /// The least there is, for tests alone.
        public static let least = Cost(
            passes: UInt64(crypto_pwhash_opslimit_min()), memory: crypto_pwhash_memlimit_min())
    }

    /// Under a salt of its own. Nil where the memory cannot be had.
    public static func make(of password: String, cost: Cost = .interactive) -> String? {
        _ = Sodium.isReady
        var password = password.utf8.map(CChar.init(bitPattern:))
        defer { sodium_memzero(&password, password.count) }
        var text = [CChar](repeating: 0, count: crypto_pwhash_strbytes())
        let length = UInt64(password.count)
        guard crypto_pwhash_str(&text, password, length, cost.passes, cost.memory) == 0
        else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Whether `hash` was made of that password. False too where `hash` is none.
    public static func isValid(_ password: String, for hash: String) -> Bool {
        guard Sodium.isReady, hash.utf8.count < crypto_pwhash_strbytes() else { return false }
        var password = password.utf8.map(CChar.init(bitPattern:))
        defer { sodium_memzero(&password, password.count) }
        // libsodium reads a field of this length.
        var text = [CChar](repeating: 0, count: crypto_pwhash_strbytes())
        for (index, byte) in hash.utf8.enumerated() { text[index] = CChar(bitPattern: byte) }
        return crypto_pwhash_str_verify(text, password, UInt64(password.count)) == 0
    }
}
