import Dashboard
import Home
import Mesh
import MeshProtocol

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A frame that a person wants to keep, as a file beside their work.
struct SavedFrame {
    private let contents: String
    private let format: FrameFormat

    init(_ contents: String, _ format: FrameFormat) {
        self.contents = contents
        self.format = format
    }

    /// Its name tells the moment; a file that is there is never touched. Answers the name.
    func write(at moment: Moment) throws(SkeinError) -> String {
        let stamp = ISOMoment(moment).description.filter { $0.isNumber || $0 == "T" }.prefix(15)
        for number in 1...99 {
            let again = number == 1 ? "" : "-\(number)"
            let name = "skein-\(stamp)\(again).\(format.suffix)"
            // Names of peers and machines are the person's own business.
            let fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            if fd < 0, errno == EEXIST { continue }
            guard fd >= 0 else { throw Self.failed(name) }
            defer { close(fd) }
            var bytes = Array(contents.utf8)[...]
            while !bytes.isEmpty {
                let count = bytes.withUnsafeBytes { Self.write(fd, $0) }
                guard count > 0 else {
                    let error = Self.failed(name)
                    unlink(name)
                    throw error
                }
                bytes = bytes.dropFirst(count)
            }
            return name
        }
        throw SkeinError(.fileExists, "There are a hundred frames of this second already")
    }

    private static func write(_ fd: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.write(fd, bytes.baseAddress, bytes.count)
        #else
            Darwin.write(fd, bytes.baseAddress, bytes.count)
        #endif
    }

    private static func failed(_ name: String) -> SkeinError {
        SkeinError(.homeUnwritable, "\(name) cannot be written: \(String(cString: strerror(errno)))")
    }
}
