import CSodium
import Mesh

/// An ed25519 pair (RFC 8032): a member's, a session's or a mesh owner's. The secret half is
/// wiped from memory when nobody holds the pair any more.
public struct SigningKeys: Sendable {
    public static let seedLength = 32
    public static let signatureLength = 64

    public let publicKey: PublicKey
    private let secret: SecretBytes

    /// A new pair, from the system's cryptographic source.
    public static func generate() -> SigningKeys {
        var seed = RandomBytes.make(seedLength)
        defer { sodium_memzero(&seed, seed.count) }
        return SigningKeys(checkedSeed: seed)
    }

    /// Nil unless `seed` has 32 bytes.
    public init?(seed: [UInt8]) {
        guard seed.count == Self.seedLength else { return nil }
        self.init(checkedSeed: seed)
    }

    private init(checkedSeed seed: [UInt8]) {
        _ = Sodium.isReady
        var publicBytes = [UInt8](repeating: 0, count: 32)
        secret = SecretBytes(count: 64) { memory in
            _ = crypto_sign_seed_keypair(&publicBytes, memory, seed)
        }
        publicKey = PublicKey(bytes: publicBytes)
    }

    /// The 32 bytes the pair is made of again: secret, only ever for storing.
    public var seed: [UInt8] { secret.prefix(Self.seedLength) }

    /// A detached signature, 64 bytes; the same message always has the same one.
    public func sign(_ message: [UInt8]) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: Self.signatureLength)
        secret.withBytes { secret in
            _ = crypto_sign_detached(&signature, nil, message, UInt64(message.count), secret)
        }
        return signature
    }

    /// The 64 bytes libsodium works with: the seed, then the public key.
    func withSecret<Value>(_ work: (UnsafePointer<UInt8>) -> Value) -> Value {
        secret.withBytes(work)
    }
}
