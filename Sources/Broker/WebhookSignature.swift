import Mesh
import MeshCrypto

/// How a program that is no member proves that it knows a webhook's secret, without sending it:
/// `X-Skein-Signature: sha256=<hex>` is the HMAC-SHA-256 of `<timestamp>.<body>`, keyed by the
/// secret's 64 characters; `X-Skein-Timestamp` is in seconds since 1970.
enum WebhookSignature {
    /// The timestamp may be this far from the broker's clock, either way and inclusive.
    static let skewSeconds: Int64 = 300

    static func isValid(
        _ signature: String, timestamp: String, body: [UInt8], secret: String, now: Moment
    ) -> Bool {
        guard let seconds = Int64(timestamp), timestamp.utf8.count <= 20,
            isInWindow(seconds, now: now), signature.hasPrefix("sha256="),
            let code = Hex.bytes(signature.dropFirst(7))
        else { return false }
        let expected = SHA256.hmac(
            of: Array("\(timestamp).".utf8) + body, key: Array(secret.utf8))
        return ConstantTime.areEqual(code, expected)
    }

    private static func isInWindow(_ seconds: Int64, now: Moment) -> Bool {
        let (distance, overflow) = (now.milliseconds / 1000).subtractingReportingOverflow(seconds)
        return !overflow && distance.magnitude <= UInt64(skewSeconds)
    }
}
