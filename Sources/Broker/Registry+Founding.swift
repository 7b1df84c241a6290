import BrokerEngine
import Mesh
import MeshCrypto
import MeshProtocol

/// Meshes made from outside, by whoever has the operator's token.
extension Registry {
    /// `POST /api/v1/founded-meshes`. The owner's secret key stays where it was made; asked again,
    /// it is the same mesh.
    mutating func foundMesh(_ request: PageRequest, at now: Instant) {
        guard pages.joinLimit.take(request.remote.text, at: now.uptime) else {
            return answer(
                request, WebFailure.rateLimited(perMinute: pages.joinLimit.perMinute).answer)
        }
        do throws(WebFailure) {
            try checkOperator(request)
            let (mesh, founder) = try founded(request, at: now.wall)
            ask {
                let isTaken = try $0.meshes().contains {
                    $0.slug == mesh.slug && $0.archivedAt == nil && $0.id != mesh.id
                }
                guard !isTaken else {
                    throw SkeinError(.meshExists, "the broker has a mesh of that name")
                }
                try $0.ensure(mesh, founder: founder)
            } then: { registry, result, _ in
                switch result {
                case .success:
                    if registry.roster.mesh(mesh.id) == nil { registry.roster.put(mesh) }
                    if registry.roster.member(mesh.id, id: founder.id) == nil {
                        registry.roster.put(founder)
                    }
                    let admission = InviteAdmission(
                        meshID: mesh.id, meshName: mesh.name, meshSlug: mesh.slug,
                        memberID: founder.id, permission: .admin, wasMember: false)
                    registry.answer(request, .json(.ok, JSONValue(encoding: admission)))
                case .failure(let error) where error.code == .meshExists:
                    let refusal = WebRefusal(
                        "mesh_exists", "this broker has a mesh \(mesh.slug) already")
                    registry.answer(request, WebFailure(.conflict, refusal).answer)
                case .failure(let error): registry.answer(request, WebFailure(error).answer)
                }
            }
        } catch {
            answer(request, error.answer)
        }
    }

    private func checkOperator(_ request: PageRequest) throws(WebFailure) {
        guard let token = pages.settings.operatorToken, !token.isEmpty,
            let given = request.credentials("Bearer"), ConstantTime.areEqual(given, token)
        else {
            throw WebFailure(
                .unauthorized, WebRefusal("unauthorized", "that is not the operator's token"))
        }
    }

    private func founded(
        _ request: PageRequest, at now: Moment
    ) throws(WebFailure) -> (BrokerMesh, BrokerMember) {
        func malformed(_ why: String) -> WebFailure {
            WebFailure(.badRequest, WebRefusal("malformed", why))
        }
        guard let asked = request.decoded(FoundMesh.self), asked.ownerKey.isPoint,
            [asked.mesh.rawValue, asked.member.rawValue].allSatisfy(Self.isID)
        else { throw malformed("a field is missing or of another kind") }
        guard let name = try? PeerName.check(asked.name), name == asked.name,
            let slug = Slug.from(name),
            let owner = try? PeerName.check(asked.displayName), owner == asked.displayName
        else { throw malformed("a name has 1 to \(PeerName.maximumLength) characters") }
        guard HelloCheck.isInWindow(asked.timestamp, now: now) else {
            throw ClaimRefusal.skew(now: now).failure
        }
        let message = FoundingBytes.canonical(
            mesh: asked.mesh.rawValue, member: asked.member.rawValue,
            ownerKey: asked.ownerKey.hex, timestamp: asked.timestamp, name: name)
        guard let proof = Hex.bytes(asked.proof),
            Signature.isValid(proof, of: message, by: asked.ownerKey)
        else {
            throw WebFailure(
                .badRequest, WebRefusal("bad_proof", "the proof is not the owner key's"))
        }
        let mesh = BrokerMesh(
            id: asked.mesh, name: name, slug: slug, ownerKey: asked.ownerKey, createdAt: now)
        let founder = BrokerMember(
            id: asked.member, mesh: mesh.id, publicKey: asked.ownerKey, displayName: owner,
            permission: .admin, joinedAt: now)
        return (mesh, founder)
    }

    private static func isID(_ text: String) -> Bool {
        text.utf8.count == 32
            && text.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
            }
    }
}
