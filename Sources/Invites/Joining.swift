import Connection
import Database
import Home
import Mesh
import MeshCrypto
import MeshProtocol

/// Coming into a mesh: an invite is looked at and verified, and, where its bearer consents, the
/// key is written, the invite claimed, and the membership kept, in this order. Broken off anywhere
/// it can be done again, with the same key: a claim that was answered is answered the same.
public struct Joining: Sendable {
    private let home: Home
    private let database: MachineDatabase
    private let network: NetworkSettings
    private let now: @Sendable () -> Moment

    public init(
        home: Home, database: MachineDatabase, network: NetworkSettings,
        now: @escaping @Sendable () -> Moment
    ) {
        self.home = home
        self.database = database
        self.network = network
        self.now = now
    }

    /// A mesh one is in.
    public struct Outcome: Equatable, Sendable {
        public var membership: Membership
        /// This machine was in it already; nothing was done.
        public var wasJoined: Bool
    }

    // MARK: - Looking

    /// Reads, fetches and verifies. `broker` says where a code that comes alone is known; without
    /// it that is the one broker this machine's meshes are at.
    public func look(
        at text: String, broker: String? = nil
    ) async throws(SkeinError) -> VerifiedInvite {
        let invite: VerifiedInvite
        switch try InviteLink(text) {
        case .token(let token): invite = try VerifiedInvite(token, now: now())
        case .code(let code, let site): invite = try await look(at: code, site)
        case .bareCode(let code): invite = try await look(at: code, try self.site(broker))
        }
        if let refusal = invite.refusal, try !mayClaimAgain(invite) { throw refusal }
        return invite
    }

    private func look(
        at code: String, _ site: BrokerSite
    ) async throws(SkeinError) -> VerifiedInvite {
        let pages = BrokerPages(site: site, network: network)
        switch try await pages.ask(
            WebRequest(.get, "/api/v1/invites/\(code)"), for: InviteOffer.self)
        {
        case .value(let offer):
            return try VerifiedInvite(offer, code: code, at: site, now: now())
        case .refused(let status, let refusal): throw pages.told(refusal, status: status)
        }
    }

    private func site(_ broker: String?) throws(SkeinError) -> BrokerSite {
        if let broker {
            guard let site = BrokerSite(url: broker) else {
                throw SkeinError(
                    .arguments, "--broker is no address of a broker",
                    hint: "For example: --broker https://broker.example")
            }
            return site
        }
        var sites: Set<BrokerSite> = []
        for case .broker(let url) in try database.memberships().map(\.place) {
            if let site = BrokerSite(url: url) { sites.insert(site) }
        }
        guard sites.count == 1, let only = sites.first else {
            throw SkeinError(
                .missing, "A code alone does not say which broker knows it",
                hint: "Give the whole link, or --broker https://broker.example")
        }
        return only
    }

    /// Whether what speaks against the invite may be our own use of it: a key is here and its
    /// membership is not.
    private func mayClaimAgain(_ invite: VerifiedInvite) throws(SkeinError) -> Bool {
        if try membership(of: invite) != nil { return true }
        return try home.memberSeed(mesh: invite.mesh) != nil
    }

    // MARK: - Coming in

    /// `name` is what the mesh's members call who comes.
    public func join(
        _ invite: VerifiedInvite, as name: String
    ) async throws(SkeinError) -> Outcome {
        if let joined = try membership(of: invite) {
            return Outcome(membership: joined, wasJoined: true)
        }
        try home.prepare()
        let keys = try keys(for: invite.mesh)
        let admission = try await claim(invite, keys, name)
        let joined = try database.memberships()
        let membership = Membership(
            mesh: invite.mesh, name: Self.sound(admission.meshName) ?? invite.card.meshName,
            slug: Self.freeSlug(invite.slug, among: joined),
            place: .broker(url: invite.brokerURL), member: admission.memberID,
            memberKey: keys.publicKey, permission: admission.permission, joinedAt: now(),
            lastUsedAt: now())
        do throws(SkeinError) {
            try database.join(membership)
        } catch {
            // Two of us at once: the other has kept it.
            guard let kept = try self.membership(of: invite) else { throw error }
            return Outcome(membership: kept, wasJoined: true)
        }
        return Outcome(membership: membership, wasJoined: false)
    }

    /// Of the mesh, where this machine is in it. `E_INVITE_ELSEWHERE` where it is at another
    /// broker: a mesh has one.
    private func membership(of invite: VerifiedInvite) throws(SkeinError) -> Membership? {
        guard let found = try database.memberships().first(where: { $0.mesh == invite.mesh })
        else { return nil }
        guard case .broker(let url) = found.place else { return found }
        guard BrokerSite(url: url)?.isSame(as: invite.site) == true else {
            throw VerifiedInvite.elsewhere(invite.site)
        }
        return found
    }

