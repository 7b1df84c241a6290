import MeshProtocol
import NIOSSL

/// By what a broker shows who it is.
public struct TLSFiles: Equatable, Sendable {
    /// A PEM file: the broker's own certificate, then those that vouch for it.
    public var certificateChain: String
    /// A PEM file with the key of the first of them.
    public var key: String

    public init(certificateChain: String, key: String) {
        self.certificateChain = certificateChain
        self.key = key
    }

    /// Reads both. `E_BAD_TLS` where one cannot be read or they do not belong together.
    func load() throws(SkeinError) -> NIOSSLContext {
        let chain = try Self.reading(certificateChain, "certificate chain") {
            try NIOSSLCertificate.fromPEMFile(certificateChain)
        }
        guard !chain.isEmpty else {
            throw SkeinError(.badTLS, "there is no certificate in \(certificateChain)")
        }
        let privateKey = try Self.reading(key, "key") { try NIOSSLPrivateKey(file: key, format: .pem) }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw SkeinError(
                .badTLS, "the key in \(key) does not belong to the certificate in \(certificateChain)",
                subject: key)
        }
    }

    private static func reading<Value>(
        _ path: String, _ what: String, _ read: () throws -> Value
    ) throws(SkeinError) -> Value {
        do {
            return try read()
        } catch {
            throw SkeinError(.badTLS, "the TLS \(what) cannot be read from \(path)", subject: path)
        }
    }
}
