import ArgumentParser
import Database
import Foundation
import Home
import Mesh
import MeshCrypto
import MeshProtocol

/// `skein backup`: what would be lost with this machine, sealed by a passphrase.
struct BackupVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Keep the keys of your meshes in a sealed file.",
        discussion: """
            In it are the keys and what this machine remembers; mail and what meshes of this \
            machine hold only with --with-mail. Without its passphrase nobody opens it, nor do you.
            """)

    @Argument(help: "A file that does not exist yet. (default: skein-DATE.backup here)")
    var file: String?
    @Flag(name: .long, help: "All mail too, and what the meshes of this machine hold.")
    var withMail = false
    @OptionGroup var passphrase: PassphraseOptions
    @OptionGroup var common: CommonOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let desk = try Desk()
        try await desk.checkIsPerson("make a backup")
        let now = Surroundings.now
        let date = ISOMoment(now).description.prefix(10)
        let path = file ?? "skein-\(date).backup"
        guard access(path, F_OK) != 0 else {
            throw SkeinError(
                .fileExists, "\(path) exists already", hint: "Name another file", subject: path)
        }
        guard access(desk.home.machineDatabasePath, F_OK) == 0 else {
            throw SkeinError(
                .meshNotFound, "Nothing is kept here that a backup could hold",
                hint: "Run skein first")
        }
        let secret = try passphrase.read(desk.environment, isNew: true)
        let contents = try BackupContents.collect(from: desk.home, withMail: withMail, at: now)
        let bytes = try contents.encoded()
        let sealed: [UInt8]
        do throws(SealedArchive.Fault) {
            sealed = try SealedArchive.seal(bytes, passphrase: secret)
        } catch {
            throw PassphraseOptions.told(error)
        }
        try AtomicFile.write(sealed, to: path, replacing: false)
        let report = Report(
            file: path, meshes: contents.meshes, files: contents.files.count,
            bytes: sealed.count, with_mail: withMail)
        try Output.report("backup", report, common) { () throws(SkeinError) in
            let rest = withMail ? "" : "\nMail is not in it, nor what meshes of this machine hold."
            return Output.shown("Sealed in \(path): the keys of \(meshCount(contents.meshes)).\(rest)")
        }
        return .ok
    }

    private struct Report: Encodable {
        var file: String
        var meshes: Int
        var files: Int
        var bytes: Int
        var with_mail: Bool
    }
}

/// `skein restore`: brings a backup back, whole or not at all.
struct RestoreVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Bring a backup back, while no relay runs.")

    @Argument(help: "A file that skein backup made.")
    var file: String
    @Flag(name: .long, help: "Take the place of the meshes that are here; they are kept beside.")
    var force = false
    @OptionGroup var passphrase: PassphraseOptions
    @OptionGroup var common: CommonOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let desk = try Desk()
        try await desk.checkIsPerson("bring a backup back")
        let home = desk.home
        let sealed = try read()
        if !force, try Self.holdsMeshes(desk) {
            throw SkeinError(
                .fileExists, "There are meshes here already",
                hint: "Take their place with --force; they are kept beside")
        }
        let secret = try passphrase.read(desk.environment, isNew: false)
        let contents = try Self.open(sealed, secret)
        let isNew = access(home.dataDirectory, F_OK) != 0
        try home.prepare()
        // From here on no relay can start.
        guard let lock = try FileLock.acquire(home.relayLockPath) else {
            throw SkeinError(
                .storeInUse, "The relay runs", hint: "Stop it with skein relay stop, then try again")
        }
        defer { withExtendedLifetime(lock) {} }
        let files = contents.files.map {
            Home.KeptFile(name: $0.name, bytes: Array($0.bytes))
        }
        let stamp = ISOMoment(Surroundings.now).description.filter { $0 != ":" && $0 != "-" }
        var aside = try home.replaceData(with: files, stamp: String(stamp.prefix(15))) {
            directory throws(SkeinError) in
            for file in files where file.name.hasSuffix(".sqlite") {
                guard let fault = StoreHealth.fault(at: directory + "/" + file.name) else { continue }
                throw SkeinError(
                    .badBackup, "\(file.name) in the backup is damaged: \(fault)",
                    hint: "Take another copy of it")
            }
        }
        if isNew, let made = aside {
            // Nothing was here but what was just made.
            try? FileManager.default.removeItem(atPath: made)
            aside = nil
        }
        let report = Report(
            home: home.dataDirectory, meshes: contents.meshes, made_at_ms: contents.madeAt,
            kept_as: aside)
        try Output.report("restore", report, common) { () throws(SkeinError) in
            let made = ISOMoment(Moment(milliseconds: contents.madeAt))
            let kept = aside.map { "\nWhat was here is kept as \($0)" } ?? ""
            return Output.shown(
                "Brought back as it was at \(made): \(meshCount(contents.meshes)).\(kept)")
        }
        return .ok
    }

    /// Who can tell what is in a damaged store: opening it would move it aside.
    private static func holdsMeshes(_ desk: Desk) throws(SkeinError) -> Bool {
        if StoreHealth.fault(at: desk.home.machineDatabasePath) != nil { return true }
        return try !desk.memberships().isEmpty
    }

    private func read() throws(SkeinError) -> [UInt8] {
        let bytes: [UInt8]?
        do throws(SkeinError) {
            bytes = try AtomicFile.read(file, limit: BackupContents.longest + 4096)
        } catch {
            throw SkeinError(.badBackup, error.message, hint: "Name a file of skein backup's")
        }
        guard let bytes else {
            throw SkeinError(
                .arguments, "There is no file \(file)", hint: "Name a file of skein backup's",
                subject: file)
        }
        return bytes
    }

    private static func open(
        _ sealed: [UInt8], _ passphrase: String
    ) throws(SkeinError) -> BackupContents {
        let bytes: [UInt8]
        do throws(SealedArchive.Fault) {
            bytes = try SealedArchive.open(sealed, passphrase: passphrase)
        } catch {
            throw PassphraseOptions.told(error)
        }
        return try BackupContents.decoded(bytes)
    }

    private struct Report: Encodable {
        var home: String
        var meshes: Int
        var made_at_ms: Int64
        @Nullable var kept_as: String?
    }
}

private func meshCount(_ number: Int) -> String {
    number == 1 ? "1 mesh" : "\(number) meshes"
}
