import MeshProtocol

/// What a broker needs to listen with TLS.
public struct TLSFiles: Equatable, Sendable {
    /// A PEM file: the broker's own certificate, then those that vouch for it.
    public var certificateChain: String
    /// A PEM file with the key of the first of them.
    public var key: String

    public init(certificateChain: String, key: String) {
        self.certificateChain = certificateChain
        self.key = key
    }

    func load() throws(SkeinError) {
        throw SkeinError(.arguments, "this broker cannot listen with TLS yet")
    }
}
