import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Why no connection could be made, for a person: the end of “… cannot be reached: ”.
struct OpeningFailure: Error, Equatable {
    var reason: String

    /// The words for whatever the libraries throw.
    static func words(_ error: any Error) -> String {
        switch error {
        case let error as OpeningFailure: error.reason
        case let error as IOError: told(error.errnoCode)
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { words($0.error) } ?? "its name is not known"
        case ChannelError.connectTimeout, ChannelError.ioOnClosedChannel,
            ChannelError.alreadyClosed, ChannelError.inputClosed, ChannelError.eof:
            "it does not answer"
        default: "it does not answer as a broker does"
        }
    }

    private static func told(_ number: CInt) -> String {
        let words = String(cString: strerror(number))
        return words.prefix(1).lowercased() + words.dropFirst()
    }

    // MARK: - TLS

    /// `certificate` is what the broker showed, if it came so far; `now` in seconds since 1970.
    static func tls(
        _ error: any Error, certificate: NIOSSLCertificate?, now: Int
    ) -> OpeningFailure {
        if let error = error as? NIOSSLExtraError, error == .failedToValidateHostname {
            return OpeningFailure(reason: "its certificate is another host's")
        }
        let text = String(describing: error)
        if text.contains("CERTIFICATE_VERIFY_FAILED") || error is NIOSSLExtraError {
            return OpeningFailure(reason: distrust(certificate, now: now))
        }
        if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
            return OpeningFailure(reason: "it does not speak TLS; perhaps its address is ws://…")
        }
        return OpeningFailure(reason: "no TLS connection could be made")
    }

    private static func distrust(_ certificate: NIOSSLCertificate?, now: Int) -> String {
        if let certificate, certificate.notValidAfter < now {
            return "its certificate has expired"
        }
        if let certificate, certificate.notValidBefore > now {
            return "its certificate is not valid yet, or this machine's clock is wrong"
        }
        return "its certificate is signed by nobody this machine trusts "
            + "(SSL_CERT_FILE can name more)"
    }
}

/// What went wrong first while a connection was being made, which later failures only follow from.
final class FirstFailure: Sendable {
    private let failure = Mutex<OpeningFailure?>(nil)

    func note(_ next: OpeningFailure) { failure.withLock { $0 = $0 ?? next } }

    var noted: OpeningFailure? { failure.withLock { $0 } }
}

/// Stands behind the TLS handler and keeps what it says when it fails.
final class TLSWitness: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let handler: NIOSSLClientHandler
    private let first: FirstFailure

    init(_ handler: NIOSSLClientHandler, _ first: FirstFailure) {
        self.handler = handler
        self.first = first
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        first.note(.tls(error, certificate: handler.peerCertificate, now: Int(time(nil))))
        context.fireErrorCaught(error)
    }
}
