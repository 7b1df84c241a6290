import CSodium
import Mesh

/// The body of a message to a group (protocol decision 11): libsodium's `crypto_secretbox_easy`
/// (XSalsa20, Poly1305) under a fresh key, and that key sealed to each member (`crypto_box_seal`).
/// The text in the box is the sender's signature, 64 bytes, then the content. Base64 is the
/// caller's.
public struct GroupBox: Equatable, Sendable {
    /// What a signature holds to: nobody can pass the content on as another message.
    public struct Context: Equatable, Sendable {
        public var mesh: MeshID
        public var messageID: MessageID
        /// Whom it is sent to, as it stands in the frame.
        public var target: String

        public init(mesh: MeshID, messageID: MessageID, target: String) {
            self.mesh = mesh
            self.messageID = messageID
            self.target = target
        }
    }

    /// The body's key for one member.
    public struct SealedKey: Equatable, Sendable {
        public var member: PublicKey
        /// 80 bytes.
        public var key: [UInt8]

        public init(member: PublicKey, key: [UInt8]) {
            self.member = member
            self.key = key
        }
    }

    /// Bytes of a nonce.
    public static let nonceLength = 24
    /// Bytes by which a body is longer than its content.
    public static let overhead = 16 + SigningKeys.signatureLength
    private static let keyLength = 32
    private static let sealedLength = 48 + keyLength

    public var nonce: [UInt8]
    public var body: [UInt8]
    /// In the order of the members; one whose key is no point has none.
    public var keys: [SealedKey]

    public init(nonce: [UInt8], body: [UInt8], keys: [SealedKey] = []) {
        self.nonce = nonce
        self.body = body
        self.keys = keys
    }

    /// Seals `content` for `members`, by keys and a nonce from the system's source.
    public static func seal(
        _ content: [UInt8], to members: [PublicKey], from sender: SigningKeys, in context: Context
    ) -> GroupBox {
        var key = RandomBytes.make(keyLength)
        defer { sodium_memzero(&key, key.count) }
        let nonce = RandomBytes.make(nonceLength)
        let text = sender.sign(signed(content, context)) + content
        var body = [UInt8](repeating: 0, count: content.count + overhead)
        _ = crypto_secretbox_easy(&body, text, UInt64(text.count), nonce, key)
        let keys = members.compactMap { member in
            seal(key: key, to: member).map { SealedKey(member: member, key: $0) }
        }
        return GroupBox(nonce: nonce, body: body, keys: keys)
    }

    private static func seal(key: [UInt8], to member: PublicKey) -> [UInt8]? {
        guard let curve = member.curveBytes else { return nil }
        var sealed = [UInt8](repeating: 0, count: sealedLength)
        return crypto_box_seal(&sealed, key, UInt64(key.count), curve) == 0 ? sealed : nil
    }

    /// Nil where the body's key was not sealed to `recipient`, where anything was changed, or where
    /// `sender` has not signed this content for this message.
    public func open(
        with sealedKey: [UInt8], from sender: PublicKey, to recipient: SigningKeys,
        in context: Context
    ) -> [UInt8]? {
        guard nonce.count == Self.nonceLength, body.count >= Self.overhead,
            sealedKey.count == Self.sealedLength, let curve = recipient.publicKey.curveBytes
        else { return nil }
        var key = [UInt8](repeating: 0, count: Self.keyLength)
        defer { sodium_memzero(&key, key.count) }
        let unsealed = recipient.withCurveSecret { secret in
            crypto_box_seal_open(&key, sealedKey, UInt64(sealedKey.count), curve, secret)
        }
        guard unsealed == 0 else { return nil }
        var text = [UInt8](repeating: 0, count: body.count - 16)
        guard crypto_secretbox_open_easy(&text, body, UInt64(body.count), nonce, key) == 0 else {
            return nil
        }
        let signature = Array(text.prefix(SigningKeys.signatureLength))
        let content = Array(text.dropFirst(SigningKeys.signatureLength))
        let isSenders = Signature.isValid(
            signature, of: Self.signed(content, context), by: sender)
        return isSenders ? content : nil
    }

    private static func signed(_ content: [UInt8], _ context: Context) -> [UInt8] {
        GroupBytes.canonical(
            mesh: context.mesh.rawValue, messageID: context.messageID.rawValue,
            target: context.target, contentDigest: SHA256.of(content))
    }
}
