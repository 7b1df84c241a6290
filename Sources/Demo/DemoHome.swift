import Database
import Foundation
import Home
import Mesh
import MeshProtocol
import RelayClient

/// A home that lives as long as one demo. Making it makes an empty directory; the demo's relay
/// fills it, and removes it when the demo is over.
public struct DemoHome: Sendable {
    public let home: Home

    public static func make(environment: [String: String]) throws(SkeinError) -> DemoHome {
        let given = environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        var path = Array((given + "/skein-demo-XXXXXX").utf8CString)
        guard mkdtemp(&path) != nil else {
            throw SkeinError(
                .homeUnwritable,
                "the demo's home cannot be made in \(given): \(String(cString: strerror(errno)))",
                hint: "Set TMPDIR to a directory that can be written")
        }
        let root = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return DemoHome(home: try Home(root: root))
    }

    /// Starts the demo's relay and connects to it; all eight peers are on the mesh by then.
    /// `arguments` make the program run `DemoRelay.run`; it finds the home in `SKEIN_HOME`, and
    /// its parent at descriptor 4 (`--parent-fd 4`).
    public func start(
        executable: String, arguments: [String], environment: [String: String]
    ) async throws(SkeinError) -> RunningDemo {
        var ends: [Int32] = [0, 0]
        #if os(Linux)
            let result = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
        #else
            let result = socketpair(AF_UNIX, SOCK_STREAM, 0, &ends)
        #endif
        guard result == 0 else {
            Self.remove(home)
            throw SkeinError(
                .internal, "the demo cannot start: \(String(cString: strerror(errno)))")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let starter = RelayStarter(
            executable: executable, arguments: arguments + ["--parent-fd", "4"],
            environment: environment, passing: [ends[1]])
        do throws(SkeinError) {
            let client = try await RelayClient.connect(
                home: home, starting: starter, limit: .seconds(30))
            close(ends[1])
            return RunningDemo(home: home, client: client, leash: ends[0])
        } catch {
            close(ends[1])
            await RunningDemo.letGo(of: ends[0])
            Self.remove(home)
            throw error
        }
    }

    /// Removes all of a throwaway home. What another program adds at the same moment is removed
    /// as well.
    static func remove(_ home: Home) {
        home.removeSocket()
        guard let root = home.root, root.contains("/skein-demo-") else { return }
        for _ in 0..<50 {
            try? FileManager.default.removeItem(atPath: root)
            if access(root, F_OK) != 0 { return }
            usleep(10_000)
        }
    }
}

/// A demo under way. It ends when this is closed, and also when this process ends in any way.
public final class RunningDemo: Sendable {
    public let home: Home
    public let client: RelayClient
    private let leash: Int32

    init(home: Home, client: RelayClient, leash: Int32) {
        self.home = home
        self.client = client
        self.leash = leash
    }

    /// The demo's one mesh.
    public func mesh() throws(SkeinError) -> MeshID {
        let machine = try MachineDatabase.open(
            at: home.machineDatabasePath, createIfMissing: false)
        defer { machine.close() }
        guard let mesh = try machine.memberships().first?.mesh else {
            throw SkeinError(.internal, "the demo has no mesh")
        }
        return mesh
    }

    /// Returns when nothing of the demo is left. To be called once.
    public func end() async {
        client.close()
        await Self.letGo(of: leash)
        DemoHome.remove(home)
    }

    /// Tells the other end that this one is gone, and waits for its end, 10 s at most.
    static func letGo(of leash: Int32) async {
        shutdown(leash, Int32(SHUT_WR))
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var entry = pollfd(fd: leash, events: Int16(POLLIN), revents: 0)
                while poll(&entry, 1, 10_000) < 0 && errno == EINTR {}
                close(leash)
                continuation.resume()
            }
        }
    }
}
