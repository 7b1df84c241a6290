import Foundation
import Mesh

/// What somebody was given to come into a mesh, as it was typed or pasted, read and not yet asked
/// after.
public enum InviteLink: Equatable, Sendable {
    /// A v2 invite, and the broker that knows it.
    case code(String, at: BrokerSite)
    /// A v2 invite's code alone.
    case bareCode(String)
    /// A v1 token: it says itself which broker.
    case token(InviteToken)

    /// Bytes of a link that is read at all.
    public static let limit = 8192

    /// `E_INVITE_MALFORMED` for what is none.
    public init(_ text: String) throws(SkeinError) {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard text.utf8.count <= Self.limit else { throw Self.malformed("That is too long") }
        guard !text.isEmpty else { throw Self.malformed("Nothing was given") }
        if text.contains("://") {
            self = try Self.read(url: text)
        } else if let code = InviteCode.read(text) {
            self = .bareCode(code)
        } else if let token = InviteToken.parse(text) {
            self = .token(token)
        } else if let slash = text.firstIndex(of: "/"), slash != text.startIndex {
            self = try Self.read(url: Self.scheme(before: text) + "://" + text)
        } else {
            throw Self.malformed("That is neither an invite's link nor its code")
        }
    }

    /// Whether a word is a link to an invite and not a verb: it has a scheme of one. What it says
    /// is not looked at.
    public static func isLink(_ word: String) -> Bool {
        schemes.contains { word.lowercased().hasPrefix($0 + "://") }
    }

    private static let schemes = ["https", "http", "skein", "ic"]

    private static func read(url: String) throws(SkeinError) -> InviteLink {
        guard var parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased() else {
            throw malformed("That is no link")
        }
        guard schemes.contains(scheme) else {
            throw malformed("A link that begins with \(shown(scheme)):// leads to no mesh")
        }
        guard parts.user == nil, parts.password == nil else {
            throw malformed("A link with a name or a password in it is not followed")
        }
        let host = parts.host?.lowercased() ?? ""
        var path = parts.path.split(separator: "/", omittingEmptySubsequences: true)
            .map(String.init)
        if scheme == "ic" || scheme == "skein", host == "join" || host == "i" {
            guard path.count == 1 else { throw malformed("That link is not whole") }
            return try host == "i" ? bare(path[0]) : token(path[0])
        }
        guard scheme != "ic" else { throw malformed("That link leads to no mesh") }
        if scheme == "skein" { parts.scheme = self.scheme(before: parts.host ?? "") }
        guard let site = BrokerSite(parts) else {
            throw malformed("That link names no broker that could be asked")
        }
        // A page's language: https://broker.example/es/i/…
        if path.count == 3, path[0].utf8.count == 2 { path.removeFirst() }
        guard path.count == 2 else { throw malformed("That link leads to no invite") }
        switch path[0] {
        case "i":
            guard let code = InviteCode.read(path[1]) else {
                throw malformed("The code in that link is not whole")
            }
            return .code(code, at: site)
        case "join": return try token(path[1])
        default: throw malformed("That link leads to no invite")
        }
    }

    /// Only this machine is asked without TLS where nobody said so.
    private static func scheme(before authority: String) -> String {
        let name = authority.prefix { $0 != "/" }
        let site = BrokerSite(url: "http://\(name)")
        return site?.isLoopback == true ? "http" : "https"
    }

    private static func bare(_ text: String) throws(SkeinError) -> InviteLink {
        guard let code = InviteCode.read(text) else {
            throw malformed("The code in that link is not whole")
        }
        return .bareCode(code)
    }

    private static func token(_ text: String) throws(SkeinError) -> InviteLink {
        guard let token = InviteToken.parse(text) else {
            throw malformed("The token in that link is not whole")
        }
        return .token(token)
    }

    private static func shown(_ scheme: String) -> String {
        String(scheme.prefix(20))
    }

    private static func malformed(_ what: String) -> SkeinError {
        SkeinError(
            .inviteMalformed, what,
            hint: "An invite looks like https://broker.example/i/ABCDE12345; paste all of it")
    }
}

extension InviteLink: CustomReflectable {
    /// A code or a token lets in whoever reads it: no dump shows one.
    public var customMirror: Mirror { Mirror(self, children: ["kind": kind]) }

    private var kind: String {
        switch self {
        case .code(_, let site): "v2 at \(site)"
        case .bareCode: "v2"
        case .token: "v1"
        }
    }
}
