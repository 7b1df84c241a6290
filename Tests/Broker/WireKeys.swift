import CSodium
import Foundation

/// An ed25519 pair made by libsodium itself.
struct WireKeys: Sendable {
    let publicHex: String
    private let secret: [UInt8]

    init(seed: UInt8) {
        _ = sodium_init()
        var publicKey = [UInt8](repeating: 0, count: 32)
        var secret = [UInt8](repeating: 0, count: 64)
        _ = crypto_sign_seed_keypair(&publicKey, &secret, [UInt8](repeating: seed, count: 32))
        publicHex = Self.hex(publicKey)
        self.secret = secret
    }

    /// 128 hexadecimal digits over the text's UTF-8.
    func sign(_ text: String) -> String {
        var signature = [UInt8](repeating: 0, count: 64)
        let message = Array(text.utf8)
        _ = crypto_sign_detached(&signature, nil, message, UInt64(message.count), secret)
        return Self.hex(signature)
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String(format: "%02x", $0) }.joined()
    }
}

/// A hello as the wire sheet describes it, before it is made to go wrong.
struct WireHello: Sendable {
    var mesh = TestBroker.mesh
    var member: TestBroker.Member
    var memberID: String
    var publicKey: String
    var sessionKeys: WireKeys?
    var sessionKey: String?
    var sessionID = "session-1"
    var pid = "4242"
    var timestamp: Int64
    var timestampText: String?
    var signature: String?
    var displayName: String?
    var groups: [(name: String, role: String?)] = []
    var speaksSkein = false
    var isObserver = false
    var attestation: String?
    var hasAttestation = true

    init(_ member: TestBroker.Member, session: UInt8? = nil, at timestamp: Int64) {
        self.member = member
        memberID = member.id
        publicKey = member.keys.publicHex
        sessionKeys = session.map { WireKeys(seed: $0) }
        sessionKey = sessionKeys?.publicHex
        if let session { sessionID = "session-\(session)" }
        self.timestamp = timestamp
    }

    func changed(_ change: (inout WireHello) -> Void) -> WireHello {
        var hello = self
        change(&hello)
        return hello
    }

    var json: String {
        let signed = member.keys.sign("\(mesh)|\(memberID)|\(publicKey)|\(timestamp)")
        var fields = [
            #""type":"hello""#, #""meshId":"\#(mesh)""#, #""memberId":"\#(memberID)""#,
            #""pubkey":"\#(publicKey)""#, #""sessionId":"\#(sessionID)""#, #""pid":\#(pid)"#,
            #""cwd":"/work""#, #""hostname":"host""#, #""peerType":"ai""#,
            #""channel":"claude-code""#, #""timestamp":\#(timestampText ?? String(timestamp))"#,
            #""signature":"\#(signature ?? signed)""#,
        ]
        if let sessionKey { fields.append(#""sessionPubkey":"\#(sessionKey)""#) }
        if let displayName { fields.append(#""displayName":"\#(displayName)""#) }
        if !groups.isEmpty {
            let list = groups.map { group in
                #"{"name":"\#(group.name)""#
                    + (group.role.map { #","role":"\#($0)""# } ?? "") + "}"
            }
            fields.append(#""groups":[\#(list.joined(separator: ","))]"#)
        }
        if speaksSkein {
            fields.append(#""capabilities":["skein/1"],"role":"reviewer","agent":"sh""#)
            if isObserver { fields.append(#""kind":"observer""#) }
            if hasAttestation, let own = attestation ?? ownAttestation {
                fields.append(#""attestation":\#(own)"#)
            }
        }
        return "{" + fields.joined(separator: ",") + "}"
    }

    private var ownAttestation: String? {
        guard let sessionKeys else { return nil }
        return Self.attestation(
            mesh: mesh, sessionKey: sessionKeys.publicHex, sessionID: sessionID,
            timestamp: timestamp, by: member.keys, and: sessionKeys)
    }

    static func attestation(
        mesh: String, sessionKey: String, sessionID: String, timestamp: Int64,
        by member: WireKeys, and session: WireKeys
    ) -> String {
        let text = "skein-session|\(mesh)|\(sessionKey)|\(sessionID)|\(timestamp)"
        return #"{"timestamp":\#(timestamp),"memberSignature":"\#(member.sign(text))","#
            + #""sessionSignature":"\#(session.sign(text))"}"#
    }
}
