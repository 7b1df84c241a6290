import Foundation
import Mesh

/// Which program listens on a port, where the system tells: Linux, by proc(5), and for processes
/// of the same user only, unless one is root.
enum PortHolder {
    /// As in "python3, process 4711".
    static func description(ofPort port: Int) -> String? {
        #if os(Linux)
            let tables = ["/proc/net/tcp", "/proc/net/tcp6"].compactMap {
                FileManager.default.contents(atPath: $0).map { String(decoding: $0, as: UTF8.self) }
            }
            let wanted = Set(tables.flatMap { inodes(listeningOn: port, in: $0) }.map { "socket:[\($0)]" })
            guard !wanted.isEmpty else { return nil }
            let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            for pid in entries where Int32(pid) != nil && holds(wanted, pid: pid) {
                let name = FileManager.default.contents(atPath: "/proc/\(pid)/comm")
                    .flatMap { PeerName.cleaned(String(decoding: $0, as: UTF8.self)) }
                return "\(name ?? "unnamed"), process \(pid)"
            }
        #endif
        return nil
    }

    /// The sockets in state `LISTEN` in a table of the form of `/proc/net/tcp`.
    static func inodes(listeningOn port: Int, in table: String) -> [String] {
        table.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[3] == "0A",
                let local = fields[1].split(separator: ":").last,
                Int(local, radix: 16) == port
            else { return nil }
            return String(fields[9])
        }
    }

    private static func holds(_ sockets: Set<String>, pid: String) -> Bool {
        let directory = "/proc/\(pid)/fd"
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return files.contains { file in
            let target = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "\(directory)/\(file)")
            return target.map { sockets.contains($0) } ?? false
        }
    }
}
