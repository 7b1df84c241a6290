import Broker
import Foundation
import MeshProtocol
import NIOCore
import NIOPosix
import NIOSSL
import Testing

@Suite("TLS")
struct TLSTests {
    static let openssl = ["/usr/bin/openssl", "/opt/homebrew/bin/openssl", "/usr/local/bin/openssl"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// Certificate and key files made for a test, gone after it.
    static func withFiles(_ work: (TLSFiles, TLSFiles) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("skein-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        func make(_ name: String) throws -> TLSFiles {
            let files = TLSFiles(
                certificateChain: directory.appendingPathComponent("\(name).pem").path,
                key: directory.appendingPathComponent("\(name).key").path)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: try #require(Self.openssl))
            process.arguments = [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost", "-keyout", files.key, "-out",
                files.certificateChain,
            ]
            process.standardError = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0)
            return files
        }
        try await work(try make("a"), try make("b"))
    }

    /// Gathers what comes until the end of the connection, or of the answer's head.
    final class Gatherer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private var text = ""
        private let onlyHead: Bool
        private let promise: EventLoopPromise<String>

        init(_ promise: EventLoopPromise<String>, onlyHead: Bool) {
            self.promise = promise
            self.onlyHead = onlyHead
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: unwrapInboundIn(data))
            if onlyHead, text.contains("\r\n\r\n") { context.close(promise: nil) }
        }

        func channelInactive(context: ChannelHandlerContext) { promise.succeed(text) }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            promise.fail(error)
            context.close(promise: nil)
        }
    }

    /// What a client that trusts `certificate` is answered.
    static func ask(
        _ port: Int, _ request: String, trusting certificate: String, onlyHead: Bool = false
    ) async throws -> String {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(certificate)
        let context = try NIOSSLContext(configuration: configuration)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: String.self)
        let channel = try await ClientBootstrap(group: loop).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandlers(
                    NIOSSLClientHandler(context: context, serverHostname: "localhost"),
                    Gatherer(promise, onlyHead: onlyHead))
            }
        }.connect(host: "127.0.0.1", port: port).get()
        // Where the handshake fails the promise says so.
        channel.writeAndFlush(ByteBuffer(string: request), promise: nil)
        return try await promise.futureResult.get()
    }

    @Test("pages and sockets behind a certificate", .enabled(if: openssl != nil))
    func served() async throws {
        try await Self.withFiles { files, other in
            var configuration = TestBroker.patient
            configuration.tls = files
            try await PageSocketTests.run(configuration) { port, _ in
                let request = PageSocketTests.request(port, "GET /health", "", [])
                let answer = try await Self.ask(
                    port, request, trusting: files.certificateChain)
                #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
                let upgrade = PageSocketTests.request(port, "GET /ws", "", PageTests.upgrade)
                let socket = try await Self.ask(
                    port, upgrade, trusting: files.certificateChain, onlyHead: true)
                #expect(socket.hasPrefix("HTTP/1.1 101 "))
                await #expect(throws: (any Error).self) {
                    try await Self.ask(port, request, trusting: other.certificateChain)
                }
                // Nobody who speaks plainly is answered.
                let plain = try WireClient(port: port)
                let said = try await plain.exchange(request, whole: true)
                #expect(!said.contains("HTTP/1.1"))
            }
        }
    }

    @Test("files that cannot be used are named at the start", .enabled(if: openssl != nil))
    func unusable() async throws {
        try await Self.withFiles { first, second in
            let cases = [
                (TLSFiles(certificateChain: "/nowhere.pem", key: first.key), "/nowhere.pem"),
                (
                    TLSFiles(certificateChain: first.certificateChain, key: "/nowhere.key"),
                    "/nowhere.key"
                ),
                (TLSFiles(certificateChain: first.key, key: first.key), first.key),
                (
                    TLSFiles(certificateChain: first.certificateChain, key: first.certificateChain),
                    first.certificateChain
                ),
                (
                    TLSFiles(certificateChain: first.certificateChain, key: second.key), second.key
                ),
            ]
            for (files, path) in cases {
                let error = await #expect(throws: SkeinError.self) {
                    var configuration = TestBroker.patient
                    configuration.tls = files
                    try await PageSocketTests.run(configuration) { _, _ in }
                }
                #expect(error?.code == .badTLS)
                #expect(error?.message.contains(path) == true)
            }
        }
    }
}
