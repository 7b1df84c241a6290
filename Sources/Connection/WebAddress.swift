import Foundation
import MeshProtocol

/// Where a broker's pages are: `https://broker.example`, perhaps with a path before all of them.
public struct WebAddress: Hashable, Sendable, CustomStringConvertible {
    public let host: String
    public let port: Int
    public let isSecure: Bool
    /// What stands before every page's path, without a slash at its end; empty for nothing.
    public let prefix: String

    /// The longest URL that is looked at, in bytes.
    public static let longest = 2048

    /// `E_ARGUMENTS` for what is no such URL. Without TLS only a broker of this machine is spoken
    /// to, unless `allowsPlain`: whoever is on the way could read the account's token.
    public init(url: String, allowsPlain: Bool = false) throws(SkeinError) {
        guard url.utf8.count <= Self.longest, url.utf8.allSatisfy({ 0x21...0x7E ~= $0 }),
            let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased()
        else { throw Self.malformed("The server's address is no URL") }
        guard scheme == "https" || scheme == "http" else {
            throw Self.malformed("The server's address begins with \(scheme)://, not https://")
        }
        guard parts.user == nil, parts.password == nil else {
            throw Self.malformed("The server's address holds a name or a password")
        }
        guard parts.query == nil, parts.fragment == nil else {
            throw Self.malformed("The server's address goes on after its path")
        }
        guard let host = parts.host, !host.isEmpty else {
            throw Self.malformed("The server's address names no host")
        }
        let isSecure = scheme == "https"
        let port = parts.port ?? (isSecure ? 443 : 80)
        guard (1...65535).contains(port) else {
            throw Self.malformed("The server's address has a port that there is none of")
        }
        var path = Substring(parts.percentEncodedPath)
        while path.hasSuffix("/") { path.removeLast() }
        guard !path.split(separator: "/").contains(where: { $0 == ".." || $0 == "." }) else {
            throw Self.malformed("The server's address has a path that leads elsewhere")
        }
        self.host = (host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host).lowercased()
        self.port = port
        self.isSecure = isSecure
        prefix = String(path)
        guard isSecure || allowsPlain || endpoint.isLoopback else {
            throw SkeinError(
                .arguments, "\(self) is not encrypted: whoever is on the way could sign in as you",
                hint: "Use https://, or --insecure where you know every machine on the way")
        }
    }

    /// As it is kept and compared: without what goes without saying.
    public var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        let isUsual = port == (isSecure ? 443 : 80)
        return (isSecure ? "https://" : "http://") + name + (isUsual ? "" : ":\(port)") + prefix
    }

    /// Whether a page that a broker names may be shown to a person and opened: of the web, as
    /// safe as the broker itself, and without anything that would mislead.
    public func mayOpen(_ url: String) -> Bool {
        guard let parts = URLComponents(string: url), url.utf8.count <= Self.longest,
            parts.fragment == nil
        else { return false }
        var bare = parts
        bare.query = nil
        guard let text = bare.string else { return false }
        return (try? WebAddress(url: text, allowsPlain: !isSecure)) != nil
            && url.utf8.allSatisfy { 0x21...0x7E ~= $0 }
    }

    /// As one speaks to a proxy of it.
    var endpoint: BrokerEndpoint {
        BrokerEndpoint(host: host, port: port, path: prefix, isSecure: isSecure)
    }

    private static func malformed(_ message: String) -> SkeinError {
        SkeinError(.arguments, message, hint: "For example: https://broker.example")
    }
}
