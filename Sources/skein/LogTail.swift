import Foundation
import MeshProtocol

/// The end of a log that is written meanwhile, and that becomes another file when it is full.
struct LogTail {
    let path: String
    private var file: FileHandle?
    private var rest: [UInt8] = []

    /// The most bytes that are looked back.
    private static let reach: UInt64 = 2 << 20

    init(path: String) { self.path = path }

    /// The last lines there are; what comes later is read by `added`.
    mutating func last(_ count: Int) throws(SkeinError) -> [String] {
        open()
        return Array(read().suffix(count))
    }

    /// What was added since, line by line.
    mutating func added() throws(SkeinError) -> [String] {
        var lines = read()
        if isReplaced {
            open()
            rest = []
            lines += read()
        }
        return lines
    }

    private mutating func open() {
        try? file?.close()
        file = FileHandle(forReadingAtPath: path)
        guard let file, let end = try? file.seekToEnd() else { return }
        try? file.seek(toOffset: end > Self.reach ? end - Self.reach : 0)
    }

    private var isReplaced: Bool {
        var (now, opened) = (stat(), stat())
        guard stat(path, &now) == 0 else { return false }
        guard let file, fstat(file.fileDescriptor, &opened) == 0 else { return true }
        return now.st_ino != opened.st_ino || now.st_dev != opened.st_dev
    }

    private mutating func read() -> [String] {
        guard let data = try? file?.readToEnd() else { return [] }
        rest += data
        var lines = rest.split(separator: 0x0A, omittingEmptySubsequences: false)
        rest = lines.popLast().map(Array.init) ?? []
        return lines.map { String(decoding: $0, as: UTF8.self) }
    }
}
