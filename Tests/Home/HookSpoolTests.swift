import Foundation
import MeshProtocol
import TestSupport
import Testing

@testable import Home

@Suite("The spool of hooks")
struct HookSpoolTests {
    static func put(_ text: String, at path: String) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }

    @Test("what is there is taken once; what comes meanwhile is taken next")
    func once() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/hooks.spool"
        let spool = HookSpool(path: path)
        #expect(!spool.isThere)
        #expect(try spool.take() == .nothing)
        try Self.put("one\n", at: path)
        #expect(spool.isThere)
        #expect(try spool.take() == .lines(Array("one\n".utf8)))
        try Self.put("two\n", at: path)
        // As if the relay had been killed before it was done with the first.
        #expect(try HookSpool(path: path).take() == .lines(Array("one\n".utf8)))
        #expect(spool.removeTaken())
        #expect(try spool.take() == .lines(Array("two\n".utf8)))
        #expect(spool.removeTaken())
        #expect(try spool.take() == .nothing)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
    }

    @Test("finding 10: only a spool that is not there is an empty one; a failed rename is told")
    func renameFails() throws {
        let directory = try TemporaryDirectory()
        #expect(try HookSpool(path: directory.path + "/nowhere/hooks.spool").take() == .nothing)
        let loop = directory.path + "/loop"
        try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: loop)
        #expect(throws: SkeinError.self) { try HookSpool(path: loop + "/hooks.spool").take() }
    }

    @Test("D1: what an earlier drain began and did not end is not overwritten by the next")
    func drainAfterCrash() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/hooks.spool"
        for text in ["one\n", "two\n"] {
            try Self.put(text, at: path)
            // Killed before it was dealt with.
            #expect(try HookSpool(path: path).take() == .lines(Array("one\n".utf8)))
        }
        #expect(HookSpool(path: path).removeTaken())
        #expect(try HookSpool(path: path).take() == .lines(Array("two\n".utf8)))
    }

    @Test("a hook that is writing is waited for")
    func busy() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/hooks.spool"
        try Self.put("one\n", at: path)
        let fd = open(path, O_WRONLY | O_APPEND)
        #expect(flock(fd, LOCK_SH) == 0)
        let spool = HookSpool(path: path)
        #expect(try spool.take() == .busy)
        #expect(write(fd, "two\n", 4) == 4)
        close(fd)
        #expect(try spool.take() == .lines(Array("one\ntwo\n".utf8)))
    }

    @Test("no more is read than hooks write, and what is no file stands in nobody's way")
    func hostile() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/hooks.spool"
        try Data(count: 5 << 20).write(to: URL(fileURLWithPath: path))
        let spool = HookSpool(path: path)
        guard case .lines(let bytes) = try spool.take() else { return #expect(Bool(false)) }
        #expect(bytes.count <= 3 << 20)
        #expect(spool.removeTaken())
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/etc/passwd")
        #expect(throws: (any Error).self) { try spool.take() }
        #expect(try spool.take() == .nothing)
        mkfifo(path, 0o600)
        #expect(throws: (any Error).self) { try spool.take() }
        #expect(try spool.take() == .nothing)
    }
}
