import CSodium
import Foundation
import Synchronization

/// A client written from the wire sheet alone: a socket, RFC 6455 by hand, libsodium. It knows
/// nothing of the program it speaks to.
final class WireClient: Sendable {
    enum Incoming: Equatable, Sendable {
        case frame(Json)
        case pong([UInt8])
        case close(code: Int?, reason: String)
        /// The connection ended.
        case end
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private let fd: Int32
    private let queue = DispatchQueue(label: "wire client")
    private let answersPings: Bool
    private let buffer = Mutex<[UInt8]>([])
    /// Frames that came while another was waited for.
    let early = Mutex<[Json]>([])

    /// A WebSocket, with the handshake checked.
    static func connect(
        port: Int, path: String = "/ws", answersPings: Bool = true, receiveBuffer: Int32? = nil
    ) async throws -> WireClient {
        let client = try WireClient(
            port: port, answersPings: answersPings, receiveBuffer: receiveBuffer)
        let request =
            "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Sec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
        let head = try await client.exchange(request)
        guard head.hasPrefix("HTTP/1.1 101") else { throw Failure(description: head) }
        // The example of RFC 6455, section 1.3.
        guard head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") else {
            throw Failure(description: "wrong Sec-WebSocket-Accept: \(head)")
        }
        return client
    }

    init(port: Int, answersPings: Bool = true, receiveBuffer: Int32? = nil) throws {
        self.answersPings = answersPings
        #if os(Linux)
            let stream = Int32(SOCK_STREAM.rawValue)
        #else
            let stream = SOCK_STREAM
        #endif
        fd = socket(AF_INET, stream, 0)
        #if canImport(Darwin)
            var quiet: Int32 = 1
            setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &quiet, socklen_t(MemoryLayout<Int32>.size))
        #endif
        if var size = receiveBuffer {
            setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Failure(description: "connect: \(errno)") }
    }

    deinit { Foundation.close(fd) }

    /// Ends the connection without a close frame, as a killed process does.
    func kill() { shutdown(fd, Int32(SHUT_RDWR)) }

    /// Sends no more, and no close frame.
    func hangUp() { shutdown(fd, Int32(SHUT_WR)) }

    // MARK: - Sending

    func send(_ json: String) { send(opcode: 1, Array(json.utf8)) }

    func send(
        opcode: UInt8, _ payload: [UInt8], final: Bool = true, masked: Bool = true
    ) {
        var frame: [UInt8] = [(final ? 0x80 : 0) | opcode]
        let mark: UInt8 = masked ? 0x80 : 0
        if payload.count < 126 {
            frame.append(mark | UInt8(payload.count))
        } else if payload.count < 65536 {
            frame += [mark | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        } else {
            frame.append(mark | 127)
            frame += (0..<8).map { UInt8(payload.count >> (56 - 8 * $0) & 255) }
        }
        if masked {
            let mask: [UInt8] = [1, 2, 3, 4]
            frame += mask
            frame += payload.enumerated().map { $1 ^ mask[$0 % 4] }
        } else {
            frame += payload
        }
        write(frame)
    }

    /// A close frame, with the code or, as 1005, without one.
    func close(code: Int? = 1000) {
        send(opcode: 8, code.map { [UInt8($0 >> 8), UInt8($0 & 255)] } ?? [])
    }

    func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            #if os(Linux)
                let flags = Int32(MSG_NOSIGNAL)
            #else
                let flags: Int32 = 0
            #endif
            let written = rest.withUnsafeBytes {
                Foundation.send(fd, $0.baseAddress, $0.count, flags)
            }
            // A broker that has closed is found out by reading.
            if written <= 0 { return }
            rest = rest.dropFirst(written)
        }
    }

    /// Sends an HTTP request and answers everything up to the end of the answer's head, or of
    /// the connection with `whole`.
    func exchange(_ request: String, whole: Bool = false) async throws -> String {
        write(Array(request.utf8))
        return try await onQueue { [self] in
            var answer: [UInt8] = []
            let blankLine = Array("\r\n\r\n".utf8)
            while whole || answer.last != 10 || !answer.suffix(4).elementsEqual(blankLine) {
                guard let byte = try readBytes(1)?.first else { break }
                answer.append(byte)
            }
            return String(decoding: answer, as: UTF8.self)
        }
    }

    // MARK: - Receiving

    func receive() async throws -> Incoming {
        try await onQueue { [self] in
            while true {
                guard let head = try readBytes(2) else { return .end }
                var length = Int(head[1] & 0x7f)
                if length >= 126 {
                    let bytes = try readBytes(length == 126 ? 2 : 8) ?? []
                    length = bytes.reduce(0) { $0 << 8 | Int($1) }
                }
                guard let payload = try readBytes(length) else { return .end }
                switch head[0] & 0x0f {
                case 1: return .frame(try JSONDecoder().decode(Json.self, from: Data(payload)))
                case 8:
                    let code = payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil
                    let reason = String(decoding: payload.dropFirst(2), as: UTF8.self)
                    return .close(code: code, reason: reason)
                case 9: if answersPings { send(opcode: 10, payload) }
                case 10: return .pong(payload)
                default: throw Failure(description: "opcode \(head[0])")
                }
            }
        }
    }

    /// The next frame; a close or the end is a failure.
    func frame() async throws -> Json {
        let next = try await receive()
        guard case .frame(let frame) = next else { throw Failure(description: "\(next)") }
        return frame
    }

    /// Everything that comes before the answer to a request sent now, and that answer.
    func answer(
        _ type: String, _ fields: String = ""
    ) async throws -> (before: [Json], answer: Json) {
        let id = "r\(UInt32.random(in: 0 ... .max))"
        send(#"{"type":"\#(type)","_reqId":"\#(id)"\#(fields)}"#)
        var before: [Json] = []
        while true {
            let frame = try await frame()
            if frame["_reqId"]?.string == id { return (before, frame) }
            before.append(frame)
        }
    }

    func listPeers() async throws -> [Json] {
        try await answer("list_peers").answer["peers"]?.list ?? []
    }

    /// Reads to the close frame or the end, whatever comes before.
    func closing() async throws -> Incoming {
        while true {
            let next = try await receive()
            switch next {
            case .close, .end: return next
            default: continue
            }
        }
    }

    /// Nil at the end of the connection.
    private func readBytes(_ count: Int) throws -> [UInt8]? {
        try buffer.withLock { buffer in
            while buffer.count < count {
                var chunk = [UInt8](repeating: 0, count: 65536)
                let received = recv(fd, &chunk, chunk.count, 0)
                if received < 0 && errno == EAGAIN { throw Failure(description: "nothing came") }
                if received <= 0 { return nil }
                buffer += chunk.prefix(received)
            }
            defer { buffer.removeFirst(count) }
            return Array(buffer.prefix(count))
        }
    }

    private func onQueue<Value: Sendable>(
        _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: work)) }
        }
    }
}
