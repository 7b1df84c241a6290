import Foundation
import Home
import MeshProtocol
import RelayClient
import TestSupport
import Testing

@testable import Relay

#if os(Linux)
    /// Only root can be another user, and walk past the directory's mode.
    @Suite("Another user at the relay's socket", .enabled(if: geteuid() == 0), .timeLimit(.minutes(1)))
    struct OtherUserTests {
        static let nobody: uid_t = 65534

        @Test("is refused by the relay without a word, and the relay goes on")
        func refused() async throws {
            let directory = try TemporaryDirectory()
            let home = try Home(root: directory.path)
            try #require(chown(directory.path, Self.nobody, Self.nobody) == 0)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
            process.arguments = [
                "--reuid", "\(Self.nobody)", "--regid", "\(Self.nobody)", "--clear-groups",
                RelayHarness.fixture, "relay", "run",
            ]
            process.environment = ["SKEIN_HOME": directory.path, "PATH": "/usr/bin:/bin"]
            let (ended, end) = AsyncStream.makeStream(of: Void.self)
            process.terminationHandler = { _ in end.finish() }
            try process.run()
            defer { process.terminate() }
            try await until { mode(home.socketPath) == 0o600 }
            for _ in 0..<3 {
                // Our own door asks who listens before it says anything.
                await #expect {
                    try await RelayClient.connect(home: home, starting: nil)
                } throws: { ($0 as? SkeinError)?.code == .forbidden }
                #expect(try Self.greeting(at: home.socketPath).isEmpty)
            }
            #expect(process.isRunning)
            let log = try String(contentsOfFile: home.relayLogPath, encoding: .utf8)
            #expect(log.contains("refused another user's connection"))
            process.terminate()
            for await _ in ended {}
        }

        /// All that the relay says until it closes.
        private static func greeting(at path: String) throws -> [UInt8] {
            let fd = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(fd) }
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            let result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(fd, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            try #require(result == 0)
            var bytes = [UInt8](repeating: 0, count: 1024)
            let count = read(fd, &bytes, bytes.count)
            return Array(bytes.prefix(max(count, 0)))
        }

        private func until(_ condition: () -> Bool) async throws {
            while !condition() { await Turn.pass() }
        }
    }
#endif
