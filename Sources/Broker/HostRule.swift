/// Which `Host` and `Origin` a broker answers to (protocol decision 18). A browser that was
/// tricked into asking for another name, or from another page, is told no.
struct HostRule: Sendable {
    private let names: Set<String>

    init(bound host: String, others: [String] = []) {
        names = Set(["127.0.0.1", "localhost", "::1", host] + others).reduce(into: []) {
            $0.insert($1.lowercased())
        }
    }

    /// `value` is a `Host` header: a name or address, with a port or without.
    func accepts(host value: String) -> Bool {
        guard let name = Self.name(of: value) else { return false }
        return names.contains(name)
    }

    /// `value` is an `Origin` header; nil where none was sent, as by anything but a browser.
    func accepts(origin value: String?) -> Bool {
        guard let value else { return true }
        for scheme in ["http://", "https://"] where value.lowercased().hasPrefix(scheme) {
            return accepts(host: String(value.dropFirst(scheme.count)))
        }
        return false
    }

    /// Without the port; an IPv6 address without its brackets.
    private static func name(of host: String) -> String? {
        var name = Substring(host.lowercased())
        if name.hasPrefix("[") {
            guard let end = name.firstIndex(of: "]") else { return nil }
            let port = name[name.index(after: end)...]
            guard port.isEmpty || isPort(port) else { return nil }
            return String(name[name.index(after: name.startIndex)..<end])
        }
        if let colon = name.firstIndex(of: ":") {
            guard isPort(name[colon...]) else { return nil }
            name = name[..<colon]
        }
        return name.isEmpty ? nil : String(name)
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.hasPrefix(":") && text.dropFirst().utf8.allSatisfy { (48...57).contains($0) }
    }
}
