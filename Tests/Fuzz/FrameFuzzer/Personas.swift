import BrokerEngine
import Mesh
import MeshCrypto
import MeshProtocol

/// Those who say hello: four members, one of them put out, in six ways. Signatures take longer
/// than all the rest, so each hello is made once and kept.
enum Personas {
    static let mesh = MeshID(rawValue: "mesh")
    /// When every script begins.
    static let start = Moment(milliseconds: 1_776_000_000_000)

    struct Persona {
        var member: Int
        var ownKeys: SigningKeys?
        var speaksSkein = false
        var isObserver = false

        /// The key it goes by.
        var key: PublicKey { ownKeys?.publicKey ?? Personas.keys[member].publicKey }
    }

    static let keys = (1...4).compactMap { SigningKeys(seed: [UInt8](repeating: $0, count: 32)) }
    private static let sessionKeys = (11...13).compactMap {
        SigningKeys(seed: [UInt8](repeating: $0, count: 32))
    }

    /// In the order of their digits in a script.
    static let all = [
        Persona(member: 0),
        Persona(member: 0, ownKeys: sessionKeys[0], speaksSkein: true),
        Persona(member: 0, speaksSkein: true, isObserver: true),
        Persona(member: 1, ownKeys: sessionKeys[1]),
        Persona(member: 2, ownKeys: sessionKeys[2], speaksSkein: true),
        Persona(member: 3),
    ]

    static let brokerMesh = BrokerMesh(
        id: mesh, name: "The mesh", slug: "mesh", ownerKey: keys[0].publicKey,
        createdAt: Moment(milliseconds: 0))

    static let members = keys.enumerated().map { number, keys in
        BrokerMember(
            id: memberID(number), mesh: mesh, publicKey: keys.publicKey,
            displayName: "m\(number)", permission: number == 0 ? .admin : .member,
            joinedAt: Moment(milliseconds: 0),
            revokedAt: number == 3 ? Moment(milliseconds: 1) : nil)
    }

    static func memberID(_ number: Int) -> MemberID { MemberID(rawValue: "member-\(number)") }

    private struct Kept: Hashable {
        var persona: Int
        var timestamp: Int64
    }
    nonisolated(unsafe) private static var kept: [Kept: [UInt8]] = [:]

    /// A hello that is valid at that time, without its first brace.
    static func hello(_ persona: Int, at timestamp: Int64) -> [UInt8] {
        let place = Kept(persona: persona, timestamp: timestamp)
        if let bytes = kept[place] { return bytes }
        // What is kept must not look like memory that is lost.
        if kept.count > 4096 { kept = [:] }
        let bytes = Array(ClientFrame(.hello(frame(all[persona], at: timestamp))).json.dropFirst())
        kept[place] = bytes
        return bytes
    }

    private static func frame(_ persona: Persona, at timestamp: Int64) -> HelloFrame {
        let keys = keys[persona.member]
        let id = memberID(persona.member).rawValue
        let session = "session-\(persona.key.hex.prefix(4))"
        let signature = keys.sign(
            HelloBytes.canonical(
                mesh: mesh.rawValue, member: id, publicKey: keys.publicKey.hex,
                timestamp: timestamp))
        var attestation: SessionAttestation?
        if let own = persona.ownKeys, persona.speaksSkein {
            let message = AttestationBytes.canonical(
                mesh: mesh.rawValue, sessionKey: own.publicKey.hex, sessionID: session,
                timestamp: timestamp)
            attestation = SessionAttestation(
                timestamp: timestamp, memberSignature: Hex.text(keys.sign(message)),
                sessionSignature: Hex.text(own.sign(message)))
        }
        return HelloFrame(
            meshID: mesh.rawValue, memberID: id, publicKey: keys.publicKey.hex,
            sessionKey: persona.ownKeys?.publicKey.hex, sessionID: session, pid: 1, cwd: "/",
            timestamp: timestamp, signature: Hex.text(signature),
            capabilities: persona.speaksSkein ? [FrameLimits.skein1] : [],
            kind: persona.isObserver ? HelloFrame.observer : nil, attestation: attestation)
    }
}
