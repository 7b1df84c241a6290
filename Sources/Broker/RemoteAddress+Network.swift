import Foundation

extension RemoteAddress {
    /// What limits are counted by: an IPv4 address, or the network of an IPv6 one, since whoever
    /// has one of its addresses has all 2⁶⁴ of them.
    var network: String {
        var address = in6_addr()
        guard !text.hasPrefix("::ffff:"), inet_pton(AF_INET6, text, &address) == 1 else {
            return text
        }
        return withUnsafeBytes(of: &address) { bytes in
            bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":") + "/64"
        }
    }
}

extension PageRequest {
    /// Who asks: a proxy on this machine says for whom it speaks, by what it wrote last.
    var sender: RemoteAddress {
        guard remote.isLoopback, let chain = headers["x-forwarded-for"].last,
            let last = chain.split(separator: ",").last
        else { return remote }
        let text = last.trimmingCharacters(in: .whitespaces)
        var four = in_addr()
        var six = in6_addr()
        guard inet_pton(AF_INET, text, &four) == 1 || inet_pton(AF_INET6, text, &six) == 1
        else { return remote }
        return RemoteAddress(text: text)
    }
}
