import ArgumentParser
import Home
import MeshCrypto
import MeshProtocol
import Terminal

/// Where a passphrase comes from: a file that is named, else the terminal. It is never a word of
/// the command line, which every user of the machine can read.
struct PassphraseOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "A file whose first line is the passphrase; else SKEIN_BACKUP_PASSPHRASE_FILE.")
    var passphraseFile: String?

    /// `isNew` asks twice, and wants it long enough.
    func read(_ environment: [String: String], isNew: Bool) throws(SkeinError) -> String {
        let said = environment["SKEIN_BACKUP_PASSPHRASE_FILE"].flatMap { $0.isEmpty ? nil : $0 }
        let passphrase =
            if let file = passphraseFile ?? said { try Self.line(of: file) } else {
                try Self.ask(isNew: isNew)
            }
        guard !isNew || passphrase.count >= SealedArchive.shortestPassphrase else {
            throw SkeinError(
                .badPassphrase,
                "The passphrase has fewer than \(SealedArchive.shortestPassphrase) characters",
                hint: "Take a longer one, of several words")
        }
        return passphrase
    }

    private static func line(of file: String) throws(SkeinError) -> String {
        let bytes: [UInt8]?
        do throws(SkeinError) {
            bytes = try AtomicFile.read(file, limit: 4096)
        } catch {
            throw SkeinError(.arguments, error.message, hint: "Look at --passphrase-file")
        }
        guard let bytes else {
            throw SkeinError(.arguments, "There is no file \(file)", hint: "Look at --passphrase-file")
        }
        let line = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
        guard !line.isEmpty, let text = String(validating: line, as: UTF8.self) else {
            throw SkeinError(
                .arguments, "\(file) holds no passphrase", hint: "Write it into its first line")
        }
        return text
    }

    private static func ask(isNew: Bool) throws(SkeinError) -> String {
        guard Process.readsTerminal, Process.complainsToTerminal else {
            throw SkeinError(
                .missing, "Nobody can be asked for the passphrase",
                hint: "Name a file that holds it: --passphrase-file FILE")
        }
        guard let first = HiddenLine.ask("Passphrase: ") else { throw left }
        guard isNew else { return first }
        guard let second = HiddenLine.ask("The same again: ") else { throw left }
        guard first == second else {
            throw SkeinError(
                .badPassphrase, "The two are not the same", hint: "Try again; nothing was made")
        }
        return first
    }

    private static let left = SkeinError(.cancelled, "Nothing was done")

    /// What the archive says, as it is told.
    static func told(_ fault: SealedArchive.Fault) -> SkeinError {
        switch fault {
        case .shortPassphrase:
            SkeinError(.badPassphrase, "The passphrase is too short", hint: "Take a longer one")
        case .wrongPassphrase:
            SkeinError(
                .badPassphrase, "That is not the passphrase the backup was made with",
                hint: "Try again")
        case .foreign: BackupContents.damaged
        case .damaged:
            SkeinError(
                .badBackup, "The backup is damaged", hint: "Take another copy of it")
        case .newer:
            SkeinError(
                .storeNewer, "The backup was made by a newer Skein than this one",
                hint: "Update Skein")
        case .noMemory:
            SkeinError(
                .internal, "There is not the memory that a passphrase's check takes",
                hint: "Free some, then try again")
        }
    }
}
