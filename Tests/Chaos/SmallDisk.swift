import Foundation

/// A disk of a few megabytes for one home, which can be filled; only root can have one.
struct SmallDisk: Sendable {
    static let megabytes = 32
    let path: String
    private var filler: String { path + "/filler" }

    /// Nil where none can be mounted.
    init?(at path: String) {
        guard getuid() == 0 else { return nil }
        self.path = path
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let options = "size=\(Self.megabytes)m,mode=0700"
        guard Self.run("mount", ["-t", "tmpfs", "-o", options, "skein-chaos", path]) else {
            return nil
        }
    }

    func fill() {
        let fd = open(filler, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard fd >= 0 else { return }
        defer { close(fd) }
        for size in [65_536, 512, 1] {
            let bytes = [UInt8](repeating: 1, count: size)
            while write(fd, bytes, size) == size {}
        }
    }

    func free() { unlink(filler) }

    /// What is on it is kept beside it.
    func keep() { _ = Self.run("cp", ["-a", path, path + ".kept"]) }

    func unmount() { _ = Self.run("umount", ["-l", path]) }

    private static func run(_ program: String, _ words: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + words
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
