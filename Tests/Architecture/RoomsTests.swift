import Foundation
import Testing

/// The house as Package.swift and Docs/architecture.md describe it, held against the sources.
@Suite("Rooms")
struct RoomsTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private struct Package: Decodable {
        struct Target: Decodable {
            struct Dependency: Decodable {
                var byName: [String?]?
                var target: [String?]?
            }
            var name: String
            var type: String
            var path: String?
            var dependencies: [Dependency]

            var rooms: [String] {
                dependencies.compactMap { ($0.byName ?? $0.target)?.first ?? nil }
            }
        }
        var targets: [Target]
    }

    /// The package as the package manager reads it, once. It gets a scratch folder of its own: the
    /// package's is locked by the package manager that runs these tests.
    private static let package = Result { try readPackage() }

    private static func readPackage() throws -> Package {
        let scratch = FileManager.default.temporaryDirectory
            .appendingPathComponent("skein-package-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "swift", "package", "--package-path", root.path, "--scratch-path", scratch.path,
            "dump-package",
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try JSONDecoder().decode(Package.self, from: bytes)
    }

    /// Every target that is no test, in the order of the package description.
    private static func rooms() throws -> [Package.Target] {
        try package.get().targets.filter { $0.type != "test" && $0.path?.hasPrefix("Tests") != true }
    }

    @Test("a room uses only rooms that stand above it")
    func downwardOnly() throws {
        let rooms = try Self.rooms()
        let names = rooms.map(\.name)
        #expect(names.count > 25, "the whole house is read")
        for (index, room) in rooms.enumerated() {
            for used in room.rooms where names.contains(used) {
                let place = try #require(names.firstIndex(of: used))
                #expect(place < index, "\(room.name) uses \(used), which stands below it")
            }
        }
    }

    @Test("a room imports only what Package.swift lets it")
    func importsAreDeclared() throws {
        let rooms = try Self.rooms()
        let names = Set(rooms.map(\.name))
        for room in rooms where room.type != "system" {
            for (file, module) in try Self.imports(of: room) where names.contains(module) {
                #expect(room.rooms.contains(module), "\(file) imports \(module)")
            }
        }
    }

    @Test("what a room may never touch, it does not import")
    func neverImported() throws {
        let forbidden: [String: [String]] = [
            "Redaction": ["Foundation", "Glibc"],
            "Hook": ["Foundation", "Dispatch"],
            "Flow": ["Foundation", "Mesh"],
            "Mesh": ["Foundation", "Glibc", "Dispatch"],
            "Text": ["Foundation", "Glibc"],
            "Surface": ["Foundation", "Glibc"],
            "Widgets": ["Foundation", "Glibc", "Mesh"],
            "Session": ["Foundation", "Glibc", "Dispatch"],
            "Onboarding": ["Terminal", "Glibc", "GRDB", "NIOCore", "Database", "Home"],
            "Dashboard": ["Terminal", "Glibc", "GRDB", "NIOCore", "Database", "Home"],
            "Plain": ["Terminal", "Glibc"],
            "Terminal": ["Mesh", "Session"],
        ]
        for room in try Self.rooms() {
            for (file, module) in try Self.imports(of: room) {
                #expect(
                    forbidden[room.name]?.contains(module) != true, "\(file) imports \(module)")
            }
        }
    }

    @Test("only the terminal's rooms know ncurses and escape codes")
    func escapeCodes() throws {
        for room in try Self.rooms() where !["Terminal", "CTerminalGuard", "CNcurses"].contains(room.name) {
            for file in try Self.files(of: room) {
                let text = try String(contentsOf: file, encoding: .utf8)
                #expect(!text.contains("\\u{1b}["), "\(file.lastPathComponent) has an escape code")
                #expect(!text.contains("import CNcurses"))
            }
        }
    }

    @Test("the architecture document names every room, in the order of the package")
    func documented() throws {
        let text = try String(
            contentsOf: Self.root.appendingPathComponent("Docs/architecture.md"), encoding: .utf8)
        var last = text.startIndex
        for room in try Self.rooms() {
            let place = try #require(
                text.range(of: "`\(room.name)`", range: last..<text.endIndex),
                "\(room.name) is missing, or out of order")
            last = place.lowerBound
        }
    }

    @Test("nothing stands at the top level but what the design fixes")
    func topLevel() throws {
        let fixed: Set<String> = [
            "Package.swift", "Sources", "Tests", "Themes", "Docs", "README.md", "Makefile", "LICENSE",
            "Package.resolved",
        ]
        for entry in try FileManager.default.contentsOfDirectory(atPath: Self.root.path)
        where !entry.hasPrefix(".") {
            #expect(fixed.contains(entry), "\(entry)")
        }
    }

    private static func files(of room: Package.Target) throws -> [URL] {
        let folder = root.appendingPathComponent(room.path ?? "Sources/\(room.name)")
        let paths = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return (paths?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "swift" }
    }

    private static func imports(of room: Package.Target) throws -> [(file: String, module: String)] {
        try files(of: room).flatMap { file in
            try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ").map(String.init)
                guard let place = words.firstIndex(of: "import"), place <= 2, place + 1 < words.count,
                    words[..<place].allSatisfy({ $0.hasPrefix("@") || $0 == "public" })
                else { return nil }
                return (file.lastPathComponent, String(words[place + 1].prefix { $0 != "." }))
            }
        }
    }
}
