import Foundation
import TestSupport

/// Listens where a relay would, answers as it is told, and keeps what it was asked.
final class ScriptedRelay: Sendable {
    let directory: TemporaryDirectory
    private let fd: Int32
    private let asked = Asked()

    private final class Asked: @unchecked Sendable {
        private let lock = NSLock()
        private var lines: [String] = []
        func add(_ line: String) { lock.withLock { lines.append(line) } }
        var all: [String] { lock.withLock { lines } }
    }

    static let greeting = "{\"protocolVersion\":2,\"programVersion\":\"0\",\"pid\":1}\n"

    var lines: [String] { asked.all }
    var path: String { directory.path + "/relay.sock" }
    var spool: String { directory.path + "/hooks.spool" }
    var environment: [String: String] {
        [
            "SKEIN_LAUNCH": "l-1", "SKEIN_LAUNCH_TOKEN": "a token", "SKEIN_SOCKET": path,
            "SKEIN_SPOOL": spool,
        ]
    }

    /// `answer` gives what is written for a line; nil hangs up. `accepts` false takes nobody.
    init(accepts: Bool = true, _ answer: @escaping @Sendable (String) -> String?) throws {
        directory = try TemporaryDirectory()
        #if os(Linux)
            fd = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #else
            fd = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = directory.path + "/relay.sock"
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(fd, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0, listen(fd, 8) == 0 else {
            throw POSIXError(.init(rawValue: errno) ?? .EIO)
        }
        guard accepts else { return }
        Thread.detachNewThread { [fd, asked] in
            while true {
                let accepted = accept(fd, nil, nil)
                if accepted < 0 { return }
                Self.serve(accepted, asked, answer)
                close(accepted)
            }
        }
    }

    private static func serve(_ fd: Int32, _ asked: Asked, _ answer: (String) -> String?) {
        tell(fd, greeting)
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(fd, &byte, 1) == 1 {
            guard byte == 0x0A else {
                line.append(byte)
                continue
            }
            let text = String(decoding: line, as: UTF8.self)
            line = []
            asked.add(text)
            guard let answer = answer(text) else { return }
            tell(fd, answer)
        }
    }

    private static func tell(_ fd: Int32, _ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { send(fd, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    deinit {
        shutdown(fd, Int32(SHUT_RDWR))
        close(fd)
    }
}
