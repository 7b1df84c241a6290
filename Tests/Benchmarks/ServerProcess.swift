import Foundation
import Synchronization

/// A server that is measured, in a process of its own.
final class ServerProcess {
    let port: Int
    private let process = Process()
    private let complaints: String

    private init(_ command: [String], port: Int, directory: String) throws {
        self.port = port
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardInput = FileHandle.nullDevice
        complaints = directory + "/stderr.log"
        _ = FileManager.default.createFile(atPath: complaints, contents: nil)
        process.standardError =
            FileHandle(forWritingAtPath: complaints) ?? FileHandle.nullDevice
        // What it has to say of itself is not read, and must not hold it up.
        process.standardOutput = FileHandle.nullDevice
    }

    private func failure(_ what: String) -> BenchFailure {
        let text = (try? String(contentsOfFile: complaints, encoding: .utf8)) ?? ""
        return BenchFailure("\(what): \(text.suffix(500))")
    }

    var pid: Int32 { process.processIdentifier }

    /// Those that run, by their process.
    private static let running = Mutex<Set<Int32>>([])

    /// For when the measuring itself is interrupted: they are in process groups of their own.
    static func killAll() {
        running.withLock { for pid in $0 { kill(pid, SIGKILL) } }
    }

    // One that did not start as it should is left to nobody.
    deinit { stop() }

    func stop() {
        let wasRunning = Self.running.withLock { $0.remove(pid) != nil }
        guard wasRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }

    /// What the process holds in memory, in bytes: proc(5), `VmRSS`.
    var memory: Int {
        let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
    }

    // MARK: -

    /// Syncs each write before it answers; one answer at a time, as a broker's client waits.
    static func redis(_ program: String, in directory: String) throws -> ServerProcess {
        let port = try freePort()
        let server = try ServerProcess(
            [
                program, "--port", String(port), "--bind", "127.0.0.1", "--dir", directory,
                "--appendonly", "yes", "--appendfsync", "always", "--save", "",
                "--auto-aof-rewrite-percentage", "0",
            ], port: port, directory: directory)
        try server.start()
        return server
    }

    /// `syncs` is `sync_interval`; nil leaves the default (two minutes where it can be set, since
    /// 2.10). A server that does not know it does not start.
    static func nats(
        _ program: String, in directory: String, syncs: String?
    ) throws -> ServerProcess {
        let port = try freePort()
        let server = try ServerProcess(
            [program, "-c", directory + "/nats.conf"], port: port, directory: directory)
        let interval = syncs.map { ", sync_interval: \($0)" } ?? ""
        let configuration = """
            listen: "127.0.0.1:\(port)"
            jetstream { store_dir: "\(directory)"\(interval) }

            """
        try configuration.write(
            toFile: directory + "/nats.conf", atomically: true, encoding: .utf8)
        try server.start()
        return server
    }

    /// The broker of `skein`, over whatever store is in `directory`.
    static func broker(_ skein: String, in directory: String) throws -> ServerProcess {
        let port = try freePort()
        let server = try ServerProcess(
            [
                skein, "broker", "--data", directory, "--port", String(port), "--json",
                "--log-format", "json", "--log-level", "warning", "--sessions-per-mesh", "100000",
                "--queue-mib", "100000", "--sends-per-minute", "0",
            ], port: port, directory: directory)
        try server.run()
        return server
    }

    private func run() throws {
        do {
            try process.run()
            _ = Self.running.withLock { $0.insert(pid) }
        } catch {
            throw BenchFailure("\(process.executableURL?.path ?? "") cannot be run: \(error)")
        }
    }


    /// And waits until it listens.
    private func start() throws {
        try run()
        let end = Date().addingTimeInterval(120)
        while Date() < end {
            guard process.isRunning else { break }
            if let answer = exchange(""), answer.isEmpty { return }
            usleep(1000)
        }
        throw failure("\(process.executableURL?.lastPathComponent ?? "") did not start")
    }

    /// Tries until `/health` answers.
    func waitForHealth() throws {
        let end = Date().addingTimeInterval(300)
        while Date() < end, process.isRunning {
            let answer = exchange("GET /health HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n")
            if answer?.contains(" 200 ") == true { return }
            usleep(1000)
        }
        throw failure("the broker did not start, or does not say that it is well")
    }

    /// The beginning of what is answered; nil where nobody listens. Without a request it only
    /// knocks.
    private func exchange(_ request: String) -> String? {
        #if os(Linux)
            let stream = Int32(SOCK_STREAM.rawValue)
        #else
            let stream = SOCK_STREAM
        #endif
        let fd = socket(AF_INET, stream, 0)
        defer { close(fd) }
        var address = Self.loopback(port)
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { return nil }
        guard !request.isEmpty else { return "" }
        let sent = Array(request.utf8).withUnsafeBytes { write(fd, $0.baseAddress, $0.count) }
        guard sent == request.utf8.count else { return nil }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(fd, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }

    /// A port that nobody has now.
    private static func freePort() throws -> Int {
        #if os(Linux)
            let stream = Int32(SOCK_STREAM.rawValue)
        #else
            let stream = SOCK_STREAM
        #endif
        let fd = socket(AF_INET, stream, 0)
        defer { close(fd) }
        var address = loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let failed = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(fd, $0, size) != 0 || getsockname(fd, $0, &size) != 0
            }
        }
        if failed { throw BenchFailure("no port is free") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
