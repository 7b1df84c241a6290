import Foundation

/// What every verb prints with `--json`: one object, with stable fields.
public struct Envelope<Payload: Encodable>: Encodable {
    public static var currentSchema: Int { 1 }

    private let command: String
    private let payload: Payload

    public init(command: String, data: Payload) {
        self.command = command
        payload = data
    }

    private enum Field: String, CodingKey {
        case schemaVersion = "schema_version"
        case ok, command, data
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Field.self)
        try container.encode(Self.currentSchema, forKey: .schemaVersion)
        try container.encode(true, forKey: .ok)
        try container.encode(command, forKey: .command)
        try container.encode(payload, forKey: .data)
    }

    /// One line of JSON, keys in alphabetical order.
    public var line: String { JSONLine.text(self) }
}

/// What every verb prints with `--json` when it failed.
public struct FailureEnvelope: Encodable {
    /// One missing answer of the flag-driven launch.
    public struct Missing: Encodable {
        public var flag: String
        public var reason: String
        public var choices: [String]

        public init(flag: String, reason: String, choices: [String]) {
            self.flag = flag
            self.reason = reason
            self.choices = choices
        }
    }

    private struct Body: Encodable {
        var code: String
        var message: String
        var hint: String?
        var exit: Int32
        var missing: [Missing]?
    }

    private enum Field: String, CodingKey {
        case schemaVersion = "schema_version"
        case ok, error
    }

    private let body: Body

    public init(_ error: SkeinError, missing: [Missing] = []) {
        body = Body(
            code: error.code.rawValue, message: error.message, hint: error.hint,
            exit: error.exit.rawValue, missing: missing.isEmpty ? nil : missing)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Field.self)
        try container.encode(1, forKey: .schemaVersion)
        try container.encode(false, forKey: .ok)
        try container.encode(body, forKey: .error)
    }

    public var line: String { JSONLine.text(self) }
}

enum JSONLine {
    static func text(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let bytes = try? encoder.encode(value) else { return "{}" }
        return String(decoding: bytes, as: UTF8.self)
    }
}
