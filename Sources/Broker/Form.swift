import Foundation

/// Fields as a form or a query writes them (`application/x-www-form-urlencoded`, WHATWG URL,
/// section 5): parsed strictly, since whoever sends them is a stranger.
struct Form: Equatable, Sendable {
    static let fieldLimit = 32

    private let fields: [String: String]

    /// Nil where a field comes twice, is no UTF-8, or there are too many.
    init?(_ text: some Sequence<UInt8>) {
        var fields: [String: String] = [:]
        let parts = Array(text).split(separator: UInt8(ascii: "&"))
        guard parts.count <= Self.fieldLimit else { return nil }
        for part in parts {
            let pair = part.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(pair[0]),
                let value = pair.count > 1 ? Self.decoded(pair[1]) : "",
                fields.updateValue(value, forKey: name) == nil
            else { return nil }
        }
        self.fields = fields
    }

    /// What was sent empty was not sent (RFC 6749, section 3.2).
    subscript(name: String) -> String? {
        fields[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func decoded(_ bytes: some Sequence<UInt8>) -> String? {
        let spaced = bytes.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        return String(validating: spaced, as: UTF8.self)?.removingPercentEncoding
    }
}

extension PageRequest {
    /// Nil unless the body says that it is a form, and is one.
    var form: Form? {
        let type = header("content-type")?.prefix { $0 != ";" }
            .trimmingCharacters(in: .whitespaces).lowercased()
        return type == "application/x-www-form-urlencoded" ? Form(body) : nil
    }

    /// What a link carries; a broken one carries nothing.
    func queried(_ name: String) -> String? { Form(query.utf8)?[name] }
}
