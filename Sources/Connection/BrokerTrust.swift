import Foundation
import MeshProtocol
import NIOSSL
import Synchronization

/// Whom a broker's certificate must be vouched for by: the system's roots, or those that
/// `SSL_CERT_FILE` and `SSL_CERT_DIR` name in their place.
public final class BrokerTrust: Sendable {
    private let file: String?
    private let directory: String?
    private let made = Mutex<(context: NIOSSLContext, at: ContinuousClock.Instant)?>(nil)

    /// The roots are read once and used again for this long: they change now and then.
    private static let freshness = Duration.seconds(600)
    /// How long the other side may take for its last word of TLS.
    private static let goodbyeLimit = 250

    /// PEM files' paths; without either, the system's roots.
    public init(file: String? = nil, directory: String? = nil) {
        self.file = file.flatMap { $0.isEmpty ? nil : $0 }
        self.directory = directory.flatMap { $0.isEmpty ? nil : $0 }
    }

    public convenience init(environment: [String: String]) {
        self.init(file: environment["SSL_CERT_FILE"], directory: environment["SSL_CERT_DIR"])
    }

    func context() throws(SkeinError) -> NIOSSLContext {
        if let made = made.withLock({ $0 }), made.at + Self.freshness > .now { return made.context }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        configuration.shutdownTimeout = .milliseconds(Int64(Self.goodbyeLimit))
        let paths = [file, directory].compactMap { $0 }
        if let first = paths.first {
            configuration.trustRoots = .file(first)
            configuration.additionalTrustRoots = paths.dropFirst().map { .file($0) }
        }
        do {
            let context = try NIOSSLContext(configuration: configuration)
            made.withLock { $0 = (context, .now) }
            return context
        } catch {
            let place = paths.isEmpty ? "the system's place" : paths.joined(separator: " or ")
            throw SkeinError(
                .badTLS, "no certificate to trust can be read from \(place)",
                hint: "Install ca-certificates, or name a PEM file in SSL_CERT_FILE")
        }
    }

    /// The next connection reads the roots anew.
    func forget() { made.withLock { $0 = nil } }
}
