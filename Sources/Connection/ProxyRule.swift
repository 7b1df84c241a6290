import Foundation
import MeshProtocol

/// An HTTP proxy that is asked for a tunnel (`CONNECT`, RFC 9110, section 9.3.6).
struct Proxy: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    var host: String
    var port: Int
    /// `user:password` in base64, as `Basic` wants it. It is never shown.
    var credentials: String?

    var description: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }
    var customMirror: Mirror { Mirror(self, children: ["place": description]) }
}

/// Which proxy a broker is reached by, as the environment says: `https_proxy` for `wss://`,
/// `http_proxy` for `ws://`, `all_proxy` for both, and `no_proxy`, each also in capitals; where
/// both are there the small one counts. An empty one means none.
public struct ProxyRule: Hashable, Sendable {
    private enum Choice: Hashable, Sendable {
        case straight
        case proxy(Proxy)
        /// What is wrong with the variable.
        case unusable(String)
    }

    private var secure = Choice.straight
    private var plain = Choice.straight
    private var exceptions: [String] = []

    /// No proxy at all.
    public init() {}

    public init(environment: [String: String]) {
        func variable(_ name: String) -> (name: String, value: String)? {
            for name in [name, name.uppercased()] {
                if let value = environment[name] { return (name, value) }
            }
            return nil
        }
        let all = variable("all_proxy")
        secure = Self.choice(variable("https_proxy") ?? all)
        plain = Self.choice(variable("http_proxy") ?? all)
        exceptions = (variable("no_proxy")?.value ?? "")
            .split { $0 == "," || $0.isWhitespace }.prefix(1000).map { $0.lowercased() }
    }

    /// Nil where the broker is reached without one, as one on this machine always is.
    func proxy(for endpoint: BrokerEndpoint) throws(SkeinError) -> Proxy? {
        do throws(OpeningFailure) {
            return try way(to: endpoint)
        } catch {
            throw SkeinError(
                .brokerUnreachable, "the broker at \(endpoint) cannot be reached: \(error.reason)",
                hint: "Mend the variable, name the host in NO_PROXY, and restart the relay")
        }
    }

    func way(to endpoint: BrokerEndpoint) throws(OpeningFailure) -> Proxy? {
        if endpoint.isLoopback || isExcepted(endpoint) { return nil }
        switch endpoint.isSecure ? secure : plain {
        case .straight: return nil
        case .proxy(let proxy): return proxy
        case .unusable(let why): throw OpeningFailure(reason: why)
        }
    }

    // MARK: - reading a proxy's URL

    private static func choice(_ variable: (name: String, value: String)?) -> Choice {
        guard let variable else { return .straight }
        let value = variable.value.filter { !$0.isWhitespace }
        if value.isEmpty { return .straight }
        // What is wrong is said without the value, which may hold a password.
        let nonsense = Choice.unusable("\(variable.name) is not the URL of a proxy")
        guard value.utf8.count <= 2048,
            let parts = URLComponents(string: value.contains("://") ? value : "http://" + value),
            let scheme = parts.scheme?.lowercased(), let host = parts.host, !host.isEmpty
        else { return nonsense }
        guard scheme == "http" else {
            return scheme.hasPrefix("socks")
                ? .unusable("\(variable.name) names a SOCKS proxy; Skein uses http:// ones only")
                : scheme == "https"
                    ? .unusable(
                        "\(variable.name) names a proxy behind TLS; Skein uses http:// ones only")
                    : nonsense
        }
        let port = parts.port ?? 80
        guard (1...65535).contains(port) else { return nonsense }
        var credentials: String?
        if let user = parts.user {
            credentials = Data("\(user):\(parts.password ?? "")".utf8).base64EncodedString()
        }
        return .proxy(
            Proxy(
                host: host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host, port: port,
                credentials: credentials))
    }

    // MARK: - no_proxy

    /// An exception is `*`, a name with all below it (`example.org`, `.example.org`), an address,
    /// a block of them (`10.0.0.0/8`); a name or an address may have a port.
    private func isExcepted(_ endpoint: BrokerEndpoint) -> Bool {
        var host = endpoint.host.lowercased()
        if host.hasSuffix(".") { host.removeLast() }
        let address = HostAddress(host)
        return exceptions.contains { exception in
            if exception == "*" { return true }
            if exception.contains("/") { return address?.isIn(exception) == true }
            if let address, let other = HostAddress(exception) { return address == other }
            let (name, port) = Self.split(exception)
            guard port == nil || port == endpoint.port, !name.isEmpty else { return false }
            if let address { return HostAddress(name) == address }
            return host == name || host.hasSuffix("." + name)
        }
    }

    private static func split(_ exception: String) -> (name: String, port: Int?) {
        var name = Substring(exception)
        var port: Int?
        if let colon = name.lastIndex(of: ":"),
            let number = Int(name[name.index(after: colon)...])
        {
            port = number
            name = name[..<colon]
        }
        if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
        for mark in ["*.", "."] where name.hasPrefix(mark) { name = name.dropFirst(mark.count) }
        if name.hasSuffix(".") { name = name.dropLast() }
        return (String(name), port)
    }
}
