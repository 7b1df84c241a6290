import Foundation
import Home
import Synchronization
import Testing

@Suite("Watching a directory")
struct DirectoryWatchTests {
    @MainActor
    @Test("a file that is written, replaced or taken away is told")
    func told() async throws {
        let directory = NSTemporaryDirectory() + "skein-watch-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let (news, telling) = AsyncStream.makeStream(of: Void.self)
        let watch = try #require(DirectoryWatch(directory) { telling.yield() })
        var told = news.makeAsyncIterator()
        let path = directory + "/mine.toml"
        try Data("1".utf8).write(to: URL(fileURLWithPath: path))
        #expect(await told.next() != nil)
        try Data("2".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        #expect(await told.next() != nil)
        try FileManager.default.removeItem(atPath: path)
        #expect(await told.next() != nil)
        withExtendedLifetime(watch) {}
    }

    @MainActor
    @Test("there is no watch where there is no directory")
    func none() { #expect(DirectoryWatch("/nowhere/at/all", {}) == nil) }
}
