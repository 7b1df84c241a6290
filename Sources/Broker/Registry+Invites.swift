import BrokerEngine
import Mesh
import MeshProtocol
import NIOHTTP1

/// v2 invites over HTTP (protocol decision 16): looked at, and claimed.
extension Registry {
    /// `GET /i/:code`: what somebody reads before they come in.
    mutating func showInvite(_ request: PageRequest, at now: Instant) {
        let words = InvitePageWords.best(for: request.header("accept-language"))
        look(request, at: now) { registry, found, _ in
            let page: InvitePage
            switch found {
            case .success(let offer):
                page = InvitePage(offer, link: registry.link(to: request), words: words)
            case .failure(let failure): page = InvitePage(failure, words: words)
            }
            registry.answer(request, page.answer)
        }
    }

    /// `GET /api/v1/invites/:code`: the same for a program, with what the owner signed.
    mutating func tellInvite(_ request: PageRequest, at now: Instant) {
        look(request, at: now) { registry, found, _ in
            switch found {
            case .success(let offer):
                let status: HTTPResponseStatus = offer.state == .open ? .ok : .gone
                registry.answer(request, .json(status, JSONValue(encoding: offer)))
            case .failure(let failure): registry.answer(request, failure.answer)
            }
        }
    }

    /// `POST /api/v1/invites/:code/claim`
    mutating func claimInvite(_ request: PageRequest, at now: Instant) {
        guard pages.joinLimit.take(request.remote.text, at: now.uptime) else {
            return answer(
                request, WebFailure.rateLimited(perMinute: pages.joinLimit.perMinute).answer)
        }
        do throws(ClaimRefusal) {
            let claim = try InviteClaimRequest.read(request)
            ask {
                try $0.invite(tokenHash: claim.codeHash)
            } then: { registry, result, now in
                switch result {
                case .success(let invite):
                    registry.claim(invite?.signed?.terms, by: claim, request, at: now)
                case .failure(let error): registry.answer(request, WebFailure(error).answer)
                }
            }
        } catch {
            answer(request, error.failure.answer)
        }
    }

    private mutating func claim(
        _ invite: InviteTerms?, by claim: InviteClaimRequest, _ request: PageRequest,
        at now: Instant
    ) {
        do throws(ClaimRefusal) {
            guard let invite else { throw .unknown }
            try claim.check(against: invite, at: now.wall)
            seat(claim, in: invite.mesh, request, at: now)
        } catch {
            answer(request, error.failure.answer)
        }
    }

    /// One after the other for one key, as `join` has it.
    private mutating func seat(
        _ claim: InviteClaimRequest, in mesh: MeshID, _ request: PageRequest, at now: Instant
    ) {
        let key = claim.claim.memberKey
        let place = JoinRequest.Seat(mesh: mesh, key: key)
        guard !waits(for: place, { $0.seat(claim, in: mesh, request, at: $1) }) else { return }
        let existing = roster.member(mesh, key: key.hex)
        // Nobody takes the key that another member's session goes by.
        let isTaken = tables[mesh]?.holds(key.hex, besides: MemberID(rawValue: "")) ?? false
        guard existing != nil || !isTaken else {
            return answer(request, ClaimRefusal.keyTaken.failure.answer)
        }
        takeSeat(place)
        let newID = MemberID(rawValue: ids.presence())
        let isArchived = roster.mesh(mesh).map { $0.archivedAt != nil } ?? true
        ask {
            try claim.take(
                in: $0, existing: existing, newID: newID, isArchived: isArchived, at: now.wall)
        } then: { registry, result, now in
            registry.seated(mesh, request, result)
            registry.leaveSeat(place, at: now)
        }
    }

    private mutating func seated(
        _ mesh: MeshID, _ request: PageRequest,
        _ result: Result<InviteClaimRequest.Outcome, SkeinError>
    ) {
        let member: MemberID
        var wasMember = false
        switch result {
        case .success(.joined(let joined)):
            roster.put(joined)
            member = joined.id
        case .success(.wasMember(let id)):
            member = id
            wasMember = true
        case .success(.refused(let refusal)): return answer(request, refusal.failure.answer)
        case .failure(let error): return answer(request, WebFailure(error).answer)
        }
        guard let mesh = roster.mesh(mesh), let record = roster.member(mesh.id, id: member) else {
            return answer(request, ClaimRefusal.unknown.failure.answer)
        }
        let admission = InviteAdmission(
            meshID: mesh.id, meshName: mesh.name, meshSlug: mesh.slug, memberID: member,
            permission: record.permission, wasMember: wasMember)
        answer(request, .json(.ok, JSONValue(encoding: admission)))
    }

