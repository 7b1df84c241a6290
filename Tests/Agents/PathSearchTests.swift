import Agents
import Foundation
import Testing

@Suite("Path search")
struct PathSearchTests {
    /// A directory with a program, a plain file, and a directory that has a program's name.
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("skein-path-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, mode) in [("tool", 0o755), ("notes", 0o644)] {
            let path = folder.appendingPathComponent(name).path
            _ = FileManager.default.createFile(
                atPath: path, contents: Data(), attributes: [.posixPermissions: mode])
        }
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("folder"), withIntermediateDirectories: true)
        try body(folder.path)
    }

    @Test("only an executable regular file is found, in the order of PATH")
    func find() throws {
        try withFolder { folder in
            let search = PathSearch(path: "/nowhere:\(folder):/usr/bin", directory: "/")
            #expect(search.find("tool") == "\(folder)/tool")
            #expect(search.find("notes") == nil)
            #expect(search.find("folder") == nil)
            #expect(search.find("nothing-of-this-name") == nil)
            #expect(search.find("") == nil)
            #expect(search.find("to\0ol") == nil)
        }
    }

    @Test("a name with a slash is a path, from the directory where it is relative")
    func paths() throws {
        try withFolder { folder in
            let search = PathSearch(path: "", directory: folder)
            #expect(search.find("\(folder)/tool") == "\(folder)/tool")
            #expect(search.find("./tool") == "\(folder)/./tool")
            #expect(search.find("/nowhere/tool") == nil)
        }
    }

    @Test("an empty entry of PATH is the directory, as execvp has it")
    func emptyEntry() throws {
        try withFolder { folder in
            #expect(PathSearch(path: "/usr/bin:", directory: folder).find("tool") == "\(folder)/tool")
        }
    }
}
