import Database
import Foundation
import Home
import Mesh
import MeshProtocol

/// What a backup holds, before it is sealed: files of the data directory by name, as JSON. Names
/// are from a list, so that no file lands elsewhere.
struct BackupContents: Codable, Equatable {
    struct File: Codable, Equatable {
        var name: String
        /// Base64.
        var bytes: Data
    }

    static let currentVersion = 1
    /// In bytes, before it is sealed; more would not fit the memory of small machines.
    static let longest = 512 << 20
    /// Files at most; a key is one.
    static let most = 10_000

    var version = currentVersion
    /// Milliseconds since 1970.
    var madeAt: Int64
    var files: [File]

    /// The keys and what this machine remembers; with `mail`, all mail and what the meshes of this
    /// machine hold as well.
    static func collect(
        from home: Home, withMail: Bool, at now: Moment
    ) throws(SkeinError) -> BackupContents {
        var files: [File] = []
        var stores = ["machine.sqlite"]
        if withMail { stores += ["mail.sqlite", "broker.sqlite"] }
        for name in stores {
            guard let bytes = try StoreHealth.copy(of: home.dataDirectory + "/" + name) else {
                continue
            }
            files.append(File(name: name, bytes: Data(bytes)))
        }
        for kind in keyKinds {
            let directory = home.dataDirectory + "/keys/" + kind
            let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
            for name in names.sorted() where isAllowed("keys/\(kind)/\(name)") {
                let path = directory + "/" + name
                guard let bytes = try AtomicFile.read(path, limit: 64) else { continue }
                files.append(File(name: "keys/\(kind)/\(name)", bytes: Data(bytes)))
            }
        }
        return BackupContents(madeAt: now.milliseconds, files: files)
    }

    /// How many meshes' keys are in it.
    var meshes: Int { files.count { $0.name.hasPrefix("keys/members/") } }

    func encoded() throws(SkeinError) -> [UInt8] {
        guard let bytes = try? JSONEncoder().encode(self), bytes.count <= Self.longest else {
            throw SkeinError(
                .arguments, "What is kept here is more than a backup can hold",
                hint: "Leave --with-mail out")
        }
        return Array(bytes)
    }

    /// What was sealed by somebody who knew the passphrase, and is checked all the same.
    static func decoded(_ bytes: [UInt8]) throws(SkeinError) -> BackupContents {
        guard bytes.count <= longest,
            let head = try? JSONDecoder().decode(Head.self, from: Data(bytes))
        else { throw damaged }
        guard head.version <= currentVersion else {
            throw SkeinError(
                .storeNewer, "The backup was made by a newer Skein than this one",
                hint: "Update Skein")
        }
        guard head.version == currentVersion,
            let contents = try? JSONDecoder().decode(BackupContents.self, from: Data(bytes)),
            contents.files.count <= most, contents.files.allSatisfy({ isAllowed($0.name) }),
            Set(contents.files.map(\.name)).count == contents.files.count,
            contents.files.allSatisfy({ !$0.name.hasPrefix("keys/") || $0.bytes.count == 32 }),
            contents.files.contains(where: { $0.name == "machine.sqlite" })
        else { throw damaged }
        return contents
    }

    static let damaged = SkeinError(
        .badBackup, "The file holds no backup of Skein's", hint: "Take another copy of it")

    private static let keyKinds = ["members", "roots", "observers"]

    static func isAllowed(_ name: String) -> Bool {
        if ["machine.sqlite", "mail.sqlite", "broker.sqlite"].contains(name) { return true }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "keys", keyKinds.contains(String(parts[1])),
            parts[2].hasSuffix(".key")
        else { return false }
        let id = parts[2].dropLast(4)
        return (1...64).contains(id.utf8.count)
            && id.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                    || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
            }
    }

    private struct Head: Decodable {
        var version: Int
    }
}
