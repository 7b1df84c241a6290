import MeshProtocol

/// Where a broker that runs by itself keeps what it must not lose. It has nothing to do with the
/// home of whoever starts it: a service has none.
public struct BrokerPlace: Hashable, Sendable {
    public let directory: String

    public var databasePath: String { directory + "/broker.db" }
    /// By which its operator makes meshes: one line, 0600.
    public var operatorTokenPath: String { directory + "/operator.token" }

    /// The token at `path`; nil where there is no such file.
    public static func operatorToken(at path: String) throws(SkeinError) -> String? {
        guard let bytes = try AtomicFile.read(path, limit: 1024) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
        guard text.utf8.count >= 16, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw SkeinError(
                .arguments, "what stands in \(path) is no operator's token",
                hint: "Remove the file: the broker makes a new one when it starts")
        }
        return text
    }

    /// The token, made by `fresh` where there is none yet.
    public func operatorToken(_ fresh: () -> String) throws(SkeinError) -> String {
        if let kept = try Self.operatorToken(at: operatorTokenPath) { return kept }
        let token = fresh()
        try AtomicFile.write(Array((token + "\n").utf8), to: operatorTokenPath, mode: 0o600)
        return token
    }

    /// `given` is what was asked for; without it, `skein-broker` among the user's state (XDG Base
    /// Directory Specification 0.8). It makes nothing.
    public static func locate(
        given: String?, environment: [String: String]
    ) throws(SkeinError) -> BrokerPlace {
        if let given {
            guard !given.isEmpty, !given.utf8.contains(0) else {
                throw SkeinError(
                    .arguments, "--data names no directory", hint: "For example: --data ./broker")
            }
            return BrokerPlace(directory: withoutTrailingSlashes(given))
        }
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
            return BrokerPlace(directory: withoutTrailingSlashes(state) + "/skein-broker")
        }
        if let user = environment["HOME"], user.hasPrefix("/") {
            let state = withoutTrailingSlashes(user) + "/.local/state"
            return BrokerPlace(directory: state + "/skein-broker")
        }
        throw SkeinError(
            .homeUnwritable, "there is no home directory to keep anything in",
            hint: "Name a directory with --data")
    }

    /// Makes the directory, 0700, where it is not yet.
    public func prepare() throws(SkeinError) {
        do throws(SkeinError) {
            try PrivateDirectory.make(directory)
        } catch {
            throw Self.told(error)
        }
    }

    /// A failure to write here, with what helps here.
    public static func told(_ error: SkeinError) -> SkeinError {
        guard error.code == .homeUnwritable || error.code == .homePathTooLong else { return error }
        return SkeinError(
            error.code, error.message,
            hint: "Make it writable, or name another directory with --data")
    }

    private static func withoutTrailingSlashes(_ path: String) -> String {
        var rest = Substring(path)
        while rest.count > 1, rest.hasSuffix("/") { rest = rest.dropLast() }
        return String(rest)
    }
}
