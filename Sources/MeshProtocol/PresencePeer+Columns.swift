import Mesh

extension PresencePeer {
    /// One field that may change while a presence lasts.
    struct Column: Sendable {
        let field: Field
        let differs: @Sendable (PresencePeer, PresencePeer) -> Bool
        /// Whether a whole peer is written without it.
        let isAbsent: @Sendable (PresencePeer) -> Bool
        let copy: @Sendable (PresencePeer, inout PresencePeer) -> Void
        let encode: @Sendable (PresencePeer, inout KeyedEncodingContainer<Field>) throws -> Void
        let decode: @Sendable (inout PresencePeer, KeyedDecodingContainer<Field>) throws -> Void

        init<Value: Codable & Equatable & Sendable>(
            _ field: Field, _ path: any WritableKeyPath<PresencePeer, Value> & Sendable,
            absent: Value? = nil
        ) {
            self.field = field
            differs = { $0[keyPath: path] != $1[keyPath: path] }
            isAbsent = { absent != nil && $0[keyPath: path] == absent }
            copy = { $1[keyPath: path] = $0[keyPath: path] }
            encode = { try $1.encode($0[keyPath: path], forKey: field) }
            decode = { $0[keyPath: path] = try $1.decode(Value.self, forKey: field) }
        }
    }

    static let columns: [Column] = [
        Column(.displayName, \.displayName),
        Column(.status, \.status),
        Column(.statusSource, \.statusSource),
        Column(.statusSince, \.statusSince),
        Column(.isWaiting, \.isWaiting, absent: false),
        Column(.summary, \.summary),
        Column(.groups, \.groups),
        Column(.role, \.role, absent: .some(nil)),
        Column(.agent, \.agent, absent: .some(nil)),
        Column(.sessionID, \.sessionID),
        Column(.cwd, \.cwd),
        Column(.hostname, \.hostname, absent: .some(nil)),
        Column(.peerType, \.peerType, absent: .some(nil)),
        Column(.channel, \.channel, absent: .some(nil)),
        Column(.model, \.model, absent: .some(nil)),
        Column(.isVisible, \.isVisible),
        Column(.attestation, \.attestation, absent: .some(nil)),
        Column(.stats, \.stats, absent: .some(nil)),
        Column(.profile, \.profile, absent: PeerProfile()),
    ]
}
