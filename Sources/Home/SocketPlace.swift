import MeshProtocol

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where the relay's socket can stand. A Unix socket's path is short by nature (`sun_path`,
/// unix(7)); a home whose path is longer gets a short directory of its own in the runtime
/// directory or in `/tmp`, named by a hash of the place it stands for.
enum SocketPlace {
    static let fileName = "relay.sock"

    /// The most bytes a socket's path may have, without its final NUL.
    static var longestPath: Int {
        MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1
    }

    static func fits(_ directory: String) -> Bool {
        directory.utf8.count + 1 + fileName.utf8.count <= longestPath
    }

    static func directory(for wanted: String, temporary: String?) throws(SkeinError) -> String {
        guard !wanted.utf8.contains(0) else {
            throw SkeinError(.arguments, "the path of Skein's home has a NUL byte in it")
        }
        if fits(wanted) { return wanted }
        let hash = hash(of: wanted)
        let short = temporary.map { $0 + "/skein-" + hash }
        if let short, fits(short) { return short }
        let shared = "\(sharedDirectory)/\(hash)"
        guard fits(shared) else {
            throw SkeinError(
                .homePathTooLong,
                "the relay's socket cannot be made: \(wanted) is longer than the "
                    + "\(longestPath) bytes a socket's path may have",
                hint: "Set SKEIN_HOME to a directory with a shorter path")
        }
        return shared
    }

    /// The socket's directory must be ours alone: what listens there is trusted with what is said.
    static func prepare(_ directory: String) throws(SkeinError) {
        if directory.hasPrefix(sharedDirectory + "/") {
            try PrivateDirectory.make(sharedDirectory, closed: true)
        }
        try PrivateDirectory.make(directory, closed: true)
    }

    /// Takes away a short directory made in `/tmp`; any other stays.
    static func remove(_ directory: String) {
        guard directory.hasPrefix(sharedDirectory + "/") else { return }
        rmdir(directory)
        rmdir(sharedDirectory)
    }

    static var sharedDirectory: String { "/tmp/skein-\(geteuid())" }

    /// FNV-1a, 64 bits: it tells homes of one user apart, it keeps nobody out.
    private static func hash(of text: String) -> String {
        var value: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 {
            value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
