import BrokerEngine
import Mesh

/// What a machine that waits for its token is told.
enum DevicePoll: Equatable, Sendable {
    case wait
    /// It asked too soon, and waits five seconds longer from now on.
    case slower
    case denied
    case expired
    case unknown
    /// Approved by that account; this is the only time it is told.
    case granted(AccountID)

    /// Milliseconds by which a question may come early: the way there takes longer at one time
    /// than at another.
    static let tolerance: Int64 = 500

    var refusal: OAuthRefusal {
        switch self {
        case .wait: OAuthRefusal("authorization_pending", "nobody has decided yet")
        case .slower: OAuthRefusal("slow_down", "wait 5 seconds longer between two questions")
        case .denied: OAuthRefusal("access_denied", "the sign-in was denied")
        case .expired: OAuthRefusal("expired_token", "the code is past its time")
        case .unknown, .granted:
            OAuthRefusal("invalid_grant", "the device code is not known, or was used")
        }
    }
}

extension DeviceGrant {
    mutating func poll(at now: Moment) -> DevicePoll {
        guard state != .spent else { return .unknown }
        guard now < expiresAt else { return .expired }
        switch (state, account) {
        case (.denied, _): return .denied
        case (.approved, let account?):
            state = .spent
            return .granted(account)
        case (.pending, _):
            defer { polledAt = now }
            let shortest = Int64(interval) * 1000 - DevicePoll.tolerance
            // A clock that was set back is nobody's haste.
            if let polledAt, (0..<shortest).contains(now.milliseconds(since: polledAt)) {
                interval += 5
                return .slower
            }
            return .wait
        default: return .unknown
        }
    }

    /// Whether it was still open, and is now decided: the first decision stands.
    mutating func decide(_ isApproved: Bool, by account: AccountID, at now: Moment) -> Bool {
        guard state == .pending, now < expiresAt else { return false }
        state = isApproved ? .approved : .denied
        self.account = account
        return true
    }
}