    private func keys(for mesh: MeshID) throws(SkeinError) -> SigningKeys {
        if let seed = try home.memberSeed(mesh: mesh), let keys = SigningKeys(seed: seed) {
            return keys
        }
        let fresh = SigningKeys.generate()
        try home.storeMemberSeed(fresh.seed, mesh: mesh)
        return fresh
    }

    private func claim(
        _ invite: VerifiedInvite, _ keys: SigningKeys, _ name: String
    ) async throws(SkeinError) -> InviteAdmission {
        switch invite.kind {
        case .first(let token): return try await join(by: token, invite, keys, name)
        case .second(let terms, let code, let clock):
            do throws(Skew) {
                return try await claim(terms, code, invite.site, keys, name, ahead: clock)
            } catch {
                if case .failed(let failure) = error { throw failure }
                guard case .clock(let theirs) = error else { throw Self.unreadable }
                // The clock was set while somebody made up their mind.
                do throws(Skew) {
                    return try await claim(
                        terms, code, invite.site, keys, name,
                        ahead: theirs.milliseconds(since: now()))
                } catch {
                    if case .failed(let failure) = error { throw failure }
                    throw SkeinError(
                        .brokerRefused, "The broker's clock and this machine's do not agree",
                        hint: "Set this machine's clock, then try again")
                }
            }
        }
    }

    private enum Skew: Error {
        case clock(Moment)
        case failed(SkeinError)
    }

    private func claim(
        _ terms: InviteTerms, _ code: String, _ site: BrokerSite, _ keys: SigningKeys,
        _ name: String, ahead: Int64
    ) async throws(Skew) -> InviteAdmission {
        let timestamp = now().advanced(byMilliseconds: ahead).milliseconds
        let message = InviteClaimBytes.canonical(
            mesh: terms.mesh.rawValue, invite: terms.id, codeHash: terms.codeHash,
            memberKey: keys.publicKey.hex, timestamp: timestamp, name: name)
        let claim = InviteClaim(
            memberKey: keys.publicKey, displayName: name, timestamp: timestamp,
            proof: Hex.text(keys.sign(message)))
        let pages = BrokerPages(site: site, network: network)
        do {
            let request = try WebRequest.posting(claim, to: "/api/v1/invites/\(code)/claim")
            switch try await pages.ask(request, for: InviteAdmission.self) {
            case .value(let admission):
                guard admission.meshID == terms.mesh, Self.isID(admission.memberID.rawValue) else {
                    throw Skew.failed(Self.unreadable)
                }
                return admission
            case .refused(let status, let refusal):
                if refusal.error == "timestamp_skew", let theirs = refusal.now {
                    throw Skew.clock(theirs)
                }
                throw Skew.failed(pages.told(refusal, status: status))
            }
        } catch let error as SkeinError {
            throw .failed(error)
        } catch let error as Skew {
            throw error
        } catch {
            throw .failed(Self.unreadable)
        }
    }

    // MARK: - v1

    private struct FirstJoin: Encodable {
        var invite_token: String
        var peer_pubkey: String
        var display_name: String
    }

    private struct FirstAnswer: Decodable, Sendable {
        var ok: Bool
        var memberId: String?
        var alreadyMember: Bool?
        var error: String?
    }

    private func join(
        by token: InviteToken, _ invite: VerifiedInvite, _ keys: SigningKeys, _ name: String
    ) async throws(SkeinError) -> InviteAdmission {
        let pages = BrokerPages(site: invite.site, network: network)
        let body = FirstJoin(
            invite_token: token.text, peer_pubkey: keys.publicKey.hex, display_name: name)
        switch try await pages.ask(
            try WebRequest.posting(body, to: "/join"), for: FirstAnswer.self)
        {
        case .value(let answer):
            guard answer.ok, let member = answer.memberId, Self.isID(member) else {
                throw pages.told(WebRefusal(answer.error ?? "", ""), status: 400)
            }
            return InviteAdmission(
                meshID: invite.mesh, meshName: token.slug, meshSlug: token.slug,
                memberID: MemberID(rawValue: member), permission: token.permission,
                wasMember: answer.alreadyMember ?? false)
        case .refused(let status, let refusal): throw pages.told(refusal, status: status)
        }
    }

    // MARK: - What is kept

    private static func sound(_ name: String) -> String? {
        (try? PeerName.check(name)).flatMap { $0 == name ? name : nil }
    }

    /// What is typed for the mesh on this machine: as its owner has it, where that is free.
    static func freeSlug(_ slug: String, among joined: [Membership]) -> String {
        let taken = Set(joined.map(\.slug))
        guard taken.contains(slug) else { return slug }
        var number = 2
        while taken.contains("\(slug)-\(number)") { number += 1 }
        return "\(slug)-\(number)"
    }

    private static func isID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                    || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
            }
    }

    private static let unreadable = SkeinError(
        .brokerRefused, "The broker's answer cannot be what it should be",
        hint: "Ask whoever runs the broker")
}
