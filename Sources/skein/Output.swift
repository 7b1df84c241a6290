import MeshProtocol
import Text

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a command prints. No escape code ever comes from here.
enum Output {
    static func line(_ text: String) { _ = write(text + "\n", to: STDOUT_FILENO) }
    static func complain(_ text: String) { _ = write(text + "\n", to: STDERR_FILENO) }

    /// A line that must have been written before anything else is done.
    static func put(_ text: String) throws(SkeinError) {
        guard let number = write(text + "\n", to: STDOUT_FILENO) else { return }
        if number == EPIPE { throw readerGone }
        let reason = String(cString: strerror(number))
        throw SkeinError(
            number == ENOSPC || number == EDQUOT ? .diskFull : .internal,
            "Standard output cannot be written: \(reason)")
    }

    /// Whoever read what is printed has gone: nobody is left to be told.
    static let readerGone = SkeinError(.cancelled, "The reader has gone")

    /// Runs a command and tells its failure, as a sentence or as JSON.
    nonisolated(nonsending) static func reporting(
        json: Bool, _ work: nonisolated(nonsending) () async throws(SkeinError) -> ExitCode
    ) async -> ExitCode {
        do throws(SkeinError) {
            return try await work()
        } catch {
            // Nobody is left to be told, and nothing failed that a script should stop for.
            guard error != readerGone else { return .ok }
            tell(error, json: json)
            return error.exit
        }
    }

    static func tell(_ error: SkeinError, json: Bool) {
        if json {
            line(FailureEnvelope(error).line)
        } else {
            complain("✗ " + shown(sentence(error.message)))
            if let hint = error.hint { complain("  " + shown(hint)) }
        }
    }

    /// What happened, with a capital where it begins with a word of ours; a name stays as it is.
    static func sentence(_ message: String) -> String {
        let first = message.prefix { $0 != " " }
        guard firstWords.contains(String(first)) else { return message }
        return first.prefix(1).uppercased() + message.dropFirst()
    }

    private static let firstWords: Set<String> = [
        "a", "an", "another", "it", "more", "no", "nobody", "only", "several", "that", "the",
        "there", "this", "what", "whom", "you",
    ]

    /// A sentence that may hold words from elsewhere: no control character reaches a terminal.
    static func shown(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { SafeText.visible(String($0), limit: 4096) }.joined(separator: "\n")
    }

    /// Everything, or as much as could be. Answers `errno` where something could not be written.
    private static func write(_ text: String, to descriptor: Int32) -> Int32? {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes {
                #if canImport(Glibc)
                    Glibc.write(descriptor, $0.baseAddress, $0.count)
                #else
                    Darwin.write(descriptor, $0.baseAddress, $0.count)
                #endif
            }
            if count > 0 {
                bytes = bytes.dropFirst(count)
            } else if errno == EAGAIN {
                // A pipe that somebody made so: wait until it takes more.
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&waiting, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return nil
    }
}

// MARK: - What every verb prints

extension Output {
    /// One envelope of JSON where that is wanted, else `text`.
    static func report(
        _ command: String, _ data: some Encodable, _ options: CommonOptions,
        text: () throws(SkeinError) -> String
    ) throws(SkeinError) {
        guard options.wantsJSON else { return try put(try text()) }
        guard let fields = try JSONFields(options.fields) else {
            return try json(Envelope(command: command, data: data).line)
        }
        try json(Envelope(command: command, data: try fields.of(.of(data))).line)
    }

    /// Rows: one envelope with `around` and the rows under `name`, or `text`.
    static func list(
        _ command: String, _ rows: [some Encodable], called name: String,
        around: [String: JSONValue] = [:], _ options: CommonOptions,
        text: () throws(SkeinError) -> String
    ) throws(SkeinError) {
        guard options.wantsJSON else { return try put(try text()) }
        let data = around.merging([name: .array(try chosen(rows, options))]) { $1 }
        try json(Envelope(command: command, data: JSONValue.object(data)).line)
    }

    /// As a list, or one object a line.
    static func rows(
        _ command: String, _ rows: [some Encodable], called name: String,
        around: [String: JSONValue] = [:], _ options: RowOptions,
        text: () throws(SkeinError) -> String
    ) throws(SkeinError) {
        switch options.wanted {
        case .text: try put(try text())
        case .json:
            var common = options.at.common
            common.json = true
            try list(command, rows, called: name, around: around, common, text: text)
        case .jsonl:
            for value in try chosen(rows, options.at.common) { try json(value.canonical) }
        }
    }

    private static func chosen(
        _ rows: [some Encodable], _ options: CommonOptions
    ) throws(SkeinError) -> [JSONValue] {
        let fields = try JSONFields(options.fields)
        var values: [JSONValue] = []
        for row in rows {
            let value = JSONValue.of(row)
            values.append(try fields?.of(value) ?? value)
        }
        return values
    }

    /// One row of a stream: an object on a line, or `text`.
    static func streamed(
        _ row: some Encodable, _ options: RowOptions, text: () -> String
    ) throws(SkeinError) {
        if options.wanted == .text { return try put(text()) }
        let value = JSONValue.of(row)
        try json((try JSONFields(options.at.common.fields)?.of(value) ?? value).canonical)
    }

    /// JSON leaves DEL and C1 as they are; a terminal would obey them.
    private static func json(_ line: String) throws(SkeinError) {
        try put(escaped(line))
    }

    static func escaped(_ line: String) -> String {
        guard line.utf8.contains(where: { $0 == 0x7F || $0 == 0xC2 }) else { return line }
        var safe = ""
        for scalar in line.unicodeScalars {
            if (0x7F...0x9F).contains(scalar.value) {
                safe += "\\u00" + String(scalar.value, radix: 16)
            } else {
                safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }
}
