extension SkeinError {
    /// A broker's word for a refusal as one of ours (Docs/protocol.md, Requests). `message` is
    /// the broker's own, and hostile.
    public static func refused(byBroker code: String, _ message: String) -> SkeinError {
        let known: [String: ErrorCode] = [
            "not_found": .notThere, "forbidden": .forbidden, "ambiguous": .peerAmbiguous,
            "invalid_argument": .arguments, "limit": .arguments, "too_large": .arguments,
            "disk_full": .diskFull, "queue_full": .queueFull,
        ]
        let said = message.isEmpty ? code : message
        return SkeinError(
            known[code] ?? .brokerRefused, "The broker refused: \(said)", subject: code)
    }
}
