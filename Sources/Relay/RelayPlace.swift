import Home

/// Where a relay can be found: its socket and its lock. Once either is gone or another's, nobody
/// finds this relay any more, and it only keeps the next one from serving.
struct RelayPlace: Sendable {
    private let lock: FileLock
    private let socketPath: String
    private let socket: FileIdentity?

    /// The socket is listened on by now.
    init(lock: FileLock, socketPath: String) {
        self.lock = lock
        self.socketPath = socketPath
        socket = FileIdentity(socketPath)
    }

    var isSocketOurs: Bool { socket != nil && FileIdentity(socketPath) == socket }

    var isOurs: Bool { isSocketOurs && lock.isInPlace }
}
