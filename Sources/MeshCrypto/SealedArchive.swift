import CSodium

/// A file that a passphrase opens: a backup that may lie anywhere.
///
/// `SKEINBAK`, a byte of version, the costs (passes and KiB of memory, 32 bits each, the least
/// first), 16 bytes of salt, 24 of nonce; the contents by XChaCha20-Poly1305 with all of this as
/// additional data, under a key by Argon2id; SHA-256 of everything before it, which tells damage
/// from a wrong passphrase.
public enum SealedArchive {
    /// What a guess at the passphrase costs.
    public struct Cost: Equatable, Sendable {
        public var passes: UInt32
        public var kibibytes: UInt32

        public init(passes: UInt32, kibibytes: UInt32) {
            self.passes = passes
            self.kibibytes = kibibytes
        }

        /// libsodium's `MODERATE`: about a second.
        public static let moderate = Cost(passes: 3, kibibytes: 256 << 10)
        /// libsodium's `INTERACTIVE`: about a tenth of one.
        public static let interactive = Cost(passes: 2, kibibytes: 64 << 10)

        /// What is accepted of a file, which anybody may have made.
        var isBearable: Bool {
            (1...16).contains(passes) && (8...(1 << 20)).contains(kibibytes)
        }
    }

    public enum Fault: Error, Equatable, Sendable {
        /// Fewer characters than `shortestPassphrase`.
        case shortPassphrase
        /// It is not the one the file was sealed with.
        case wrongPassphrase
        /// It is no archive of this kind.
        case foreign
        /// It is one, and was changed or cut short.
        case damaged
        /// A newer Skein has made it.
        case newer
        /// There is not the memory that the passphrase's check takes.
        case noMemory
    }

    public static let shortestPassphrase = 12

    private static let magic = Array("SKEINBAK".utf8)
    private static let version: UInt8 = 1
    private static let saltLength = 16
    private static let nonceLength = 24
    private static let headerLength = 8 + 1 + 8 + saltLength + nonceLength
    private static let tagLength = 16
    private static let digestLength = 32

    /// Blocks for as long as `cost` says.
    public static func seal(
        _ contents: [UInt8], passphrase: String, cost: Cost = .moderate
    ) throws(Fault) -> [UInt8] {
        guard passphrase.count >= shortestPassphrase else { throw .shortPassphrase }
        let salt = RandomBytes.make(saltLength)
        let nonce = RandomBytes.make(nonceLength)
        let header =
            magic + [version] + bytes(cost.passes) + bytes(cost.kibibytes) + salt + nonce
        let key = try key(passphrase, salt: salt, cost: cost)
        var box = [UInt8](repeating: 0, count: contents.count + tagLength)
        _ = key.withBytes { key in
            crypto_aead_xchacha20poly1305_ietf_encrypt(
                &box, nil, contents, UInt64(contents.count), header, UInt64(header.count), nil,
                nonce, key)
        }
        let archive = header + box
        return archive + SHA256.of(archive)
    }

    /// Blocks for as long as the file's costs say, which are bounded.
    public static func open(_ archive: [UInt8], passphrase: String) throws(Fault) -> [UInt8] {
        guard archive.starts(with: magic) else { throw .foreign }
        guard archive.count > magic.count else { throw .damaged }
        guard archive[magic.count] <= version else { throw .newer }
        guard archive.count >= headerLength + tagLength + digestLength else { throw .damaged }
        let sealed = Array(archive.dropLast(digestLength))
        guard Array(archive.suffix(digestLength)) == SHA256.of(sealed) else { throw .damaged }
        let header = Array(sealed.prefix(headerLength))
        let box = Array(sealed.dropFirst(headerLength))
        let cost = Cost(passes: number(header[9..<13]), kibibytes: number(header[13..<17]))
        guard archive[magic.count] == version, cost.isBearable else { throw .damaged }
        let nonce = Array(header.suffix(nonceLength))
        let key = try key(passphrase, salt: Array(header[17..<(17 + saltLength)]), cost: cost)
        var contents = [UInt8](repeating: 0, count: box.count - tagLength)
        let result = key.withBytes { key in
            crypto_aead_xchacha20poly1305_ietf_decrypt(
                &contents, nil, nil, box, UInt64(box.count), header, UInt64(header.count), nonce,
                key)
        }
        guard result == 0 else { throw .wrongPassphrase }
        return contents
    }

    private static func key(
        _ passphrase: String, salt: [UInt8], cost: Cost
    ) throws(Fault) -> SecretBytes {
        _ = Sodium.isReady
        var secret = passphrase.utf8.map { CChar(bitPattern: $0) }
        defer { sodium_memzero(&secret, secret.count) }
        var result: Int32 = -1
        let key = SecretBytes(count: 32) { memory in
            result = crypto_pwhash(
                memory, 32, secret, UInt64(secret.count), salt, UInt64(cost.passes),
                Int(cost.kibibytes) << 10, crypto_pwhash_ALG_ARGON2ID13)
        }
        guard result == 0 else { throw .noMemory }
        return key
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
