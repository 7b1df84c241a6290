import Foundation
import Synchronization

/// A web server on loopback that answers each request as a test says, however badly.
public final class FakeWebServer: Sendable {
    public struct Request: Sendable {
        public var method: String
        public var path: String
        /// By their names in lower case.
        public var headers: [String: String]
        public var body: String

        /// A field of a form.
        public func field(_ name: String) -> String? {
            body.split(separator: "&").lazy
                .map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
                .first { $0.first == name }
                .flatMap { $0.count > 1 ? $0[1].removingPercentEncoding : "" }
        }
    }

    public enum Reply: Sendable {
        case json(Int, String)
        case page(Int, String)
        /// As it is, status line and all.
        case raw(String)
        /// Says nothing until the client goes.
        case silence
        case hangUp
    }

    private let descriptor: Int32
    public let port: Int
    public var url: String { "http://127.0.0.1:\(port)" }

    private let asked = Mutex<[Request]>([])
    /// What came, in order.
    public var requests: [Request] { asked.withLock { $0 } }

    public struct NoSocket: Error {}

    public static func run(
        _ answer: @escaping @Sendable (Request) -> Reply,
        _ work: (FakeWebServer) async throws -> Void
    ) async throws {
        let server = try FakeWebServer(answer)
        defer { server.stop() }
        try await work(server)
    }

    private init(_ answer: @escaping @Sendable (Request) -> Reply) throws {
        #if canImport(Glibc)
            let kind = Int32(SOCK_STREAM.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        let listener = socket(AF_INET, kind, 0)
        guard listener >= 0 else { throw NoSocket() }
        _ = fcntl(listener, F_SETFD, FD_CLOEXEC)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound, listen(listener, 64) == 0 else {
            close(listener)
            throw NoSocket()
        }
        port = Int(in_port_t(bigEndian: address.sin_port))
        descriptor = listener
        let queue = DispatchQueue(label: "fake web server", attributes: .concurrent)
        queue.async { [self] in
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0 else { return }
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                queue.async { self.serve(client, answer) }
            }
        }
    }

    private func stop() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    private func serve(_ client: Int32, _ answer: (Request) -> Reply) {
        defer { close(client) }
        guard let request = Self.request(from: client) else { return }
        asked.withLock { $0.append(request) }
        switch answer(request) {
        case .json(let status, let text): say(status, "application/json", text, client)
        case .page(let status, let text): say(status, "text/html; charset=utf-8", text, client)
        case .raw(let text): say(text, client)
        case .hangUp: break
        case .silence:
            var byte: UInt8 = 0
            while recv(client, &byte, 1, 0) > 0 {}
        }
    }

    private func say(_ status: Int, _ type: String, _ text: String, _ client: Int32) {
        say(
            "HTTP/1.1 \(status) Some\r\nContent-Type: \(type)\r\nContent-Length: "
                + "\(text.utf8.count)\r\nConnection: close\r\n\r\n\(text)", client)
    }

    private func say(_ text: String, _ client: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes {
                send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    private static func request(from client: Int32) -> Request? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while bytes.count < 1 << 20 {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
                let words = lines[0].split(separator: " ").map(String.init)
                guard words.count == 3 else { return nil }
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    guard parts.count == 2 else { continue }
                    headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
                }
                let body = String(text[end.upperBound...])
                if body.utf8.count >= headers["content-length"].flatMap(Int.init) ?? 0 {
                    return Request(
                        method: words[0], path: words[1], headers: headers, body: body)
                }
            }
            let count = recv(client, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            bytes += chunk[..<count]
        }
        return nil
    }
}
