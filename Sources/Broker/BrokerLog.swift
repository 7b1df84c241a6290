import Logging
import Mesh
import MeshProtocol
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A broker's log on a descriptor, one line an event: a JSON object
/// (`{"ts":…,"level":…,"component":"broker","msg":…,…}`), or text. Nothing in it can begin a line
/// or move a cursor: whatever does not print is written as an escape.
public struct BrokerLog: LogHandler {
    public enum Format: String, CaseIterable, Sendable { case json, text }

    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]
    private let format: Format
    private let output: LogOutput
    private let now: @Sendable () -> Moment

    /// The most characters of one value; the rest is cut.
    static let valueLimit = 4096

    public init(
        format: Format, level: Logger.Level, output: LogOutput,
        now: @escaping @Sendable () -> Moment
    ) {
        self.format = format
        logLevel = level
        self.output = output
        self.now = now
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }
            .map { ($0.key, $0.value.description) }.sorted { $0.0 < $1.0 }
        let time = ISOMoment(now()).description
        let level = event.level.rawValue
        output.write(
            format == .json
                ? Self.json(time, level, event.message.description, fields)
                : Self.text(time, level, event.message.description, fields))
    }

    static func json(
        _ time: String, _ level: String, _ message: String, _ fields: [(String, String)]
    ) -> String {
        let own = [("ts", time), ("level", level), ("component", "broker"), ("msg", message)]
        let names = Set(own.map(\.0))
        // A field of an event never takes the place of one of ours.
        let others = fields.map { (names.contains($0.0) ? $0.0 + "_" : $0.0, $0.1) }
        return "{"
            + (own + others).map { "\(quoted($0.0)):\(quoted($0.1))" }.joined(separator: ",") + "}"
    }

    static func text(
        _ time: String, _ level: String, _ message: String, _ fields: [(String, String)]
    ) -> String {
        let said = fields.map { name, value in
            let isPlain =
                !value.isEmpty
                && value.unicodeScalars.allSatisfy { $0 != " " && $0 != "\"" && !isHidden($0) }
            return " \(escaped(name))=" + (isPlain ? escaped(value) : quoted(value))
        }
        return "\(time) \(level) broker: \(escaped(message))" + said.joined()
    }

    /// As a JSON string (RFC 8259, section 7).
    private static func quoted(_ text: String) -> String { "\"" + escaped(text, quotes: true) + "\"" }

    private static func escaped(_ text: String, quotes: Bool = false) -> String {
        var shown = ""
        for scalar in text.unicodeScalars.prefix(valueLimit) {
            if quotes, scalar == "\"" || scalar == "\\" {
                shown += "\\"
                shown.unicodeScalars.append(scalar)
            } else if isHidden(scalar) {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    shown += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
                }
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// Controls, line ends, and what turns the direction of text about.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: true
        default: false
        }
    }
}

/// Lines to a descriptor, whole and one after another, whoever writes them.
public final class LogOutput: Sendable {
    private let descriptor: Mutex<Int32>

    /// The descriptor stays its owner's.
    public init(descriptor: Int32) { self.descriptor = Mutex(descriptor) }

    public func write(_ line: String) {
        var bytes = Array((line + "\n").utf8)[...]
        descriptor.withLock { descriptor in
            while !bytes.isEmpty {
                let count = bytes.withUnsafeBytes { Self.send(descriptor, $0) }
                if count > 0 {
                    bytes = bytes.dropFirst(count)
                } else if errno != EINTR {
                    // Nobody reads: a broker goes on without its log.
                    return
                }
            }
        }
    }

    private static func send(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #else
            Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }
}
