import Foundation
import MeshProtocol

/// The relay's one line to whoever started it.
public struct ReadyPipe: Sendable {
    /// Nil where nobody waits.
    public var fd: Int32?

    public init(fd: Int32?) { self.fd = fd }

    /// It listens.
    public func ready() { say(Array("R\n".utf8)) }

    /// Another relay has this home.
    public func another() { say(Array("A\n".utf8)) }

    public func failed(_ error: SkeinError) {
        let text = (try? JSONEncoder().encode(error)).map { Array($0) } ?? Array("{}".utf8)
        say(text + [0x0A])
    }

    private func say(_ line: [UInt8]) {
        guard let fd else { return }
        // SIGPIPE is ignored by then: a starter that is gone stops nothing.
        _ = line.withUnsafeBytes { write(fd, $0.baseAddress, $0.count) }
        close(fd)
    }
}
