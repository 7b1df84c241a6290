import Foundation
import Synchronization

/// Stands between clients and a broker, so that their connections can be cut without a goodbye.
final class SocketCutter: Sendable {
    let port: Int
    private let target: Int
    private let listener: Int32
    private let open = Mutex<Set<Int32>>([])

    init(to target: Int) throws {
        self.target = target
        listener = FreePort.listening(on: 0)
        guard listener >= 0 else { throw ChaosWorld.Failure(description: "no port is free") }
        port = FreePort.port(of: listener)
        Thread.detachNewThread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                guard let broker = FreePort.connected(to: target) else {
                    Foundation.close(client)
                    continue
                }
                open.withLock { $0.formUnion([client, broker]) }
                let pair = Pair(client, broker)
                copy(from: client, to: broker, pair)
                copy(from: broker, to: client, pair)
            }
        }
    }

    /// Every connection there is now ends.
    func cut() {
        open.withLock { for fd in $0 { shutdown(fd, Int32(SHUT_RDWR)) } }
    }

    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        Foundation.close(listener)
        cut()
    }

    /// The two ends of one connection, closed by whoever is done last.
    private final class Pair: Sendable {
        let ends: (Int32, Int32)
        let left = Mutex(2)

        init(_ first: Int32, _ second: Int32) { ends = (first, second) }
    }

    private func copy(from source: Int32, to sink: Int32, _ pair: Pair) {
        Thread.detachNewThread { [self] in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(source, &buffer, buffer.count)
                guard count > 0 else { break }
                var sent = 0
                while sent < count {
                    let written = buffer.withUnsafeBytes {
                        write(sink, $0.baseAddress?.advanced(by: sent), count - sent)
                    }
                    guard written > 0 else { break }
                    sent += written
                }
                guard sent == count else { break }
            }
            shutdown(source, Int32(SHUT_RDWR))
            shutdown(sink, Int32(SHUT_RDWR))
            let isLast = pair.left.withLock { left in
                left -= 1
                return left == 0
            }
            guard isLast else { return }
            open.withLock { $0.subtract([pair.ends.0, pair.ends.1]) }
            Foundation.close(pair.ends.0)
            Foundation.close(pair.ends.1)
        }
    }
}
