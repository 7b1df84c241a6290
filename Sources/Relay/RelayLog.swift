import Foundation
import Logging
import Synchronization

/// The relay's log: a file of a bounded size, 0600. When it is full it becomes `<name>.1`, in
/// place of the one before. Nothing secret, no message and no key is ever written to it.
public struct RelayLog: LogHandler {
    public var logLevel: Logger.Level = .info
    public var metadata: Logger.Metadata = [:]
    private let file: BoundedLogFile

    public init(file: BoundedLogFile) { self.file = file }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var line = "\(event.level) \(event.message)"
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) { line += " \(key)=\(value)" }
        file.append(line)
    }
}

public final class BoundedLogFile: Sendable {
    private let path: String
    private let limit: Int
    /// Descriptors that follow the file, as standard error does.
    private let followers: [Int32]
    private let state: Mutex<(fd: Int32, size: Int)>

    /// `limit` in bytes; at most twice as many are kept.
    public init(path: String, limit: Int = 1_048_576, followers: [Int32] = []) {
        self.path = path
        self.limit = limit
        self.followers = followers
        state = Mutex((-1, 0))
        state.withLock { open(&$0) }
    }

    deinit {
        state.withLock { state in
            if state.fd >= 0 { close(state.fd) }
        }
    }

    /// One line, with its time; control characters in it are made visible.
    public func append(_ line: String) {
        let time = Date().formatted(.iso8601.time(includingFractionalSeconds: true))
        var bytes = Array("\(time) ".utf8)
        for byte in line.utf8.prefix(4096) {
            bytes.append(byte < 0x20 || byte == 0x7F ? UInt8(ascii: "?") : byte)
        }
        bytes.append(0x0A)
        state.withLock { state in
            if state.size + bytes.count > limit { rotate(&state) }
            guard state.fd >= 0 else { return }
            let count = bytes.withUnsafeBytes { write(state.fd, $0.baseAddress, $0.count) }
            state.size += max(count, 0)
        }
    }

    private func open(_ state: inout (fd: Int32, size: Int)) {
        state.fd = Foundation.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        var found = stat()
        state.size = state.fd >= 0 && fstat(state.fd, &found) == 0 ? Int(found.st_size) : 0
        guard state.fd >= 0 else { return }
        for follower in followers { dup2(state.fd, follower) }
    }

    private func rotate(_ state: inout (fd: Int32, size: Int)) {
        if state.fd >= 0 { close(state.fd) }
        rename(path, path + ".1")
        open(&state)
    }
}
