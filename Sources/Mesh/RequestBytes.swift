/// The bytes under a member's signature of an HTTP request (protocol decision 14).
public enum RequestBytes {
    /// `path` is as sent, without the query; `timestamp` is in milliseconds; `bodyDigest` the
    /// body's SHA-256 in lower-case hexadecimal digits.
    public static func canonical(
        method: String, path: String, mesh: String, member: String, timestamp: Int64,
        bodyDigest: String
    ) -> [UInt8] {
        Array("skein-http|\(method)|\(path)|\(mesh)|\(member)|\(timestamp)|\(bodyDigest)".utf8)
    }
}
