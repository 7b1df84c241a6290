import Foundation
import Home
import MeshProtocol
import TestSupport

/// Something that listens where a home's relay would, and does as it is told.
final class FakeRelay: Sendable {
    let home: Home
    private let directory: TemporaryDirectory
    private let fd: Int32

    static let greeting = "{\"protocolVersion\":2,\"programVersion\":\"0\",\"pid\":1}\n"

    struct Accepted: Sendable {
        let fd: Int32

        func write(_ text: String) {
            let bytes = Array(text.utf8)
            var sent = 0
            while sent < bytes.count {
                let count = bytes.withUnsafeBytes {
                    send(
                        fd, $0.baseAddress?.advanced(by: sent), $0.count - sent,
                        Int32(MSG_NOSIGNAL))
                }
                if count <= 0 { return }
                sent += count
            }
        }

        /// Waits for one request.
        func readLine() {
            var byte: UInt8 = 0
            while read(fd, &byte, 1) == 1 && byte != 0x0A {}
        }

        func finish() { shutdown(fd, Int32(SHUT_WR)) }
    }

    init(_ serve: @escaping @Sendable (Accepted) -> Void) throws {
        directory = try TemporaryDirectory()
        home = try Home(root: directory.path)
        try home.prepare()
        #if os(Linux)
            fd = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #else
            fd = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: home.socketPath.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(fd, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0, listen(fd, 8) == 0 else {
            throw POSIXError(.init(rawValue: errno) ?? .EIO)
        }
        Thread.detachNewThread { [fd] in
            while true {
                let accepted = accept(fd, nil, nil)
                if accepted < 0 { return }
                Thread.detachNewThread {
                    serve(Accepted(fd: accepted))
                    // Until the other side closes.
                    var byte: UInt8 = 0
                    while read(accepted, &byte, 1) > 0 {}
                    close(accepted)
                }
            }
        }
    }

    deinit {
        shutdown(fd, Int32(SHUT_RDWR))
        close(fd)
    }
}
