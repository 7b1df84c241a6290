import CSystemCalls
import Foundation
import Home
import Mesh
import MeshProtocol

/// Getting to a relay that answers: finding its socket, starting one where none listens. It
/// blocks, so it has a thread of its own for as long as it takes.
struct RelayDoor {
    let home: Home
    let starter: RelayStarter?
    /// Inside a launch: an agent does not end the person's relay, not even for a newer one.
    let isLaunch: Bool
    let deadline: ContinuousClock.Instant

    struct Opened {
        var fd: Int32
        var greeting: RelayGreeting
        var rest: [UInt8]
    }

    private enum Attempt {
        case opened(Opened)
        /// It was an older one's, and has made room.
        case replaced
        case nobody
        case busy
    }

    func open() throws(SkeinError) -> Opened {
        var pause: UInt32 = 2_000
        // Once: what this starter starts may itself be an older program.
        var mayReplace = starter != nil && !isLaunch
        while true {
            // A relay started in another environment may listen elsewhere than this home says.
            var anyBusy = false
            for path in [home.socketPath, notedPath].compactMap({ $0 }) {
                switch try attempt(path, mayReplace: mayReplace) {
                case .opened(let opened): return opened
                case .replaced: mayReplace = false
                case .busy: anyBusy = true
                case .nobody: break
                }
            }
            guard ContinuousClock.now < deadline else {
                throw SkeinError(
                    .relayUnreachable, "the relay does not answer",
                    hint: "Its log is \(home.relayLogPath)")
            }
            if !anyBusy {
                guard let starter else {
                    throw SkeinError(.relayUnreachable, "no relay is running")
                }
                if try starter.start(home: home, until: deadline) == .ready {
                    mayReplace = false
                    continue
                }
            }
            // Another relay is about to listen, or about to end.
            usleep(pause)
            pause = min(pause * 2, 100_000)
        }
    }

    /// The second line of what the relay wrote into its lock.
    private var notedPath: String? {
        guard let note = FileLock.note(at: home.relayLockPath) else { return nil }
        let lines = note.split(separator: "\n")
        guard lines.count == 2, lines[1] != home.socketPath else { return nil }
        return String(lines[1])
    }

    private func attempt(_ path: String, mayReplace: Bool) throws(SkeinError) -> Attempt {
        guard var address = Self.address(path) else { return .nobody }
        let fd = Self.makeSocket()
        guard fd >= 0 else { throw Self.unreachable(String(cString: strerror(errno))) }
        var isKept = false
        defer { if !isKept { close(fd) } }

        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(fd, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if result != 0 {
            switch errno {
            case ENOENT, ECONNREFUSED, ENOTDIR, ENOTSOCK, EPROTOTYPE: return .nobody
            case EAGAIN, EINTR, EINPROGRESS: return .busy
            case EACCES, EPERM:
                throw SkeinError(
                    .forbidden, "the relay's socket \(path) belongs to another user",
                    hint: "Set SKEIN_HOME to a directory of your own")
            default: throw Self.unreachable(String(cString: strerror(errno)))
            }
        }
        var uid = uid_t()
        guard skein_peer_uid(fd, &uid) == 0, uid == geteuid() else {
            throw SkeinError(
                .forbidden, "another user's program listens at \(path)",
                hint: "Set SKEIN_HOME to a directory of your own")
        }
        switch PolledDescriptor.line(from: fd, limit: RelayClient.longestLine, until: deadline) {
        case .ended: return .nobody
        case .late: throw Self.unreachable("it does not answer")
        case .tooLong: throw Self.unreachable("it does not speak as a relay does")
        case .line(let line, let rest):
            guard let greeting = try heard(line, from: fd, mayReplace: mayReplace) else {
                return .replaced
            }
            isKept = true
            return .opened(Opened(fd: fd, greeting: greeting, rest: rest))
        }
    }

    /// Nil where the relay was an older one's and has made room.
    private func heard(
        _ line: [UInt8], from fd: Int32, mayReplace: Bool
    ) throws(SkeinError) -> RelayGreeting? {
        let data = Data(line)
        guard let told = try? JSONDecoder().decode(GreetedVersion.self, from: data) else {
            throw Self.unreachable("it does not speak as a relay does")
        }
        let choice = RelayChoice(
            theirs: (told.protocolVersion, told.programVersion ?? ""),
            ours: (RelayGreeting.currentProtocol, SkeinVersion.current),
            mayReplace: mayReplace)
        switch choice {
        case .use:
            guard let greeting = try? JSONDecoder().decode(RelayGreeting.self, from: data) else {
                throw Self.unreachable("it does not speak as a relay does")
            }
            return greeting
        case .replace:
            try OldRelay.replace(at: fd, until: deadline)
            return nil
        case .updateSkein:
            throw SkeinError(
                .relayRefused,
                "the running relay is of a newer Skein (its protocol is \(told.protocolVersion), "
                    + "ours \(RelayGreeting.currentProtocol))", hint: "Update Skein")
        case .leave:
            throw SkeinError(
                .relayRefused,
                "the running relay is of an older Skein (its protocol is "
                    + "\(told.protocolVersion), ours \(RelayGreeting.currentProtocol))",
                hint: "Run `skein peers` in a terminal of your own: a newer one takes its place")
        }
    }

    private static func unreachable(_ reason: String) -> SkeinError {
        SkeinError(.relayUnreachable, "the relay cannot be reached: \(reason)")
    }

    private static func makeSocket() -> Int32 {
        #if os(Linux)
            return socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        #else
            let fd = socket(AF_UNIX, SOCK_STREAM, 0)
            guard fd >= 0 else { return fd }
            _ = fcntl(fd, F_SETFD, FD_CLOEXEC)
            var on: Int32 = 1
            setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
            return fd
        #endif
    }

    /// Nil if the path is too long for a socket.
    private static func address(_ path: String) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { place in
            guard bytes.count < place.count else { return false }
            place.copyBytes(from: bytes)
            return true
        }
        return fits ? address : nil
    }
}

/// What stays readable of a greeting in every version of the lines.
private struct GreetedVersion: Decodable {
    var protocolVersion: Int
    var programVersion: String?
}
