import Database
import Foundation
import Home
import Mesh
import MeshCrypto
import MeshProtocol

/// What is kept on this machine.
extension Doctor {
    /// Who may look: directories 0700, files 0600.
    func modes() -> [DoctorCheck] {
        guard exists(home.dataDirectory) else {
            return [.fine("home", "nothing is kept here yet (\(home.dataDirectory))")]
        }
        let open = (directories + files).filter { isOpen($0) }
        for path in open where fixes { chmod(path, directories.contains(path) ? 0o700 : 0o600) }
        let foreign = directories.filter { exists($0) && owner(of: $0) != geteuid() }
        if let first = foreign.first {
            return [
                .broken(
                    "home", "\(first) belongs to another user",
                    next: "Give it back to yourself, or set SKEIN_HOME to a directory of your own")
            ]
        }
        guard let first = open.first else {
            return [.fine("home", "closed to everybody else (\(home.dataDirectory))")]
        }
        let more = open.count > 1 ? " and \(open.count - 1) more" : ""
        let check = DoctorCheck.broken(
            "home", "others can look into \(first)\(more)", next: "skein doctor --fix")
        return [open.contains { isOpen($0) } ? check : check.fixed()]
    }

    func space() -> [DoctorCheck] {
        var place = home.dataDirectory
        while !exists(place), let slash = place.lastIndex(of: "/"), slash != place.startIndex {
            place = String(place[..<slash])
        }
        var found = statvfs()
        guard statvfs(place, &found) == 0 else {
            return [
                .broken(
                    "disk", "\(place) cannot be looked at: \(String(cString: strerror(errno)))",
                    next: "Mend its permissions, or set SKEIN_HOME to another place")
            ]
        }
        let isReadOnly = found.f_flag & UInt(ST_RDONLY) != 0
        let free = (UInt64(found.f_bavail) * UInt64(found.f_frsize)) >> 20
        return [Self.space(free: free, isReadOnly: isReadOnly, place: place)]
    }

    /// `free` in MiB.
    static func space(free: UInt64, isReadOnly: Bool, place: String) -> DoctorCheck {
        if isReadOnly {
            return .broken(
                "disk", "\(place) is on a disk that cannot be written",
                next: "Make it writable, or set SKEIN_HOME to another place")
        }
        switch free {
        case ..<8:
            return .broken("disk", "only \(free) MiB are free at \(place)", next: "Make room there")
        case ..<256:
            return .warning("disk", "only \(free) MiB are free at \(place)", next: "Make room there")
        default: return .fine("disk", "\(free) MiB are free")
        }
    }

    func stores() -> [DoctorCheck] {
        [
            ("store", home.machineDatabasePath), ("mail", home.mailDatabasePath),
            ("local-broker", home.brokerDatabasePath), ("history", home.historyDatabasePath),
        ].compactMap { name, path in
            guard exists(path) else { return nil }
            guard let fault = StoreHealth.fault(at: path) else {
                return .fine(name, "\(path) is sound")
            }
            return .broken(
                name, "\(path) is damaged: \(fault)",
                next: name == "store"
                    ? "skein restore FILE --force, if you have a backup"
                    : "skein relay stop, then move the file away or restore a copy")
        }
    }

    /// A mesh without its key is lost, a key without a mesh is a riddle.
    func keys(_ joined: [Membership]) -> [DoctorCheck] {
        var checks: [DoctorCheck] = []
        for membership in joined {
            guard let seed = try? home.memberSeed(mesh: membership.mesh),
                SigningKeys(seed: seed)?.publicKey == membership.memberKey
            else {
                checks.append(
                    .broken(
                        "keys", "the key of the mesh \(membership.slug) is missing or another one",
                        next: "skein restore FILE --force, or leave the mesh and join it again"))
                continue
            }
        }
        let known = Set(joined.map { $0.mesh.rawValue + ".key" })
        let riddles = names(in: home.memberKeysDirectory).filter {
            $0.hasSuffix(".key") && !known.contains($0)
        }
        if !riddles.isEmpty {
            checks.append(
                .warning(
                    "keys", "\(riddles.count) of the keys belong to no mesh that is joined",
                    next: "Look at \(home.memberKeysDirectory); remove what you do not need"))
        }
        if checks.isEmpty, !joined.isEmpty {
            checks.append(.fine("keys", "every mesh has its key"))
        }
        return checks
    }

    /// Hook events that no relay has taken in.
    func spool(relayRuns: Bool) -> [DoctorCheck] {
        var found = stat()
        guard stat(home.spoolPath, &found) == 0, found.st_size > 0 else { return [] }
        return [
            .warning(
                "spool", "\(found.st_size) bytes of hook events wait for a relay",
                next: relayRuns
                    ? "skein relay stop; the next relay takes them in"
                    : "skein relay status; the relay takes them in when it starts")
        ]
    }

    // MARK: - Looking

    private var directories: [String] {
        [
            home.dataDirectory, home.stateDirectory, home.cacheDirectory, home.runtimeDirectory,
            home.dataDirectory + "/keys", home.memberKeysDirectory, home.rootKeysDirectory,
            home.observerKeysDirectory, home.launchKeysDirectory,
        ]
    }

    private var files: [String] {
        let keys = [
            home.memberKeysDirectory, home.rootKeysDirectory, home.observerKeysDirectory,
            home.launchKeysDirectory,
        ].flatMap { directory in names(in: directory).map { directory + "/" + $0 } }
        let stores = [
            home.machineDatabasePath, home.mailDatabasePath, home.brokerDatabasePath,
            home.historyDatabasePath,
        ]
        return keys + stores + [home.relayLogPath, home.spoolPath]
    }

    func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    private func isOpen(_ path: String) -> Bool {
        var found = stat()
        return lstat(path, &found) == 0 && found.st_mode & S_IFMT != S_IFLNK
            && found.st_mode & 0o077 != 0
    }

    private func owner(of path: String) -> uid_t {
        var found = stat()
        return stat(path, &found) == 0 ? found.st_uid : geteuid()
    }

    private func names(in directory: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: directory))?.sorted() ?? []
    }
}
