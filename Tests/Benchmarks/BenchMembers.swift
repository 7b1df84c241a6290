import BrokerEngine
import Database
import Foundation
import Mesh
import MeshCrypto
import MeshProtocol

/// The mesh that is measured: its members, their hellos, and the store they are in.
final class BenchMembers {
    static let mesh = MeshID(rawValue: "BenchBenchBenchBenchBenchBenchBe")

    struct Member {
        let id: MemberID
        let keys: SigningKeys
    }

    let sender: Member
    let reader: Member
    private var lastTimestamp: Int64 = 0
    private var lastSession = 0

    init() {
        sender = Member(
            id: MemberID(rawValue: "SenderSenderSenderSenderSenderSe"), keys: .generate())
        reader = Member(
            id: MemberID(rawValue: "ReaderReaderReaderReaderReaderRe"), keys: .generate())
    }

    static var now: Moment { Moment(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

    /// Puts the mesh into a store, before its broker is started.
    func prepare(in directory: String) throws {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let store = try BrokerDatabase.open(at: directory + "/broker.db")
        defer { store.close() }
        let mesh = BrokerMesh(
            id: Self.mesh, name: "bench", slug: "bench", ownerKey: sender.keys.publicKey,
            createdAt: Self.now)
        try store.performBlocking { transaction in
            try transaction.ensure(mesh, founder: record(sender, "sender", .admin))
            try transaction.ensure(mesh, founder: record(reader, "reader", .member))
        }
    }

    private func record(
        _ member: Member, _ name: String, _ permission: Permission
    ) -> BrokerMember {
        BrokerMember(
            id: member.id, mesh: Self.mesh, publicKey: member.keys.publicKey, displayName: name,
            permission: permission, joinedAt: Self.now)
    }

    /// Puts mail for the reader into a store, ten thousand messages a transaction.
    func queue(_ count: Int, in directory: String) throws {
        let store = try BrokerDatabase.open(at: directory + "/broker.db")
        defer { store.close() }
        let body = Data(repeating: 0x5a, count: 116).base64EncodedString()
        let now = Self.now
        for start in stride(from: 0, to: count, by: 10_000) {
            try store.performBlocking { transaction in
                for number in start..<min(count, start + 10_000) {
                    let message = NewMessage(
                        mesh: Self.mesh, id: String(format: "%016x", number), sender: sender.id,
                        senderKey: sender.keys.publicKey.hex, target: reader.keys.publicKey.hex,
                        priority: .next, nonce: "bm9uY2Vub25jZW5vbmNlbm9uY2Vub25j",
                        ciphertext: body, isUnencrypted: false, createdAt: now,
                        expiresAt: now.advanced(bySeconds: 7 * 86_400),
                        recipients: [
                            Recipient(address: reader.keys.publicKey.hex, member: reader.id)
                        ])
                    guard case .kept = try transaction.keep(message) else {
                        throw BenchFailure("the store did not keep a message")
                    }
                }
            }
        }
    }

    /// A hello like no other. An observer speaks `skein/1`, too.
    func hello(
        _ member: Member, session: SigningKeys? = nil, speaksSkein: Bool = false,
        observes: Bool = false
    ) -> [UInt8] {
        lastTimestamp = max(lastTimestamp + 1, Self.now.milliseconds)
        lastSession += 1
        let key = member.keys.publicKey.hex
        let signature = member.keys.sign(
            HelloBytes.canonical(
                mesh: Self.mesh.rawValue, member: member.id.rawValue, publicKey: key,
                timestamp: lastTimestamp))
        let frame = HelloFrame(
            meshID: Self.mesh.rawValue, memberID: member.id.rawValue, publicKey: key,
            sessionKey: session?.publicKey.hex, sessionID: "bench-\(lastSession)", pid: 1,
            cwd: "/bench", hostname: "bench", peerType: "ai", channel: "bench",
            timestamp: lastTimestamp, signature: Hex.text(signature),
            capabilities: speaksSkein || observes ? [FrameLimits.skein1] : [],
            kind: observes ? HelloFrame.observer : nil,
            attestation: speaksSkein ? session.map { attestation(member, $0) } : nil)
        return ClientFrame(.hello(frame)).json
    }

    /// For the hello that is being made.
    private func attestation(_ member: Member, _ session: SigningKeys) -> SessionAttestation {
        let message = AttestationBytes.canonical(
            mesh: Self.mesh.rawValue, sessionKey: session.publicKey.hex,
            sessionID: "bench-\(lastSession)", timestamp: lastTimestamp)
        return SessionAttestation(
            timestamp: lastTimestamp, memberSignature: Hex.text(member.keys.sign(message)),
            sessionSignature: Hex.text(session.sign(message)))
    }
}
