import Foundation
import MeshProtocol

/// Where a broker listens for WebSockets.
public struct BrokerEndpoint: Sendable, Hashable, CustomStringConvertible {
    public let host: String
    public let port: Int
    /// As sent in the request: `/ws` unless the URL says otherwise.
    public let path: String

    /// The port of a URL that names none (wire protocol, section 1.1).
    public static let defaultPort = 7900

    /// `E_ARGUMENTS` for what is not a `ws://` URL. `wss://` is refused: there is no TLS yet.
    public init(url: String) throws(SkeinError) {
        guard url.utf8.count <= 2048, let parts = URLComponents(string: url),
            let scheme = parts.scheme?.lowercased(), let host = parts.host, !host.isEmpty
        else { throw Self.malformed }
        guard scheme != "wss" else {
            throw SkeinError(
                .arguments, "A broker behind TLS (wss://) cannot be reached yet",
                hint: "Use a broker on this machine or in a private network, by ws://")
        }
        guard scheme == "ws", parts.user == nil, parts.password == nil, parts.fragment == nil
        else { throw Self.malformed }
        let port = parts.port ?? Self.defaultPort
        guard (1...65535).contains(port) else { throw Self.malformed }
        let path = parts.percentEncodedPath
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        self.port = port
        self.path = path.isEmpty || path == "/" ? "/ws" : path
    }

    private init(host: String, port: Int) {
        self.host = host
        self.port = port
        path = "/ws"
    }

    /// A broker of this machine.
    public static func loopback(port: Int) -> BrokerEndpoint {
        BrokerEndpoint(host: "127.0.0.1", port: port)
    }

    public var description: String { "ws://\(hostHeader)\(path)" }

    /// The value of the `Host` header.
    var hostHeader: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

    private static let malformed = SkeinError(
        .arguments, "A broker's address is not a WebSocket URL",
        hint: "For example: ws://broker.example:7900/ws")
}
