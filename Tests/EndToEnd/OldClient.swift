import Foundation

/// A client of the mesh as its wire protocol describes one, and nothing else: a WebSocket
/// (RFC 6455) by hand over a socket, signatures by libsodium. Nothing of Skein's is in it. It blocks.
final class OldClient {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Who says hello: what a client keeps after it has joined.
    struct Member {
        var mesh: String
        var id: String
        /// An ed25519 seed (RFC 8032), 32 bytes.
        var seed: [UInt8]
    }

    private let socket: Int32
    private var received: [UInt8] = []
    private var passedOver: [[String: Any]] = []
    /// By whom it said hello: the member's keys, and the session's own.
    private(set) var keys: (member: OldKeys, session: OldKeys)?

    /// What `http://127.0.0.1:PORT/PATH` answers, with its head.
    static func page(
        _ path: String, port: Int, method: String = "GET", headers: [String] = [],
        body: String = ""
    ) throws -> String {
        let client = try OldClient(connectedTo: port)
        let host = headers.contains { $0.hasPrefix("Host: ") } ? [] : ["Host: 127.0.0.1:\(port)"]
        let lines =
            ["\(method) \(path) HTTP/1.1"] + host
            + ["Connection: close", "Content-Length: \(body.utf8.count)"] + headers
        try client.write(Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
        var answer: [UInt8] = []
        while let byte = try? client.read(1) { answer += byte }
        return String(decoding: answer, as: UTF8.self)
    }

    private init(connectedTo port: Int) throws {
        #if canImport(Glibc)
            socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            socket = Foundation.socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, size) }
        }
        guard result == 0 else { throw Failure(description: "connect: \(errno)") }
    }

    /// Connects to `ws://127.0.0.1:PORT/ws`.
    convenience init(port: Int) throws {
        try self.init(connectedTo: port)
        try write(
            Array(
                """
                GET /ws HTTP/1.1\r
                Host: 127.0.0.1:\(port)\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                Sec-WebSocket-Version: 13\r
                \r

                """.utf8))
        let head = try readHead()
        // The answer to the key that RFC 6455 uses as its example, section 1.3.
        guard head.hasPrefix("HTTP/1.1 101"), head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") else {
            throw Failure(description: "no upgrade: \(head)")
        }
    }

    deinit { close(socket) }

    /// Says hello (section 1.3) and answers with what came back. A session has a key of its own
    /// where `session` gives its seed; `more` are further fields.
    func hello(
        _ member: Member, named name: String, session: [UInt8]? = nil,
        milliseconds: Int64? = nil, forged: Bool = false, _ more: [String: Any] = [:]
    ) throws -> [String: Any] {
        let own = try OldKeys(seed: member.seed)
        let ofSession = try session.map { try OldKeys(seed: $0) }
        let timestamp = milliseconds ?? Int64(Date().timeIntervalSince1970 * 1000)
        var signature = own.sign("\(member.mesh)|\(member.id)|\(own.hex)|\(timestamp)")
        if forged { signature = (signature.hasPrefix("0") ? "1" : "0") + signature.dropFirst() }
        var hello: [String: Any] = [
            "type": "hello", "meshId": member.mesh, "memberId": member.id, "pubkey": own.hex,
            "displayName": name, "sessionId": "s-\(getpid())-\(timestamp)", "pid": Int(getpid()),
            "cwd": "/tmp", "hostname": "elsewhere", "peerType": "ai", "channel": "claude-code",
            "groups": [[String: String]](), "timestamp": timestamp, "signature": signature,
        ]
        hello["sessionPubkey"] = ofSession?.hex
        try send(hello.merging(more) { $1 })
        keys = (own, ofSession ?? own)
        return try receive { ["hello_ack", "error"].contains($0["type"] as? String) }
    }

    /// Asks, and waits for what has the request's id.
    func ask(_ type: String, _ fields: [String: Any] = [:]) throws -> [String: Any] {
        let request = "r-\(UInt64.random(in: 0...UInt64.max))"
        try send(fields.merging(["type": type, "_reqId": request]) { $1 })
        return try receive { $0["_reqId"] as? String == request }
    }

    /// The display names on the mesh, this client's own among them.
    func peers() throws -> [String] {
        let rows = try ask("list_peers")["peers"] as? [[String: Any]] ?? []
        return try rows.map { row in
            guard let name = row["displayName"] as? String, row["pubkey"] is String,
                row["status"] is String, row["connectedAt"] is String, row["cwd"] is String,
                row["sessionId"] is String, row["groups"] is [[String: Any]]
            else { throw Failure(description: "a peer without its fields: \(row)") }
            return name
        }
    }

    /// The next frame that is of interest; others are kept for whoever asks for them later.
    func receive(where isWanted: ([String: Any]) -> Bool) throws -> [String: Any] {
        if let index = passedOver.firstIndex(where: isWanted) {
            return passedOver.remove(at: index)
        }
        while true {
            let (opcode, payload) = try readFrame()
            switch opcode {
            case 0x1, 0x2:
                let object = try JSONSerialization.jsonObject(with: Data(payload))
                guard let frame = object as? [String: Any] else { continue }
                if isWanted(frame) { return frame }
                passedOver.append(frame)
            case 0x8:
                let code = payload.count > 1 ? Int(payload[0]) << 8 | Int(payload[1]) : 1005
                throw Failure(description: "closed \(code)")
            case 0x9: try writeFrame(0xA, payload)
            default: break
            }
        }
    }

    /// Waits for the broker to close, and answers the close frame's code (section 1.4).
    func closeCode() throws -> Int {
        while true {
            let (opcode, payload) = try readFrame()
            if opcode == 0x8 {
                return payload.count > 1 ? Int(payload[0]) << 8 | Int(payload[1]) : 1005
            }
        }
    }

    /// A goodbye (RFC 6455, section 5.5.1), answered before this returns.
    func leave() throws {
        try writeFrame(0x8, [])
        _ = try closeCode()
    }

    func send(_ frame: [String: Any]) throws {
        try writeFrame(0x1, Array(try JSONSerialization.data(withJSONObject: frame)))
    }

    // MARK: Frames of RFC 6455, section 5.2

    private func writeFrame(_ opcode: UInt8, _ payload: [UInt8]) throws {
        var frame: [UInt8] = [0x80 | opcode]
        if payload.count < 126 {
            frame.append(0x80 | UInt8(payload.count))
        } else {
            frame += [0x80 | 126, UInt8(payload.count >> 8 & 0xFF), UInt8(payload.count & 0xFF)]
        }
        let mask = (0..<4).map { _ in UInt8.random(in: 0...255) }
        frame += mask
        frame += payload.enumerated().map { $1 ^ mask[$0 % 4] }
        try write(frame)
    }

    private func readFrame() throws -> (opcode: UInt8, payload: [UInt8]) {
        let head = try read(2)
        guard head[0] & 0x80 != 0, head[1] & 0x80 == 0 else {
            throw Failure(description: "a fragment, or a masked frame, from a server")
        }
        var length = Int(head[1])
        if length == 126 {
            length = try read(2).reduce(0) { $0 << 8 | Int($1) }
        } else if length == 127 {
            length = try read(8).reduce(0) { $0 << 8 | Int($1) }
        }
        return (head[0] & 0x0F, try read(length))
    }

    // MARK: Bytes

    private func readHead() throws -> String {
        var head = ""
        while !head.hasSuffix("\r\n\r\n") {
            head.unicodeScalars.append(Unicode.Scalar(try read(1)[0]))
        }
        return head
    }

    private func read(_ count: Int) throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while received.count < count {
            let got = recv(socket, &buffer, buffer.count, 0)
            guard got > 0 else { throw Failure(description: "the connection ended: \(errno)") }
            received += buffer[..<got]
        }
        defer { received.removeFirst(count) }
        return Array(received[..<count])
    }

    private func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { Foundation.write(socket, $0.baseAddress, $0.count) }
            guard sent > 0 else { throw Failure(description: "write: \(errno)") }
            rest = rest.dropFirst(sent)
        }
    }
}
