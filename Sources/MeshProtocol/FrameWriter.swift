/// Writes the commonest frames without the general encoder, which takes many times as long.
struct FrameWriter {
    private(set) var bytes: [UInt8]

    init(type: StaticString, reserving count: Int) {
        bytes = []
        bytes.reserveCapacity(count)
        bytes.append(UInt8(ascii: "{"))
        write("type", type.description)
    }

    mutating func write(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        begin(name)
        JSONText.append(value, to: &bytes)
    }

    mutating func write(_ name: StaticString, _ value: Bool?) {
        guard let value else { return }
        begin(name)
        bytes += (value ? "true" : "false").utf8
    }

    /// The whole frame.
    mutating func end() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private mutating func begin(_ name: StaticString) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes += $0 }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }
}

extension ServerFrame {
    /// Acks and messages; nil leaves a frame to the general encoder, whose bytes mean the same.
    var fastJSON: [UInt8]? {
        switch body {
        case .ack(let ack):
            var writer = FrameWriter(type: "ack", reserving: 256)
            writer.write("id", ack.id)
            writer.write("messageId", ack.messageId)
            writer.write("queued", ack.queued)
            writer.write("error", ack.error)
            writer.write("_reqId", requestID)
            return writer.end()
        case .push(let push) where push.eventData == nil:
            var writer = FrameWriter(type: "push", reserving: push.ciphertext.utf8.count + 1024)
            writer.write("messageId", push.messageId)
            writer.write("meshId", push.meshId)
            writer.write("senderPubkey", push.senderPubkey)
            writer.write("priority", push.priority)
            writer.write("nonce", push.nonce)
            writer.write("ciphertext", push.ciphertext)
            writer.write("createdAt", push.createdAt.description)
            writer.write("subtype", push.subtype)
            writer.write("event", push.event)
            writer.write("senderMemberPubkey", push.senderMemberPubkey)
            writer.write("senderName", push.senderName)
            writer.write("client_message_id", push.clientMessageID)
            writer.write("targetSpec", push.targetSpec)
            writer.write("sealedKey", push.sealedKey)
            writer.write("unencrypted", push.unencrypted)
            writer.write("_reqId", requestID)
            return writer.end()
        default: return nil
        }
    }
}
