import Database
import Foundation
import Mesh
import MeshCrypto
import MeshProtocol

/// Who a message goes out as.
struct MailSigner: Sendable {
    /// The session's or the observer's.
    var keys: SigningKeys
    var session: String
    var member: SigningKeys
}

/// Messages made into frames that only their recipients can read.
struct MailSeal: Sendable {
    let mesh: MeshID
    let signer: MailSigner

    enum Failure: Error {
        case notAKey
        case tooLong
    }

    /// The most bytes of a frame: what a broker takes, less a reserve for its other fields.
    static let longestFrame = FrameLimits.skeinFrame - 4096

    /// For one recipient. One that speaks no `skein/1` is given the text alone.
    func direct(
        _ mail: OutgoingMail, to key: PublicKey, speaksSkein: Bool, at now: Moment
    ) throws(Failure) -> SendFrame {
        let body = speaksSkein ? content(mail, at: now) : Array(mail.text.utf8)
        let nonce = RandomBytes.make(DirectBox.nonceLength)
        guard let sealed = DirectBox.seal(body, nonce: nonce, to: key, from: signer.keys) else {
            throw .notAKey
        }
        return try frame(mail, nonce: nonce, body: sealed, keys: nil)
    }

    private func content(_ mail: OutgoingMail, at now: Moment) -> [UInt8] {
        MessageContent(
            text: mail.text, author: mail.author, hops: mail.hops, answers: mail.answers,
            session: signer.session, attestation: attestation(at: now)
        ).bytes
    }

    private func frame(
        _ mail: OutgoingMail, nonce: [UInt8], body: [UInt8], keys: [SendFrame.SealedKey]?
    ) throws(Failure) -> SendFrame {
        let frame = SendFrame(
            targetSpec: mail.target.spec, priority: mail.priority, nonce: Self.base64(nonce),
            ciphertext: Self.base64(body), id: mail.id.rawValue, keys: keys)
        guard Self.size(frame) <= Self.longestFrame else { throw .tooLong }
        return frame
    }

    /// Bytes of a frame, about.
    static func size(_ frame: SendFrame) -> Int {
        (frame.ciphertext?.utf8.count ?? 0)
            + (frame.keys ?? []).reduce(0) { $0 + $1.member.utf8.count + $1.key.utf8.count + 24 }
    }

    static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// Both keys' word for each other, as of now.
    private func attestation(at now: Moment) -> SessionAttestation {
        let message = AttestationBytes.canonical(
            mesh: mesh.rawValue, sessionKey: signer.keys.publicKey.hex,
            sessionID: signer.session, timestamp: now.milliseconds)
        return SessionAttestation(
            timestamp: now.milliseconds, memberSignature: Hex.text(signer.member.sign(message)),
            sessionSignature: Hex.text(signer.keys.sign(message)))
    }

    /// For members of a group: each reads it by its member's key, in whatever relay of its.
    func group(
        _ mail: OutgoingMail, for members: [PublicKey], at now: Moment
    ) throws(Failure) -> SendFrame {
        let box = GroupBox.seal(
            content(mail, at: now), to: members, from: signer.keys,
            in: GroupBox.Context(mesh: mesh, messageID: mail.id, target: mail.target.spec))
        let keys = box.keys.map {
            SendFrame.SealedKey(member: $0.member.hex, key: Self.base64($0.key))
        }
        return try frame(mail, nonce: box.nonce, body: box.body, keys: keys)
    }

    /// Nil where it cannot be read, or was not written by the key that the broker names.
    static func openGroup(_ push: PushFrame, mesh: MeshID, by member: SigningKeys) -> [UInt8]? {
        guard let sender = PublicKey(hex: push.senderPubkey),
            let key = push.sealedKey.flatMap({ Data(base64Encoded: $0) }),
            let nonce = Data(base64Encoded: push.nonce),
            let body = Data(base64Encoded: push.ciphertext)
        else { return nil }
        let context = GroupBox.Context(
            mesh: mesh, messageID: MessageID(rawValue: push.messageId),
            target: push.targetSpec ?? "")
        return GroupBox(nonce: Array(nonce), body: Array(body)).open(
            with: Array(key), from: sender, to: member, in: context)
    }

    /// Whether the member that the broker names has signed for the key that sent it.
    static func isAttested(_ content: MessageContent, _ push: PushFrame, mesh: MeshID) -> Bool {
        guard let session = content.session, let attestation = content.attestation,
            let member = push.senderMemberPubkey
        else { return false }
        return Attestation.isValid(
            mesh: mesh, memberKey: member, sessionKey: push.senderPubkey, sessionID: session,
            timestamp: attestation.timestamp, memberSignature: attestation.memberSignature,
            sessionSignature: attestation.sessionSignature)
    }
}
