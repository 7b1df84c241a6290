import Broker
import Foundation
import Testing

/// Certificates made for a test by openssl(1), gone after it.
struct Certificates {
    /// Nil where there is no openssl.
    static let openssl = ["/usr/bin/openssl", "/opt/homebrew/bin/openssl", "/usr/local/bin/openssl"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    private let directory: URL

    static func with(_ work: (Certificates) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("skein-certificates-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try await work(Certificates(directory: directory))
    }

    /// Vouched for by itself, of these hosts.
    func valid(_ name: String, of hosts: String = "DNS:localhost") throws -> TLSFiles {
        let files = files(name)
        try run(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=localhost", "-addext",
            "subjectAltName=\(hosts)", "-keyout", files.key, "-out",
            files.certificateChain)
        return files
    }

    /// Of `localhost`; it ended on the second of January 2020.
    func expired(_ name: String) throws -> TLSFiles {
        let files = files(name)
        let request = files.key + ".request"
        try run(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-subj", "/CN=localhost", "-keyout", files.key, "-out", request)
        let settings = """
            [ca]
            default_ca = d
            [d]
            database = \(directory.path)/index.txt
            serial = \(directory.path)/serial
            new_certs_dir = \(directory.path)
            default_md = sha256
            policy = p
            x509_extensions = e
            [p]
            commonName = supplied
            [e]
            subjectAltName = DNS:localhost
            """
        for (name, text) in [("index.txt", ""), ("serial", "01\n"), ("ca.cnf", settings + "\n")] {
            try Data(text.utf8).write(to: directory.appendingPathComponent(name))
        }
        try run(
            "ca", "-config", directory.path + "/ca.cnf", "-batch", "-selfsign", "-keyfile",
            files.key, "-in", request, "-out", files.certificateChain, "-notext", "-startdate",
            "20200101000000Z", "-enddate", "20200102000000Z")
        return files
    }

    private func files(_ name: String) -> TLSFiles {
        TLSFiles(
            certificateChain: directory.appendingPathComponent("\(name).pem").path,
            key: directory.appendingPathComponent("\(name).key").path)
    }

    private func run(_ words: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.openssl))
        process.arguments = words
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }
}
