import Mesh

extension ClientFrame {
    /// Messages and their acknowledgements, which are nearly all that a busy broker reads. Nil
    /// leaves a frame to the general decoder, whose answer would be the same.
    static func fast(_ text: String) -> ClientFrame? {
        guard let object = FlatObject(text), let type = object.string("type") else { return nil }
        let verb: Verb
        switch type {
        case "send":
            guard object["keys"] == nil else { return nil }
            verb = .send(SendFrame(object))
        case "client_ack":
            guard let frame = ClientAckFrame(object) else { return nil }
            verb = .clientAck(frame)
        default: return nil
        }
        let id = object.string("_reqId").flatMap { $0.utf8.count <= FrameLimits.id ? $0 : nil }
        return ClientFrame(verb, requestID: id)
    }
}

extension SendFrame {
    fileprivate init(_ object: FlatObject) {
        targetSpec = object.string("targetSpec") ?? ""
        priority = MessagePriority(rawValue: object.string("priority") ?? "next")
        nonce = object.string("nonce")
        ciphertext = object.string("ciphertext")
        id = object.string("id")
        clientMessageID = object.string("client_message_id")
        keys = nil
    }
}

extension ClientAckFrame {
    /// Nil where a field is of another kind.
    fileprivate init?(_ object: FlatObject) {
        for name: StaticString in ["clientMessageId", "brokerMessageId", "refused"] {
            if case .bool = object[name] { return nil }
        }
        if case .string = object["shown"] { return nil }
        clientMessageId = object.string("clientMessageId")
        brokerMessageId = object.string("brokerMessageId")
        refused = object.string("refused")
        shown = object.bool("shown")
    }
}