    // MARK: - Looking

    /// Every look is counted, so that guessing gets nowhere.
    private mutating func look(
        _ request: PageRequest, at now: Instant,
        then: @escaping @Sendable (inout Registry, Result<InviteOffer, WebFailure>, Instant) -> Void
    ) {
        guard pages.inviteLimit.take(request.remote.text, at: now.uptime) else {
            let failure = WebFailure.rateLimited(perMinute: pages.inviteLimit.perMinute)
            return then(&self, .failure(failure), now)
        }
        guard let code = InviteCode.read(request.parameters["code"] ?? "") else {
            return then(&self, .failure(ClaimRefusal.unknown.failure), now)
        }
        let hash = InviteClaimRequest.codeHash(code)
        ask {
            try $0.invite(tokenHash: hash)
        } then: { registry, result, now in
            let found = result.mapError { WebFailure($0) }.flatMap {
                invite -> Result<InviteOffer, WebFailure> in
                guard let invite, let offer = registry.offer(invite, at: now.wall) else {
                    return .failure(ClaimRefusal.unknown.failure)
                }
                return .success(offer)
            }
            then(&registry, found, now)
        }
    }

    private func offer(_ invite: InviteRecord, at now: Moment) -> InviteOffer? {
        guard let signed = invite.signed, let mesh = roster.mesh(invite.mesh) else { return nil }
        let inviter = roster.member(mesh.id, id: invite.createdBy)
        return InviteOffer(
            invite: signed.terms, signature: signed.signature,
            invitedBy: inviter?.displayName ?? "",
            members: roster.members(of: mesh.id).count { $0.revokedAt == nil },
            uses: invite.uses,
            state: invite.state(isArchived: mesh.archivedAt != nil, at: now), now: now)
    }

    /// The page's own address, as it is called from outside.
    private func link(to request: PageRequest) -> String {
        "\(publicURL)/i/\(InviteCode.read(request.parameters["code"] ?? "") ?? "")"
    }
}

/// Why something of `/api/v1` is not served.
struct WebFailure: Error, Equatable, Sendable {
    var status: HTTPResponseStatus
    var refusal: WebRefusal

    init(_ status: HTTPResponseStatus, _ refusal: WebRefusal) {
        self.status = status
        self.refusal = refusal
    }

    /// What the store could not do.
    init(_ error: SkeinError) {
        self =
            error.code == .diskFull
            ? WebFailure(.serviceUnavailable, WebRefusal("disk_full", "the broker's disk is full"))
            : WebFailure(.internalServerError, WebRefusal("internal", "the broker failed"))
    }

    static func rateLimited(perMinute: Int) -> WebFailure {
        let seconds = max(1, 60 / max(1, perMinute))
        return WebFailure(
            .tooManyRequests,
            WebRefusal("rate_limited", "too many requests from there", retryIn: seconds))
    }

    var answer: PageAnswer { .json(status, JSONValue(encoding: refusal)) }
}

extension ClaimRefusal {
    var failure: WebFailure {
        switch self {
        case .malformed(let why): WebFailure(.badRequest, WebRefusal("malformed", why))
        case .unknown:
            WebFailure(.notFound, WebRefusal("not_found", "this broker knows no such invite"))
        case .badProof:
            WebFailure(
                .badRequest, WebRefusal("bad_proof", "the proof is not the member key's"))
        case .skew(let now):
            WebFailure(
                .badRequest,
                WebRefusal(
                    "timestamp_skew", "the timestamp is not of this minute", now: now))
        case .state(let state):
            WebFailure(
                .gone, WebRefusal(state.rawValue, state.refusal?.message ?? ""))
        case .putOut:
            WebFailure(
                .forbidden, WebRefusal("put_out", "who has that key was put out of the mesh"))
        case .keyTaken:
            WebFailure(.conflict, WebRefusal("key_taken", "that key is somebody else's"))
        }
    }
}
