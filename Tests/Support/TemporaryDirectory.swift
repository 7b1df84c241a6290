import Foundation

/// A directory of a test's own, gone when the test lets go of it.
public final class TemporaryDirectory: Sendable {
    public let path: String

    public init() throws {
        var template = Array("/tmp/skein-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The permission bits of what stands at `path`; nil if nothing does.
public func mode(_ path: String) -> mode_t? {
    var found = stat()
    guard lstat(path, &found) == 0 else { return nil }
    return found.st_mode & 0o7777
}

/// Everything under `path` that anyone but its owner could use.
public func openToOthers(_ path: String) -> [String] {
    let all = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return all.filter { (mode(path + "/" + $0) ?? 0) & 0o077 != 0 }
}
