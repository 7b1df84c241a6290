import Mesh
import MeshProtocol

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What only a launch and the relay know.
public struct LaunchSecrets: Equatable, Sendable {
    /// The seed of the launch's session key, 32 bytes.
    public var sessionSeed: [UInt8]
    /// What the launch has in its environment: it proves a later line to come from it.
    public var token: String

    public init(sessionSeed: [UInt8], token: String) {
        self.sessionSeed = sessionSeed
        self.token = token
    }
}

/// Secret keys, one file each, 0600 in a directory that is 0700. `prepare` comes first.
extension Home {
    /// The bytes of an ed25519 seed (RFC 8032, section 5.1.5).
    public static let seedLength = 32

    public func storeMemberSeed(_ seed: [UInt8], mesh: MeshID) throws(SkeinError) {
        try AtomicFile.write(seed, to: memberSeedPath(mesh), mode: 0o600)
    }

    /// Nil where this machine holds no key for the mesh.
    public func memberSeed(mesh: MeshID) throws(SkeinError) -> [UInt8]? {
        let path = try memberSeedPath(mesh)
        guard let seed = try AtomicFile.read(path, limit: 64) else { return nil }
        guard seed.count == Self.seedLength else { throw Self.damaged(path) }
        return seed
    }

    /// The key of a mesh that is left: kept under another name, which is answered, so that a person
    /// can still bring it back. Nil where there is none.
    public func setMemberSeedAside(mesh: MeshID) throws(SkeinError) -> String? {
        let path = try memberSeedPath(mesh)
        var (aside, number) = (path + ".left", 2)
        while access(aside, F_OK) == 0 {
            aside = path + ".left-\(number)"
            number += 1
        }
        if rename(path, aside) == 0 { return aside }
        if errno == ENOENT { return nil }
        throw SystemFailure.last.writing(path)
    }

    /// A key by which nobody is a member goes, without a copy.
    public func removeMemberSeed(mesh: MeshID) throws(SkeinError) {
        let path = try memberSeedPath(mesh)
        guard unlink(path) == 0 || errno == ENOENT else { throw SystemFailure.last.writing(path) }
    }

    /// The seed of the key by which this machine's observer of a mesh is written to: the same in
    /// every relay, so that an answer to the person can be read by the next one.
    public func storeObserverSeed(_ seed: [UInt8], mesh: MeshID) throws(SkeinError) {
        try AtomicFile.write(seed, to: observerSeedPath(mesh), mode: 0o600)
    }

    /// Nil where none was needed yet.
    public func observerSeed(mesh: MeshID) throws(SkeinError) -> [UInt8]? {
        let path = try observerSeedPath(mesh)
        guard let seed = try AtomicFile.read(path, limit: 64) else { return nil }
        guard seed.count == Self.seedLength else { throw Self.damaged(path) }
        return seed
    }

    /// What the v1 invites of a mesh carry for clients of old (protocol decision 12): 32 bytes.
    public func storeMeshRootKey(_ key: [UInt8], mesh: MeshID) throws(SkeinError) {
        try AtomicFile.write(key, to: rootKeyPath(mesh), mode: 0o600)
    }

    /// Nil where none was needed yet.
    public func meshRootKey(mesh: MeshID) throws(SkeinError) -> [UInt8]? {
        let path = try rootKeyPath(mesh)
        guard let key = try AtomicFile.read(path, limit: 64) else { return nil }
        guard key.count == Self.seedLength else { throw Self.damaged(path) }
        return key
    }

    public func storeLaunchSecrets(
        _ secrets: LaunchSecrets, launch: LaunchID
    ) throws(SkeinError) {
        try AtomicFile.write(
            secrets.sessionSeed + Array(secrets.token.utf8), to: launchSecretsPath(launch),
            mode: 0o600)
    }

    /// Nil where there are none, or none any more.
    public func launchSecrets(launch: LaunchID) throws(SkeinError) -> LaunchSecrets? {
        let path = try launchSecretsPath(launch)
        guard let bytes = try AtomicFile.read(path, limit: 1024) else { return nil }
        guard bytes.count >= Self.seedLength,
            let token = String(validating: bytes[Self.seedLength...], as: UTF8.self)
        else { throw Self.damaged(path) }
        return LaunchSecrets(sessionSeed: Array(bytes[..<Self.seedLength]), token: token)
    }

    public func removeLaunchSecrets(launch: LaunchID) {
        guard let path = try? launchSecretsPath(launch) else { return }
        unlink(path)
    }

    /// The launches whose secrets are kept here now.
    public func launchesWithSecrets() -> [LaunchID] {
        guard let directory = opendir(launchKeysDirectory) else { return [] }
        defer { closedir(directory) }
        var launches: [LaunchID] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard !name.hasPrefix("."), name.hasSuffix(".key") else { continue }
            launches.append(LaunchID(rawValue: String(name.dropLast(4))))
        }
        return launches
    }

    private func memberSeedPath(_ mesh: MeshID) throws(SkeinError) -> String {
        try memberKeysDirectory + "/" + Self.fileName(mesh.rawValue, of: "mesh")
    }

    private func observerSeedPath(_ mesh: MeshID) throws(SkeinError) -> String {
        try observerKeysDirectory + "/" + Self.fileName(mesh.rawValue, of: "mesh")
    }

    private func rootKeyPath(_ mesh: MeshID) throws(SkeinError) -> String {
        try rootKeysDirectory + "/" + Self.fileName(mesh.rawValue, of: "mesh")
    }

    private func launchSecretsPath(_ launch: LaunchID) throws(SkeinError) -> String {
        try launchKeysDirectory + "/" + Self.fileName(launch.rawValue, of: "launch")
    }

    /// An id may come from somebody else's broker; as a file name it must lead nowhere.
    private static func fileName(_ id: String, of what: String) throws(SkeinError) -> String {
        let isPlain = id.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
        }
        guard isPlain, (1...64).contains(id.utf8.count) else {
            throw SkeinError(.arguments, "the id of a \(what) has characters no id has")
        }
        return id + ".key"
    }

    private static func damaged(_ path: String) -> SkeinError {
        SkeinError(
            .storeCorrupt, "the key file \(path) is damaged",
            hint: "Restore it from a backup, or remove it and join the mesh again")
    }
}
