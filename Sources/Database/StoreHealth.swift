import Foundation
import GRDB
import MeshProtocol

/// Looking at a store without changing it: a damaged one stays where it is.
public enum StoreHealth {
    /// What is wrong with the store at `path`; nil where it is sound, or is not there. Reads the
    /// whole of it.
    public static func fault(at path: String) -> String? {
        guard StoreFile.exists(path) else { return nil }
        guard StoreFile.isFile(path) else { return "it is not a file" }
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? queue.close() }
            let found = try queue.read { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") }
            return found == "ok" ? nil : found ?? "it cannot be read"
        } catch {
            return StoreFailure.told(error, path: path).message
        }
    }

    /// The bytes of a copy of the store at `path`, as it is at one moment, read beside whoever
    /// uses it. Nil where there is none.
    public static func copy(of path: String) throws(SkeinError) -> [UInt8]? {
        guard StoreFile.exists(path) else { return nil }
        let copy = path + ".copy-" + String(UInt64.random(in: 0 ... .max), radix: 36)
        defer { unlink(copy) }
        try BrokerDatabase.backUp(of: path, to: copy)
        guard let bytes = FileManager.default.contents(atPath: copy) else {
            throw StoreFailure.writing(copy, errno)
        }
        return Array(bytes)
    }
}
