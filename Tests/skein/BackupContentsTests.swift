import Foundation
import Home
import MeshProtocol
import TestSupport
import Testing

@testable import skein

@Suite("What a backup holds")
struct BackupContentsTests {
    static let key = BackupContents.File(
        name: "keys/members/m.key", bytes: Data(repeating: 7, count: 32))
    static let store = BackupContents.File(name: "machine.sqlite", bytes: Data("x".utf8))

    @Test(
        "names lead nowhere else",
        arguments: [
            ("machine.sqlite", true), ("mail.sqlite", true), ("keys/members/aB-_9.key", true),
            ("keys/launches/a.key", false), ("../machine.sqlite", false), ("", false),
            ("keys/members/../../x.key", false), ("keys/members/.key", false),
            ("keys/members/a/b.key", false), ("/keys/members/a.key", false),
            ("keys/members/a.key.left", false), ("relay.lock", false), ("keys//a.key", false),
        ])
    func names(name: String, isAllowed: Bool) {
        #expect(BackupContents.isAllowed(name) == isAllowed)
    }

    @Test("what is written is read again; anything else is refused")
    func coding() throws {
        let contents = BackupContents(madeAt: 5, files: [Self.store, Self.key])
        let bytes = try contents.encoded()
        #expect(try BackupContents.decoded(bytes) == contents)
        #expect(contents.meshes == 1)
        var short = contents
        short.files[1].bytes = Data(repeating: 7, count: 31)
        var foreign = contents
        foreign.files[1].name = "../../.bashrc"
        var twice = contents
        twice.files.append(Self.store)
        var none = contents
        none.files.removeFirst()
        for wrong in [short, foreign, twice, none] {
            let bytes = try wrong.encoded()
            #expect {
                try BackupContents.decoded(bytes)
            } throws: { ($0 as? SkeinError)?.code == .badBackup }
        }
        var newer = contents
        newer.version = 2
        let later = try newer.encoded()
        #expect {
            try BackupContents.decoded(later)
        } throws: { ($0 as? SkeinError)?.code == .storeNewer }
        for text in ["", "{}", "[]", "{\"version\":1}", "\u{0}"] {
            #expect(throws: SkeinError.self) { try BackupContents.decoded(Array(text.utf8)) }
        }
    }

    @Test("files take the place of what was there whole, or nothing is changed")
    func replacing() throws {
        let directory = try TemporaryDirectory()
        let home = try Home(root: directory.path)
        let files = [
            Home.KeptFile(name: "machine.sqlite", bytes: [1]),
            Home.KeptFile(name: "keys/members/m.key", bytes: [2]),
        ]
        #expect(try home.replaceData(with: files, stamp: "1", check: { _ in }) == nil)
        func read(_ name: String) throws -> [UInt8]? {
            try AtomicFile.read(home.dataDirectory + "/" + name, limit: 99)
        }
        #expect(try read("keys/members/m.key") == [2])
        // What does not pass leaves everything as it was, and nothing behind.
        #expect(throws: SkeinError.self) {
            try home.replaceData(with: [files[0]], stamp: "2") { staging throws(SkeinError) in
                #expect(try AtomicFile.read(staging + "/machine.sqlite", limit: 9) == [1])
                throw SkeinError(.badBackup, "no")
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["data"])
        let aside = try home.replaceData(
            with: [Home.KeptFile(name: "machine.sqlite", bytes: [3])], stamp: "3",
            check: { _ in })
        #expect(try read("machine.sqlite") == [3])
        #expect(try read("keys/members/m.key") == nil)
        let kept = try #require(aside)
        #expect(kept.hasSuffix("data.before-restore-3"))
        #expect(try AtomicFile.read(kept + "/keys/members/m.key", limit: 9) == [2])
        var found = stat()
        #expect(stat(home.dataDirectory + "/machine.sqlite", &found) == 0)
        #expect(found.st_mode & 0o777 == 0o600)
        #expect(stat(home.dataDirectory, &found) == 0 && found.st_mode & 0o777 == 0o700)
    }
}
