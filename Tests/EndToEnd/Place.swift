import Foundation
import TestSupport

/// A throwaway place to run Skein in: a home for it, a directory to stand in, a person's own home.
/// Nothing of it is left when the test is over, and no relay.
struct Place: Sendable {
    /// Short: the relay's socket stands in it.
    let root: String
    var home: String { root + "/home" }
    var work: String { root + "/payments" }
    var bin: String { root + "/bin" }
    var environment: [String: String]

    private init() throws {
        var template = Array("/tmp/skein-e2e-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        root = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        environment = [
            "SKEIN_HOME": root + "/home", "HOME": root + "/user", "PATH": "/usr/bin:/bin",
            "SHELL": "/bin/sh", "TERM": "xterm-256color", "LANG": "C.UTF-8", "USER": "tester",
        ]
        for name in ["payments", "user", "bin"] {
            try FileManager.default.createDirectory(
                atPath: root + "/" + name, withIntermediateDirectories: false)
        }
    }

    static func with(_ body: (Place) async throws -> Void) async throws {
        let place = try Place()
        do {
            try await body(place)
        } catch {
            place.leave()
            throw error
        }
        place.leave()
    }

    /// What is in the home: paths below it, sorted; nil where there is none.
    var kept: [String]? {
        guard FileManager.default.fileExists(atPath: home) else { return nil }
        return (FileManager.default.enumerator(atPath: home)?.allObjects as? [String] ?? [])
            .sorted()
    }

    /// Writes a file below the root, and the directories it stands in.
    func write(_ text: String, to path: String, mode: Int = 0o644) throws {
        let file = URL(fileURLWithPath: root + "/" + path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
    }

    func read(_ path: String) -> String? {
        try? String(contentsOfFile: root + "/" + path, encoding: .utf8)
    }

    /// The relay is killed: that it can be stopped is tested, and takes a program's start each time.
    private func leave() {
        for relay in relays { kill(relay, SIGKILL) }
        try? FileManager.default.removeItem(atPath: root)
    }
}
