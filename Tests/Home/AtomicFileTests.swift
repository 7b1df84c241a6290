import Foundation
import MeshProtocol
import TestSupport
import Testing

@testable import Home

@Suite("Files written whole or not at all")
struct AtomicFileTests {
    @Test("the file has its bytes and its mode, whatever it had before")
    func writes() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/file"
        _ = FileManager.default.createFile(
            atPath: path, contents: Data("old".utf8), attributes: [.posixPermissions: 0o666])
        try AtomicFile.write(Array("new".utf8), to: path, mode: 0o600)
        #expect(try AtomicFile.read(path, limit: 10) == Array("new".utf8))
        #expect(mode(path) == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["file"])
    }

    @Test("who reads while it is written sees one version or the other")
    func oldOrNew() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/file"
        let versions = [UInt8(1), 2].map { [UInt8](repeating: $0, count: 200_000) }
        try AtomicFile.write(versions[0], to: path)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                for round in 0..<30 { try AtomicFile.write(versions[round % 2], to: path) }
                return true
            }
            group.addTask {
                for _ in 0..<100 {
                    let bytes = try AtomicFile.read(path, limit: 1_000_000)
                    if bytes != versions[0] && bytes != versions[1] { return false }
                }
                return true
            }
            for try await isWhole in group { #expect(isWhole) }
        }
    }

    @Test("a write that fails leaves what was there and nothing beside it")
    func failure() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/taken"
        mkdir(path, 0o700)
        #expect(throws: SkeinError.self) { try AtomicFile.write([1], to: path) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["taken"])
        #expect(throws: SkeinError.self) { try AtomicFile.write([1], to: "/dev/null/file") }
    }

    @Test("a full disk is told as one")
    func fullDisk() {
        #expect(SystemFailure(number: ENOSPC).writing("/x").code == .diskFull)
        #expect(SystemFailure(number: EACCES).writing("/x").code == .homeUnwritable)
    }

    @Test("reading knows no file from a file that is too long")
    func reading() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/file"
        #expect(try AtomicFile.read(path, limit: 2) == nil)
        try AtomicFile.write([1, 2, 3], to: path)
        #expect(try AtomicFile.read(path, limit: 3) == [1, 2, 3])
        #expect(throws: SkeinError.self) { try AtomicFile.read(path, limit: 2) }
    }

    @Test("a lock is held once, tells who holds it, and goes with its holder")
    func lock() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/lock"
        var first = try FileLock.acquire(path)
        #expect(first != nil)
        first?.note("a longer note\n")
        first?.note("12\n/socket\n")
        #expect(try FileLock.acquire(path) == nil)
        #expect(FileLock.note(at: path) == "12\n/socket\n")
        #expect(mode(path) == 0o600)
        first = nil
        #expect(try FileLock.acquire(path) != nil)
    }
}
