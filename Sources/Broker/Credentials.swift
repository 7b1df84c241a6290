import Foundation
import Mesh

/// What a person types to sign in or to make an account, made comparable.
enum Credentials {
    static let shortestPassword = 10
    /// In bytes: a hash is made of all of them.
    static let longestPassword = 1024

    /// In lower case, without space around it. Nil where it cannot be an address.
    static func email(_ typed: String?) -> String? {
        guard let typed else { return nil }
        let email = typed.trimmingCharacters(in: .whitespacesAndNewlines)
            .precomposedStringWithCanonicalMapping.lowercased()
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        guard email.utf8.count <= 254, parts.count == 2, !parts[0].isEmpty,
            parts[1].contains("."), !parts[1].hasPrefix("."), !parts[1].hasSuffix("."),
            PeerName.cleaned(String(parts[1])) == String(parts[1]),
            email.unicodeScalars.allSatisfy({ isPlain($0) })
        else { return nil }
        return email
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .surrogate:
            false
        default: !"<>\"'\\,;:()[]".unicodeScalars.contains(scalar)
        }
    }

    /// The same text from any keyboard (RFC 8265, section 4.2).
    static func password(_ typed: String?) -> String {
        (typed ?? "").precomposedStringWithCanonicalMapping
    }
}
