import MeshProtocol
import Connection

/// One sign-in of a device (RFC 8628): what to do next, given what came. It knows no clock and no
/// network; seconds are counted from any moment, by a clock that never goes back.
public struct DeviceSignIn: Equatable, Sendable {
    public enum Next: Equatable, Sendable {
        /// Ask the broker for a code.
        case askForCode
        /// Let this many seconds pass, then say `waited`.
        case wait(seconds: Double)
        /// Ask whether somebody has approved.
        case ask(DeviceCode)
        case finish(SignInGrant)
        case fail(SkeinError)
    }

    public enum Event: Equatable, Sendable {
        case code(DeviceCode)
        case granted(SignInGrant)
        case fault(AccountFault)
        case waited
    }

    private let server: WebAddress
    private var code: DeviceCode?
    /// When the code holds no longer.
    private var end = 0.0
    /// Seconds between two looks; `slow_down` makes it longer.
    public private(set) var interval = 5.0
    /// How many looks in a row got no answer of the broker's.
    private var blips = 0
    /// What the last of them met.
    private var lastBlip: AccountFault?

    /// What `slow_down` adds (RFC 8628, section 3.5), in seconds.
    static let slowDown = 5.0
    /// The longest time between two looks, in seconds.
    static let longestWait = 60.0

    public init(_ server: WebAddress) { self.server = server }

    public static let first = Next.askForCode

    /// How many seconds are left for whoever approves; nil before there is a code.
    public func secondsLeft(at now: Double) -> Int? {
        code == nil ? nil : max(0, Int((end - now).rounded(.up)))
    }

    public mutating func take(_ event: Event, at now: Double) -> Next {
        switch event {
        case .code(let code):
            self.code = code
            end = now + Double(code.lifetime)
            interval = Double(code.interval)
            return wait(interval, at: now)
        case .waited:
            guard let code else { return .askForCode }
            return now >= end ? .fail(expired) : .ask(code)
        case .granted(let grant):
            return .finish(grant)
        case .fault(let fault):
            guard code != nil else { return .fail(fault.told(server)) }
            return taken(fault, at: now)
        }
    }

    private mutating func taken(_ fault: AccountFault, at now: Double) -> Next {
        if fault.isPassing {
            blips += 1
            lastBlip = fault
            var pause = min(max(interval, pow2(blips)), Self.longestWait)
            if case .limited(let seconds?) = fault { pause = max(pause, Double(seconds)) }
            return wait(pause, at: now)
        }
        blips = 0
        lastBlip = nil
        guard case .refused(_, let code, let message) = fault else { return .fail(expired) }
        switch code {
        case "authorization_pending": return wait(interval, at: now)
        case "slow_down":
            interval = min(interval + Self.slowDown, Self.longestWait)
            return wait(interval, at: now)
        case "access_denied":
            return .fail(
                SkeinError(
                    .signInDenied, "the sign-in was denied",
                    hint: "Run skein login again, and approve it in the browser"))
        case "expired_token": return .fail(expired)
        default:
            return .fail(
                SkeinError(
                    .brokerRefused, "the broker at \(server) refused the sign-in: "
                        + (message.isEmpty ? code : message),
                    hint: "Run skein login again", subject: code))
        }
    }

    /// Never past the end of the code: what came in the last moment still counts.
    private func wait(_ seconds: Double, at now: Double) -> Next {
        guard now < end else { return .fail(expired) }
        let left = end - now
        return .wait(seconds: seconds < left ? seconds : max(left - 0.5, min(left, 0.5)))
    }

    private func pow2(_ count: Int) -> Double { Double(1 << min(count, 6)) }

    private var expired: SkeinError {
        var message = "nobody approved the sign-in in time"
        if let lastBlip { message += "; at the end " + lastBlip.told(server).message }
        return SkeinError(
            .signInExpired, message, hint: "Run skein login again; a code holds for some minutes")
    }
}
