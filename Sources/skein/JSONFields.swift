import Foundation
import MeshProtocol

/// The fields of a report that were asked for.
struct JSONFields: Equatable {
    let names: [String]

    /// Nil where all are wanted.
    init?(_ text: String?) throws(SkeinError) {
        guard let text else { return nil }
        names = text.split(separator: ",").map { $0.filter { $0 != " " } }
        guard !names.isEmpty, names.count <= 64 else {
            throw SkeinError(
                .arguments, "--fields names no field", hint: "For example: --json=name,status")
        }
    }

    /// Of an object; of anything else all there is.
    func of(_ row: JSONValue) throws(SkeinError) -> JSONValue {
        guard case .object(let fields) = row else { return row }
        var chosen: [String: JSONValue] = [:]
        for name in names {
            guard let value = fields[name] else {
                throw SkeinError(
                    .arguments, "There is no field “\(name)” here",
                    hint: "There are \(fields.keys.sorted().joined(separator: ", "))",
                    subject: name)
            }
            chosen[name] = value
        }
        return .object(chosen)
    }
}

extension JSONValue {
    /// Any value as JSON has it.
    static func of(_ value: some Encodable) -> JSONValue {
        guard let bytes = try? JSONEncoder().encode(value),
            let read = try? JSONDecoder().decode(JSONValue.self, from: bytes)
        else { return .null }
        return read
    }
}
