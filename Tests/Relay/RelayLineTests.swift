import Foundation
import Mesh
import MeshProtocol
import RelayClient
import Testing

/// What is written to the relay's socket by a program that is not Skein.
@Suite("The relay's lines", .timeLimit(.minutes(1)))
struct RelayLineTests {
    @Test("the greeting comes first, then a reply to each request by its id")
    func greeting() async throws {
        try await RelayHarness.run { harness in
            let client = try await harness.connect()
            let raw = try RawSocket(harness.home.socketPath)
            let greeting = try JSONDecoder().decode(
                RelayGreeting.self, from: Data(try #require(raw.line())))
            #expect(greeting == client.greeting)
            raw.write(try encoded(RelayRequest(id: 7, AskStatus())))
            raw.write(try encoded(RelayRequest(id: 9, AskStatus())))
            let ids = [try raw.reply()?.id, try raw.reply()?.id]
            #expect(Set(ids) == [7, 9])
        }
    }

    @Test(
        "a line that is no request is refused and the connection closed",
        arguments: [
            "hello\n", "{}\n", "\n", "{\"id\":1,\"with\":{}}\n", "\u{0}\n",
            "{\"id\":\"1\",\"ask\":\"status\",\"with\":{}}\n",
            String(repeating: "[", count: 100_000) + "\n",
            String(repeating: "x", count: (8 << 20) + 1000),
        ])
    func refuses(line: String) async throws {
        try await RelayHarness.run { harness in
            let client = try await harness.connect()
            let raw = try RawSocket(harness.home.socketPath)
            _ = raw.line()
            raw.write(Array(line.utf8))
            let reply = try #require(try raw.reply())
            #expect(reply.id == 0 && reply.failed?.code == .relayRefused)
            #expect(raw.line() == nil)
            // Others are not disturbed.
            _ = try await client.status()
        }
    }

    @Test("a question that nobody asks is refused, and the connection goes on")
    func unknownQuestion() async throws {
        try await RelayHarness.run { harness in
            _ = try await harness.connect()
            let raw = try RawSocket(harness.home.socketPath)
            _ = raw.line()
            raw.write(Array("{\"id\":1,\"ask\":\"rm\",\"with\":{}}\n".utf8))
            let unknown = try #require(try raw.reply())
            #expect(unknown.id == 1 && unknown.failed?.code == .relayRefused)
            raw.write(Array("{\"id\":2,\"ask\":\"peers\",\"with\":{}}\n".utf8))
            let malformed = try #require(try raw.reply())
            #expect(malformed.id == 2 && malformed.failed?.code == .relayRefused)
            raw.write(try encoded(RelayRequest(id: 3, AskStatus())))
            #expect(try raw.reply()?.id == 3)
        }
    }

    @Test("a mesh or a process that does not exist is told by name")
    func unknown() async throws {
        try await RelayHarness.run { harness in
            let client = try await harness.connect()
            let nowhere = MeshID(rawValue: "nowhere")
            await #expect {
                try await client.peers(mesh: nowhere)
            } throws: { ($0 as? SkeinError)?.code == .meshNotFound }
            await #expect {
                for try await _ in try await harness.connect().watch(mesh: nowhere) {}
            } throws: { ($0 as? SkeinError)?.code == .meshNotFound }
            let membership = try harness.joinMesh()
            let process = try SleepingProcess()
            var launch = try harness.launch("dev-1", in: membership, process: process)
            launch.processStart += 1
            let changed = launch
            await #expect {
                try await client.register(changed, token: RelayHarness.token)
            } throws: { ($0 as? SkeinError)?.code == .launchNotFound }
            launch.id = LaunchID(rawValue: "../../x")
            launch.processStart -= 1
            let hostile = launch
            await #expect {
                try await client.register(hostile, token: RelayHarness.token)
            } throws: { ($0 as? SkeinError)?.code == .arguments }
            #expect(try await client.status().launches == 0)
        }
    }

    private func encoded(_ request: some Encodable) throws -> [UInt8] {
        Array(try JSONEncoder().encode(request)) + [0x0A]
    }
}

/// A connected Unix socket, read and written by hand.
final class RawSocket {
    private let fd: Int32
    private var bytes: [UInt8] = []

    init(_ path: String) throws {
        #if os(Linux)
            fd = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #else
            fd = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(fd, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if result != 0 { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        // So that what never comes fails a test instead of holding it up.
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(
            fd, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(fd) }

    func write(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(fd, $0.baseAddress?.advanced(by: sent), $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            sent += count
        }
    }

    /// Nil at the end.
    func line() -> [UInt8]? {
        while true {
            if let end = bytes.firstIndex(of: 0x0A) {
                defer { bytes.removeFirst(end + 1) }
                return Array(bytes[..<end])
            }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = read(fd, &chunk, chunk.count)
            guard count > 0 else { return nil }
            bytes += chunk[..<count]
        }
    }

    func reply() throws -> RelayReplyHead? {
        try line().map { try JSONDecoder().decode(RelayReplyHead.self, from: Data($0)) }
    }
}
