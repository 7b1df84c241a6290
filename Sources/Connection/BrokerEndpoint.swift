import Foundation
import MeshProtocol

/// Where a broker listens for WebSockets.
public struct BrokerEndpoint: Sendable, Hashable, CustomStringConvertible {
    public let host: String
    public let port: Int
    /// As sent in the request: `/ws` unless the URL says otherwise.
    public let path: String
    /// By TLS: `wss://`.
    public let isSecure: Bool

    /// The port of a `ws://` URL that names none (wire protocol, section 1.1).
    public static let defaultPort = 7900
    /// The port of a `wss://` URL that names none.
    public static let defaultSecurePort = 443

    /// `E_ARGUMENTS` for what is not a `ws://` or `wss://` URL.
    public init(url: String) throws(SkeinError) {
        guard url.utf8.count <= 2048, let parts = URLComponents(string: url),
            let scheme = parts.scheme?.lowercased(), let host = parts.host, !host.isEmpty,
            scheme == "ws" || scheme == "wss", parts.user == nil, parts.password == nil,
            parts.fragment == nil
        else { throw Self.malformed }
        let isSecure = scheme == "wss"
        let port = parts.port ?? (isSecure ? Self.defaultSecurePort : Self.defaultPort)
        guard (1...65535).contains(port) else { throw Self.malformed }
        let path = parts.percentEncodedPath
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        self.port = port
        self.path = path.isEmpty || path == "/" ? "/ws" : path
        self.isSecure = isSecure
    }

    private init(host: String, port: Int) {
        self.init(host: host, port: port, path: "/ws", isSecure: false)
    }

    /// Checked by whoever asks.
    init(host: String, port: Int, path: String, isSecure: Bool) {
        self.host = host
        self.port = port
        self.path = path
        self.isSecure = isSecure
    }

    /// A broker of this machine.
    public static func loopback(port: Int) -> BrokerEndpoint {
        BrokerEndpoint(host: "127.0.0.1", port: port)
    }

    public var description: String {
        "\(isSecure ? "wss" : "ws")://\(authority)\(path)"
    }

    /// On this machine, whatever its network does.
    public var isLoopback: Bool {
        let name = host.lowercased()
        return name == "localhost" || name.hasSuffix(".localhost")
            || HostAddress(host)?.isLoopback == true
    }

    /// Who is on the way could read who is present and when: it is neither encrypted nor on this
    /// machine or in a network of somebody's own.
    public var isExposed: Bool {
        guard !isSecure, !isLoopback else { return false }
        if let address = HostAddress(host) { return !address.isPrivate }
        let name = host.lowercased()
        return name.contains(".")
            && ![".local", ".lan", ".internal", ".home.arpa"].contains { name.hasSuffix($0) }
    }

    /// The host and the port as a URL or a `CONNECT` has them.
    var authority: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

    /// The value of the `Host` header.
    var hostHeader: String {
        isSecure && port == Self.defaultSecurePort
            ? String(authority.dropLast(":443".count)) : authority
    }

    private static let malformed = SkeinError(
        .arguments, "A broker's address is not a WebSocket URL",
        hint: "For example: wss://broker.example/ws, or ws://10.0.0.5:7900/ws")
}
