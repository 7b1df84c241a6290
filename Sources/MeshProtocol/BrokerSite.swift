import Foundation

/// Where a broker answers over HTTP; its WebSocket is in the same place.
public struct BrokerSite: Hashable, Sendable, CustomStringConvertible {
    /// In small letters; an IPv6 address without its brackets.
    public let host: String
    public let port: Int
    public let isSecure: Bool

    /// The port of a `ws://` URL that names none (wire protocol, section 1.1).
    private static let plainSocketPort = 7900

    public init(host: String, port: Int, isSecure: Bool) {
        self.host = host.lowercased()
        self.port = port
        self.isSecure = isSecure
    }

    /// `http`, `https`, `ws` or `wss`; nil for any other URL, and for one with a user in it.
    public init?(url: String) {
        guard url.utf8.count <= 8192, let parts = URLComponents(string: url) else { return nil }
        self.init(parts)
    }

    init?(_ parts: URLComponents) {
        guard parts.user == nil, parts.password == nil, let host = parts.host, !host.isEmpty
        else { return nil }
        let defaults: (port: Int, isSecure: Bool)
        switch parts.scheme?.lowercased() {
        case "http": defaults = (80, false)
        case "https", "wss": defaults = (443, true)
        case "ws": defaults = (Self.plainSocketPort, false)
        default: return nil
        }
        let port = parts.port ?? defaults.port
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        let isHost = bare.utf8.allSatisfy { byte in
            (48...58).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        }
        guard isHost, (1...253).contains(bare.utf8.count), (1...65535).contains(port) else {
            return nil
        }
        self.init(host: bare, port: port, isSecure: defaults.isSecure)
    }

    public var isLoopback: Bool {
        let bytes = host.split(separator: ".", omittingEmptySubsequences: false)
        return host == "localhost" || host.hasSuffix(".localhost") || host == "::1"
            || bytes.count == 4 && bytes.first == "127" && bytes.allSatisfy { UInt8($0) != nil }
    }

    /// Whether the same broker answers there: this machine has several names for itself.
    public func isSame(as other: BrokerSite) -> Bool {
        self == other
            || port == other.port && isSecure == other.isSecure && isLoopback && other.isLoopback
    }

    /// The host, and the port where it is not what the scheme says.
    public var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    public var description: String { "\(isSecure ? "https" : "http")://\(authority)" }

    /// The port is named where no client would know it.
    public var webSocketURL: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return isSecure ? "wss://\(authority)/ws" : "ws://\(name):\(port)/ws"
    }
}
