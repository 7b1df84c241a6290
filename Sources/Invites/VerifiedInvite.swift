import Mesh
import MeshCrypto
import MeshProtocol

/// An invite whose owner's signature holds, and what it needs to be claimed.
public struct VerifiedInvite: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case first(InviteToken)
        /// `clock` is how far the broker's is ahead of ours, in milliseconds.
        case second(InviteTerms, code: String, clock: Int64)
    }

    public let card: InviteCard
    public let mesh: MeshID
    /// Where it is claimed, and where the mesh is.
    public let site: BrokerSite
    /// What speaks against it; nil where somebody may come in.
    public let refusal: SkeinError?
    let kind: Kind
    let slug: String
    /// As it is kept of the mesh.
    let brokerURL: String

    /// What `site` answered for `code`. `E_INVITE_ELSEWHERE` where the owner signed something else.
    init(_ offer: InviteOffer, code: String, at site: BrokerSite, now: Moment) throws(SkeinError) {
        let terms = offer.invite
        guard terms.isSound, let signature = Hex.bytes(offer.signature),
            terms.codeHash == Hex.text(SHA256.of(InviteCode.hashed(code))),
            Signature.isValid(signature, of: terms.canonical, by: terms.ownerKey)
        else {
            throw SkeinError(
                .inviteElsewhere, "The broker shows an invite that the mesh's owner did not sign",
                hint: "Do not come in by it; ask who invited you")
        }
        guard let place = BrokerSite(url: terms.brokerURL), place.isSame(as: site) else {
            throw Self.elsewhere(site)
        }
        self.site = site
        mesh = terms.mesh
        slug = terms.slug
        brokerURL = terms.brokerURL
        refusal = offer.state.refusal
        kind = .second(terms, code: code, clock: offer.now.milliseconds(since: now))
        card = InviteCard(
            meshName: terms.name, invitedBy: offer.invitedBy, permission: terms.permission,
            role: terms.role, groups: terms.groups, members: max(0, offer.members),
            expiresAt: terms.expiresAt, broker: site.description,
            isExposed: !site.isSecure && !site.isLoopback,
            owner: String(terms.ownerKey.hex.prefix(8)))
    }

    /// A v1 token, which says everything itself.
    init(_ token: InviteToken, now: Moment) throws(SkeinError) {
        let (seconds, isTooLong) = token.expiresAt.multipliedReportingOverflow(by: 1000)
        guard let owner = PublicKey(hex: token.ownerKey),
            let signature = Hex.bytes(token.signature),
            Signature.isValid(signature, of: token.signedBytes, by: owner), !isTooLong,
            let site = BrokerSite(url: token.brokerURL), Slug.from(token.slug) == token.slug,
            (1...64).contains(token.mesh.utf8.count)
        else {
            throw SkeinError(
                .inviteMalformed, "The token was changed on its way, or is not whole",
                hint: "Paste all of it, or ask who invited you for a new one")
        }
        self.site = site
        mesh = MeshID(rawValue: token.mesh)
        slug = token.slug
        brokerURL = token.brokerURL
        let expiresAt = Moment(milliseconds: seconds)
        refusal = expiresAt <= now ? InviteState.expired.refusal : nil
        kind = .first(token)
        card = InviteCard(
            meshName: token.slug, invitedBy: "", permission: token.permission, members: nil,
            expiresAt: expiresAt, broker: site.description,
            isExposed: !site.isSecure && !site.isLoopback, owner: String(owner.hex.prefix(8)))
    }

    static func elsewhere(_ site: BrokerSite) -> SkeinError {
        SkeinError(
            .inviteElsewhere, "The invite leads to another broker than \(site)",
            hint: "Ask who invited you for the link itself")
    }
}
