import Foundation
import GRDB
import Mesh

extension Row {
    func moment(_ column: String) -> Moment { Moment(milliseconds: self[column]) }

    func momentIfAny(_ column: String) -> Moment? {
        let milliseconds: Int64? = self[column]
        return milliseconds.map { Moment(milliseconds: $0) }
    }
}

/// A value with parts, in a column of its own.
enum JSONColumn {
    /// The same text for the same value.
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func value<Value: Decodable>(_ text: String) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch {
            throw unreadable("a column does not hold the JSON that belongs there")
        }
    }

    /// What the store never wrote.
    static func unreadable(_ reason: String) -> DatabaseError {
        DatabaseError(resultCode: .SQLITE_CORRUPT, message: reason)
    }
}
