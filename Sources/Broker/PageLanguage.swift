extension PageWords {
    /// What a browser is shown: what a link asks for, what was asked for last, what it says it
    /// reads, else English.
    static func chosen(by request: PageRequest) -> PageWords {
        if let words = named(request.queried("lang")) ?? named(request.cookie("skein_lang")) {
            return words
        }
        guard let header = request.header("accept-language"), header.utf8.count <= 1024 else {
            return english
        }
        return ranked(header).lazy.compactMap { named($0) }.first ?? english
    }

    private static func named(_ code: String?) -> PageWords? {
        let language = code?.prefix { $0 != "-" }.lowercased()
        return all.first { $0.code == language }
    }

    /// The languages of an `Accept-Language`, best first (RFC 9110, section 12.5.4).
    private static func ranked(_ header: String) -> [String] {
        let wanted = header.split(separator: ",").prefix(32).compactMap { part -> (String, Double)? in
            let parts = part.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            guard let language = parts.first else { return nil }
            var quality = 1.0
            if let given = parts.dropFirst().first(where: { $0.hasPrefix("q=") }) {
                quality = Double(given.dropFirst(2)) ?? 0
            }
            return quality > 0 ? (language, quality) : nil
        }
        // Equals stay in their order.
        return wanted.enumerated()
            .sorted { ($1.element.1, $0.offset) < ($0.element.1, $1.offset) }
            .map(\.element.0)
    }
}
