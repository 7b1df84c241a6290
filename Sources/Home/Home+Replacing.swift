import CSystemCalls
import MeshProtocol

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Everything that is kept, given at once: what a backup brings back.
extension Home {
    /// One file of the data directory, by its path in it.
    public struct KeptFile: Equatable, Sendable {
        public var name: String
        public var bytes: [UInt8]

        public init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// Puts `files` in the place of whatever the data directory holds, whole or not at all; `check`
    /// looks at them where they were written, before they are put there. Answers where what stood
    /// there is kept. No relay may run: who calls holds its lock.
    public func replaceData(
        with files: [KeptFile], stamp: String, check: (String) throws(SkeinError) -> Void
    ) throws(SkeinError) -> String? {
        let number = String(UInt32.random(in: 0 ... .max), radix: 36)
        let staging = dataDirectory + ".restoring-" + number
        try PrivateDirectory.make(staging, closed: true)
        var isPlaced = false
        defer { if !isPlaced { Self.remove(staging, files) } }
        for file in files {
            let path = staging + "/" + file.name
            if let slash = path.lastIndex(of: "/") {
                try PrivateDirectory.make(String(path[..<slash]), closed: true)
            }
            try AtomicFile.write(file.bytes, to: path)
        }
        try check(staging)
        guard access(dataDirectory, F_OK) == 0 else {
            guard rename(staging, dataDirectory) == 0 else {
                throw SystemFailure.last.writing(dataDirectory)
            }
            isPlaced = true
            return nil
        }
        let aside = dataDirectory + ".before-restore-" + stamp
        if skein_exchange_paths(staging, dataDirectory) == 0 {
            isPlaced = true
            return rename(staging, aside) == 0 ? aside : staging
        }
        // A file system without that: for a moment there is neither, but both are on the disk.
        guard rename(dataDirectory, aside) == 0 else {
            throw SystemFailure.last.writing(dataDirectory)
        }
        guard rename(staging, dataDirectory) == 0 else {
            let failure = SystemFailure.last
            rename(aside, dataDirectory)
            throw failure.writing(dataDirectory)
        }
        isPlaced = true
        return aside
    }

    private static func remove(_ staging: String, _ files: [KeptFile]) {
        var directories: Set<String> = [staging]
        for file in files {
            let path = staging + "/" + file.name
            unlink(path)
            var parent = path
            while let slash = parent.lastIndex(of: "/"), slash > staging.startIndex {
                parent = String(parent[..<slash])
                guard parent.utf8.count > staging.utf8.count else { break }
                directories.insert(parent)
            }
        }
        // The deepest first.
        for directory in directories.sorted(by: { $0.utf8.count > $1.utf8.count }) {
            rmdir(directory)
        }
    }
}
