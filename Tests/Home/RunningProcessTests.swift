import Foundation
import TestSupport
import Testing

@testable import Home

@Suite("Telling processes apart")
struct RunningProcessTests {
    @Test("a process keeps its start, and two that run at once are two")
    func current() throws {
        let current = try #require(RunningProcess.current)
        #expect(current == RunningProcess.current)
        #expect(current.owner == geteuid())
        #expect(RunningProcess(pid: 0) == nil)
        #expect(RunningProcess(pid: -1) == nil)
        #expect(RunningProcess(pid: Int32.max) == nil)
        #if os(Linux)
            #expect(RunningProcess.bootID?.utf8.count == 36)
        #endif
    }

    @Test("a program whose name looks like the rest of its status line is read rightly")
    func hostileName() throws {
        let directory = try TemporaryDirectory()
        let program = directory.path + "/a) Z 1 (b"
        symlink("/bin/sleep", program)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["60"]
        try process.run()
        let found = try #require(RunningProcess(pid: process.processIdentifier))
        let ours = try #require(RunningProcess.current)
        #expect(found.start >= ours.start)
        #expect(found.owner == geteuid())
        // Not SIGTERM: the child may have it blocked, as the thread that started it has.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(RunningProcess(pid: process.processIdentifier) == nil)
    }
}
