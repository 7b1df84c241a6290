import MeshProtocol

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The text of a message or a value: the words that were typed, or standard input for `-`.
enum BodyText {
    /// `what` is told where there is none: "A message".
    static func read(
        _ words: [String], what: String, limit: Int = SendMessage.longestText,
        input: (Int) throws(SkeinError) -> [UInt8] = BodyText.standardInput
    ) throws(SkeinError) -> String {
        var text = words.joined(separator: " ")
        if words == ["-"] {
            let bytes = try input(limit)
            guard bytes.count <= limit else { throw tooLong(what, limit) }
            guard !bytes.contains(0), let read = String(validating: bytes, as: UTF8.self) else {
                throw SkeinError(
                    .arguments, "Standard input is not text in UTF-8",
                    hint: "Send where it can be read instead")
            }
            text = read
            // What echo(1) adds.
            if text.hasSuffix("\n") { text.removeLast() }
        }
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw SkeinError(
                .arguments, "\(what) cannot be empty",
                hint: "Give it as words, or - to read standard input")
        }
        guard text.utf8.count <= limit else { throw tooLong(what, limit) }
        return text
    }

    private static func tooLong(_ what: String, _ limit: Int) -> SkeinError {
        SkeinError(
            .messageTooLong, "\(what) has at most \(limit) bytes",
            hint: "Send a shorter one, or where it can be read")
    }

    /// All of it, or one byte more than `limit`: what never ends is not read for ever.
    static func standardInput(_ limit: Int) throws(SkeinError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= limit {
            let room = min(chunk.count, limit + 1 - bytes.count)
            let count = chunk.withUnsafeMutableBytes { buffer in
                #if canImport(Glibc)
                    Glibc.read(STDIN_FILENO, buffer.baseAddress, room)
                #else
                    Darwin.read(STDIN_FILENO, buffer.baseAddress, room)
                #endif
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                throw SkeinError(
                    .arguments, "Standard input cannot be read: \(String(cString: strerror(errno)))")
            }
            if count == 0 { break }
            bytes += chunk[..<count]
            // Nothing that comes later makes it text.
            if chunk[..<count].contains(0) { break }
        }
        return bytes
    }
}
