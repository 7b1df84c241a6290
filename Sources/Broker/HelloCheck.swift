import Mesh
import MeshCrypto
import MeshProtocol

/// Why a hello is refused: an `error` frame, then the socket is closed (wire protocol, 1.4).
struct HelloRefusal: Error, Equatable, Sendable {
    var code: String
    var message: String
    var closeCode = CloseCode.violation
    /// The close frame's reason.
    var reason: String

    init(_ code: String, _ message: String? = nil, closeCode: UInt16? = nil, reason: String? = nil)
    {
        self.code = code
        self.message = message ?? "hello rejected: \(code)"
        self.closeCode = closeCode ?? CloseCode.violation
        self.reason = reason ?? code
    }

    /// What a member is told who was put out, at hello or before.
    static func revoked(mesh name: String) -> HelloRefusal {
        HelloRefusal(
            "revoked", "you were put out of the mesh \(name)", closeCode: CloseCode.banned,
            reason: "banned")
    }
}

/// What can be said of a hello by looking at it and at the clock alone.
enum HelloCheck {
    /// A hello's timestamp may be this far from the broker's clock, either way and inclusive.
    static let skewSeconds: Int64 = 60

    /// Fields of bearable size, and a session key that is one.
    static func checkShape(_ hello: HelloFrame) throws(HelloRefusal) {
        let ids = [hello.meshID, hello.memberID, hello.sessionID]
        let words = [
            hello.hostname, hello.peerType, hello.channel, hello.model, hello.role, hello.agent,
            hello.kind,
        ]
        guard ids.allSatisfy({ $0.utf8.count <= FrameLimits.id }),
            words.allSatisfy({ ($0?.utf8.count ?? 0) <= FrameLimits.word }),
            hello.cwd.utf8.count <= FrameLimits.path,
            hello.groups.count <= FrameLimits.groups, hello.capabilities.count <= 64
        else { throw HelloRefusal("malformed", "hello rejected: a field is too long") }
        if let key = hello.sessionKey, !key.isEmpty {
            guard let key = PublicKey(hex: key), key.isPoint else {
                throw HelloRefusal("bad_session_pubkey")
            }
        }
    }

    /// The timestamp, the shape of key and signature, the signature, the attestation: in this
    /// order. Answers the signature's bytes.
    static func checkProof(_ hello: HelloFrame, now: Moment) throws(HelloRefusal) -> [UInt8] {
        guard let timestamp = hello.timestamp, isInWindow(timestamp, now: now) else {
            throw HelloRefusal("timestamp_skew")
        }
        guard let keyBytes = Hex.bytes(hello.publicKey), keyBytes.count == 32,
            let signature = Hex.bytes(hello.signature), signature.count == 64
        else { throw HelloRefusal("malformed") }
        let key = PublicKey(bytes: keyBytes)
        let message = HelloBytes.canonical(
            mesh: hello.meshID, member: hello.memberID, publicKey: hello.publicKey,
            timestamp: timestamp)
        guard Signature.isValid(signature, of: message, by: key) else {
            throw HelloRefusal("bad_signature")
        }
        try checkAttestation(hello, memberKey: key)
        return signature
    }

    static func isInWindow(_ timestamp: Int64, now: Moment) -> Bool {
        let (distance, overflow) = now.milliseconds.subtractingReportingOverflow(timestamp)
        return !overflow && distance.magnitude <= UInt64(skewSeconds * 1000)
    }

    /// A session key is worth nothing to others unless both keys vouch for each other, now.
    private static func checkAttestation(
        _ hello: HelloFrame, memberKey: PublicKey
    ) throws(HelloRefusal) {
        guard hello.speaksSkein, let sessionKey = hello.sessionKey.flatMap({ PublicKey(hex: $0) })
        else { return }
        guard let attestation = hello.attestation, attestation.timestamp == hello.timestamp,
            let byMember = Hex.bytes(attestation.memberSignature),
            let bySession = Hex.bytes(attestation.sessionSignature)
        else { throw HelloRefusal("bad_attestation") }
        let message = AttestationBytes.canonical(
            mesh: hello.meshID, sessionKey: sessionKey.hex, sessionID: hello.sessionID,
            timestamp: attestation.timestamp)
        guard Signature.isValid(byMember, of: message, by: memberKey),
            Signature.isValid(bySession, of: message, by: sessionKey)
        else { throw HelloRefusal("bad_attestation") }
    }
}
