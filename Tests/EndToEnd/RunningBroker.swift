import CSodium
import Foundation
import TestSupport

/// `skein broker` in a place, on a free port, until it is told to stop.
final class RunningBroker: Sendable {
    let port: Int
    let pid: pid_t
    private let output: String
    private let errors: String
    private let process: Process

    private init(_ process: Process, port: Int, output: String, errors: String) {
        self.process = process
        self.port = port
        self.output = output
        self.errors = errors
        pid = process.processIdentifier
    }

    deinit {
        if process.isRunning { kill(pid, SIGKILL) }
    }

    /// `words` come after `broker --json --port 0`. It listens when this returns.
    static func start(_ place: Place, _ words: [String]) async throws -> RunningBroker {
        let name = place.root + "/broker-\(UInt32.random(in: 0 ... .max))"
        let (output, errors) = (name + ".out", name + ".err")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Command.path)
        process.arguments = ["broker", "--json", "--port", "0"] + words
        process.environment = place.environment
        process.currentDirectoryURL = URL(fileURLWithPath: place.work)
        process.standardInput = FileHandle.nullDevice
        for path in [output, errors] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errors)
        try Command.withNothingBlocked { try process.run() }
        try await eventually("the broker to listen", within: .seconds(20)) {
            !process.isRunning || text(output).hasSuffix("\n")
        }
        let report = try? JSONSerialization.jsonObject(with: Data(text(output).utf8))
        let data = (report as? [String: Any])?["data"] as? [String: Any]
        guard let port = data?["port"] as? Int else {
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            throw Command.Late(description: "no broker: \(text(output)) \(text(errors))")
        }
        return RunningBroker(process, port: port, output: output, errors: errors)
    }

    /// What it has printed so far.
    var printed: String { Self.text(output) }
    /// The lines of its log so far.
    var log: [String] { Self.text(errors).split(separator: "\n").map(String.init) }

    /// Tells it to stop, unless nil, and waits for its end.
    @discardableResult
    func end(_ signal: Int32? = SIGTERM) async throws -> Int32 {
        if let signal { kill(pid, signal) }
        try await eventually("the broker's end", within: .seconds(20)) { !process.isRunning }
        return process.terminationReason == .exit
            ? process.terminationStatus : -process.terminationStatus
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
}

extension OldClient.Member {
    /// An owner whose key was made from this byte, and its public half in hexadecimal digits.
    static func seed(_ byte: UInt8) throws -> (seed: [UInt8], publicKey: String) {
        let seed = [UInt8](repeating: byte, count: 32)
        var (publicKey, secretKey) = (
            [UInt8](repeating: 0, count: 32), [UInt8](repeating: 0, count: 64)
        )
        guard sodium_init() >= 0, crypto_sign_seed_keypair(&publicKey, &secretKey, seed) == 0
        else { throw OldClient.Failure(description: "no keys") }
        return (seed, publicKey.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }
}

extension Place {
    /// A mesh in the store of a broker that does not run, and its owner.
    func addMesh(_ name: String, data: String) async throws -> OldClient.Member {
        let (seed, key) = try OldClient.Member.seed(7)
        let made = try await skein(
            "broker", "add-mesh", name, "--owner", key, "--owner-name", "ana", "--data", data,
            "--json")
        let report = try made.json["data"] as? [String: any Sendable]
        guard made.status == 0, let mesh = report?["mesh"] as? String,
            let member = report?["member"] as? String
        else { throw Command.Late(description: made.output + made.errors) }
        return OldClient.Member(mesh: mesh, id: member, seed: seed)
    }
}
