import MeshProtocol
import NIOHTTP1

/// Why a program is not served what it asks of an account.
struct AccountRefusal: Error, Equatable, Sendable {
    var status: HTTPResponseStatus
    /// One of Skein's codes, or a short word.
    var code: String
    var message: String

    init(_ status: HTTPResponseStatus, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    static func invalid(_ message: String) -> AccountRefusal {
        AccountRefusal(.badRequest, ErrorCode.arguments.rawValue, message)
    }

    static func forbidden(_ message: String) -> AccountRefusal {
        AccountRefusal(.forbidden, ErrorCode.forbidden.rawValue, message)
    }

    static let signedOut = AccountRefusal(
        .unauthorized, "unauthorized", "the token is not known, or no longer good")
    static let rateLimited = AccountRefusal(
        .tooManyRequests, "rate_limited", "too many requests; try again in a minute")
    static let noMesh = AccountRefusal(
        .notFound, ErrorCode.meshNotFound.rawValue, "the account belongs to no such mesh")

    init(_ error: SkeinError) {
        self = error.code == .diskFull
            ? AccountRefusal(
                .serviceUnavailable, error.code.rawValue, "the broker's disk is full")
            : AccountRefusal(.internalServerError, "internal", "the broker could not do it")
    }

    var answer: PageAnswer {
        var answer = PageAnswer.json(
            status, ["error": .string(code), "message": .string(message)])
        // RFC 6750, section 3.
        if status == .unauthorized { answer.headers.add(name: "www-authenticate", value: "Bearer") }
        if status == .tooManyRequests { answer.headers.add(name: "retry-after", value: "60") }
        return answer
    }
}

/// Why the OAuth endpoints refuse (RFC 6749, section 5.2; RFC 8628, section 3.5).
struct OAuthRefusal: Error, Equatable, Sendable {
    var status: HTTPResponseStatus
    var code: String
    var description: String

    init(_ code: String, _ description: String, _ status: HTTPResponseStatus = .badRequest) {
        self.status = status
        self.code = code
        self.description = description
    }

    static let client = OAuthRefusal("invalid_client", "client_id is skein")
    static let rateLimited = OAuthRefusal(
        "slow_down", "too many requests; try again in a minute", .tooManyRequests)

    init(_ error: SkeinError) {
        self = OAuthRefusal(
            "server_error", AccountRefusal(error).message, AccountRefusal(error).status)
    }

    var answer: PageAnswer {
        var answer = PageAnswer.json(
            status, ["error": .string(code), "error_description": .string(description)])
        if status == .tooManyRequests { answer.headers.add(name: "retry-after", value: "60") }
        return answer
    }
}
