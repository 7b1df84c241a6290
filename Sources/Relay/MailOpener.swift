import Foundation
import Mesh
import MeshCrypto
import MeshProtocol

/// A launch's session key; kept for as long as a broker keeps mail for it after its end.
struct LaunchKey: Sendable {
    var id: LaunchID
    var mesh: MeshID
    var keys: SigningKeys
}

/// The keys by which this machine reads the mail of one mesh.
struct MailKeyring: Sendable {
    var member: SigningKeys
    var observer: SigningKeys
    /// Launches that live or ended not long ago, by their keys.
    var launches: [String: LaunchKey]

    /// Whose inbox what is addressed to a key belongs into: nil is the person's.
    func launch(addressed spec: String?) -> LaunchID? { spec.flatMap { launches[$0]?.id } }

    /// Those that may open what is addressed to a key, the likely one first. A broker of old does
    /// not say whom it is for: then `hearer` is whose link it came by.
    func readers(of spec: String?, pushedTo hearer: MailHearer) -> [SigningKeys] {
        var keys: [SigningKeys] = []
        if let spec, PublicKey(hex: spec) != nil {
            if let launch = launches[spec] { keys.append(launch.keys) }
            if observer.publicKey.hex == spec { keys.append(observer) }
        } else if case .launch(let id) = hearer,
            let own = launches.values.first(where: { $0.id == id })
        {
            keys.append(own.keys)
        } else {
            keys.append(observer)
        }
        return keys + [member]
    }
}

/// Pushes made readable: pure, and of what anybody may have sent.
struct MailOpener {
    let mesh: MeshID
    let keyring: MailKeyring
    let hearer: MailHearer

    struct Opened: Sendable {
        var message: InboxMessage
        /// The member that signed for its sender; nil where nobody did.
        var attestedBy: String?
    }

    enum Unreadable: Error { case unreadable }

    func open(_ push: PushFrame, at now: Moment) throws(Unreadable) -> Opened {
        guard (1...FrameLimits.id).contains(push.messageId.utf8.count) else { throw .unreadable }
        if push.subtype == "webhook" { return webhook(push, at: now) }
        if push.sealedKey != nil { return try group(push, at: now) }
        if push.unencrypted == true || push.nonce.isEmpty { return try plain(push, at: now) }
        guard let sender = PublicKey(hex: push.senderPubkey),
            let nonce = Self.bytes(push.nonce), let body = Self.bytes(push.ciphertext)
        else { throw .unreadable }
        for keys in keyring.readers(of: push.targetSpec, pushedTo: hearer) {
            guard let text = DirectBox.open(body, nonce: nonce, from: sender, to: keys) else {
                continue
            }
            return try written(text, push, at: now)
        }
        // A broker of old does not mark what was sent to a group, which is plain.
        guard push.targetSpec == nil else { throw .unreadable }
        return try plain(push, at: now)
    }

    // MARK: - Kinds

    private func group(_ push: PushFrame, at now: Moment) throws(Unreadable) -> Opened {
        guard let text = MailSeal.openGroup(push, mesh: mesh, by: keyring.member) else {
            throw .unreadable
        }
        return try written(text, push, at: now)
    }

    private func plain(_ push: PushFrame, at now: Moment) throws(Unreadable) -> Opened {
        guard let bytes = Self.bytes(push.ciphertext),
            let text = String(validating: bytes, as: UTF8.self)
        else { throw .unreadable }
        return Opened(message: message(push, text, .unknown, .unencrypted, at: now))
    }

    private func webhook(_ push: PushFrame, at now: Moment) -> Opened {
        var push = push
        push.senderName = push.senderPubkey
        push.senderMemberPubkey = nil
        let data = push.eventData.map { $0.canonical } ?? ""
        return Opened(message: message(push, data, .unknown, .unencrypted, at: now))
    }

    /// What one client wrote for another, or a client of old's text.
    private func written(
        _ bytes: [UInt8], _ push: PushFrame, at now: Moment
    ) throws(Unreadable) -> Opened {
        let content: MessageContent
        do throws(MessageContent.Fault) { content = try MessageContent.parse(bytes) } catch {
            throw .unreadable
        }
        // What a member's own key sealed needs no other word for it.
        let isMember = push.senderPubkey == push.senderMemberPubkey
        let isAttested = isMember || MailSeal.isAttested(content, push, mesh: mesh)
        var opened = Opened(
            message: message(
                push, content.text, isAttested ? content.author : .unknown,
                isAttested ? .attested : .claimed, at: now),
            attestedBy: isAttested ? push.senderMemberPubkey : nil)
        opened.message.hops = content.hops
        opened.message.answers = content.answers
        return opened
    }

    private func message(
        _ push: PushFrame, _ text: String, _ author: MessageAuthor,
        _ trust: MessageSender.Trust, at now: Moment
    ) -> InboxMessage {
        let spec = FrameLimits.cut(push.targetSpec ?? "", to: FrameLimits.id)
        let sender = FrameLimits.cut(push.senderPubkey, to: FrameLimits.id)
        let isForOne = PublicKey(hex: spec) != nil
        // What is for one key is its owner's, by whatever link it came.
        var launch = isForOne ? keyring.launch(addressed: spec) : nil
        if !isForOne, case .launch(let id) = hearer { launch = id }
        return InboxMessage(
            key: InboxKey(
                mesh: mesh, id: MessageID(rawValue: push.messageId), launch: launch),
            sender: MessageSender(
                name: push.senderName.flatMap { PeerName.cleaned($0) } ?? String(sender.prefix(8)),
                key: sender,
                memberKey: push.senderMemberPubkey.flatMap { PublicKey(hex: $0)?.hex },
                author: author, trust: trust),
            target: spec, priority: MessagePriority(rawValue: push.priority) ?? .next, text: text,
            createdAt: push.createdAt.moment, receivedAt: now)
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        Data(base64Encoded: text).map { Array($0) }
    }
}
