import Foundation
import Mesh
import MeshProtocol
import NIOCore
import NIOHTTP1

/// One request over HTTP that waits for its answer.
struct PageID: Hashable, Sendable {
    var number: UInt64
}

/// Where a connection comes from.
struct RemoteAddress: Hashable, Sendable {
    /// An IP address, without a port.
    var text: String
    var isLoopback: Bool

    init(text: String) {
        self.text = text
        let bare = text.hasPrefix("::ffff:") ? String(text.dropFirst(7)) : text
        isLoopback = bare == "::1" || bare.hasPrefix("127.")
    }

    init(_ address: SocketAddress?) { self.init(text: address?.ipAddress ?? "unknown") }
}

/// A request as the routes see it: whole, and no larger than `PageHandler.bodyLimit`.
struct PageRequest: Sendable {
    var id: PageID
    var method: HTTPMethod
    /// As sent, without the query.
    var path: String
    /// What follows the path's question mark, as sent.
    var query = ""
    var headers = HTTPHeaders()
    var body: [UInt8] = []
    var remote: RemoteAddress
    /// What stands in the path where the route's pattern has a name.
    var parameters: [String: String] = [:]

    /// A header that was sent once; twice is as good as never.
    func header(_ name: String) -> String? {
        let values = headers[name]
        return values.count == 1 ? values.first : nil
    }

    /// What follows `scheme` in `Authorization`.
    func credentials(_ scheme: String) -> String? {
        guard let value = header("authorization") else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == scheme.lowercased() else { return nil }
        return String(parts[1])
    }

    /// From a program of this machine itself: a proxy beside the broker says whom it speaks for.
    var isLocal: Bool { remote.isLoopback && !isForwarded }

    var isForwarded: Bool {
        headers.contains { header in
            let name = header.name.lowercased()
            return name == "forwarded" || name == "via" || name == "x-real-ip"
                || name.hasPrefix("x-forwarded")
        }
    }

    var mesh: MeshID { MeshID(rawValue: parameters["mesh"] ?? "") }
}

/// What goes back.
struct PageAnswer: Equatable, Sendable {
    var status: HTTPResponseStatus
    var type: String
    var body: [UInt8]
    var allow: String?
    /// Beside those that every answer has.
    var headers = HTTPHeaders()

    static func text(
        _ status: HTTPResponseStatus, _ text: String, type: String = "text/plain; charset=utf-8"
    ) -> PageAnswer {
        PageAnswer(status: status, type: type, body: Array(text.utf8))
    }

    static func json(_ status: HTTPResponseStatus = .ok, _ value: JSONValue) -> PageAnswer {
        PageAnswer(status: status, type: "application/json", body: Array(value.canonical.utf8))
    }

    /// `{"ok":false,"error":…}`
    static func refusal(_ status: HTTPResponseStatus, _ error: String) -> PageAnswer {
        json(status, ["ok": false, "error": .string(error)])
    }

    static func failure(_ error: SkeinError) -> PageAnswer {
        error.code == .diskFull
            ? refusal(.serviceUnavailable, "disk_full")
            : refusal(.internalServerError, "internal")
    }
}

/// Why a request is not served.
struct PageRefusal: Error, Equatable, Sendable {
    var status: HTTPResponseStatus
    var error: String

    init(_ status: HTTPResponseStatus, _ error: String) {
        self.status = status
        self.error = error
    }

    var answer: PageAnswer { .refusal(status, error) }
}

extension JSONValue {
    /// A value of the protocol as JSON.
    init(encoding value: some Encodable) {
        let bytes = (try? JSONEncoder().encode(value)).map { [UInt8]($0) } ?? []
        self = JSONValue.parse(bytes) ?? .null
    }
}
