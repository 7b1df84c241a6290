import BrokerEngine
import Mesh
import MeshCrypto
import MeshProtocol
import NIOHTTP1

extension Registry {
    /// The member of the path's mesh who signed the request:
    /// `Authorization: Skein <memberId>:<timestamp>:<signature>` over `RequestBytes`. A change is
    /// accepted once.
    mutating func caller(
        of request: PageRequest, at now: Instant
    ) throws(PageRefusal) -> BrokerMember {
        guard let credentials = request.credentials("Skein") else {
            throw PageRefusal(.unauthorized, "signature required")
        }
        let parts = credentials.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let timestamp = Int64(parts[1]),
            let signature = Hex.bytes(parts[2])
        else { throw PageRefusal(.unauthorized, "malformed signature") }
        guard HelloCheck.isInWindow(timestamp, now: now.wall) else {
            throw PageRefusal(.unauthorized, "timestamp_skew")
        }
        let message = RequestBytes.canonical(
            method: request.method.rawValue, path: request.path, mesh: request.mesh.rawValue,
            member: String(parts[0]), timestamp: timestamp,
            bodyDigest: Hex.text(SHA256.of(request.body)))
        guard let member = roster.member(request.mesh, id: MemberID(rawValue: String(parts[0]))),
            Signature.isValid(signature, of: message, by: member.publicKey)
        else { throw PageRefusal(.unauthorized, "bad_signature") }
        guard member.revokedAt == nil else { throw PageRefusal(.forbidden, "revoked") }
        if request.method != .GET && request.method != .HEAD {
            let fingerprint = HelloFingerprint(of: message)
            guard pages.replays.verdict(signature: signature, hello: fingerprint) == .new else {
                throw PageRefusal(.unauthorized, "replayed")
            }
            pages.replays.record(
                signature: signature, hello: fingerprint,
                timestamp: Moment(milliseconds: timestamp), now: now.wall)
        }
        return member
    }

    /// Serves a request that a member signed.
    mutating func serveSigned(
        _ request: PageRequest, at now: Instant,
        _ serve: (inout Registry, BrokerMember) throws(PageRefusal) -> Void
    ) {
        do throws(PageRefusal) {
            let caller = try caller(of: request, at: now)
            try serve(&self, caller)
        } catch {
            answer(request, error.answer)
        }
    }
}
