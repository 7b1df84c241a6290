import GRDB

/// A transaction's connection: statements prepared once, and the first failure, which is told even
/// where a work went on after it.
final class StoreConnection {
    private let database: Database
    private(set) var failure: (any Error)?

    init(_ database: Database) { self.database = database }

    /// Of the last statement that was run.
    var changesCount: Int { database.changesCount }
    var lastInsertedRowID: Int64 { database.lastInsertedRowID }

    func run(_ sql: String, _ arguments: StatementArguments) throws {
        try noting { try database.cachedStatement(sql: sql).execute(arguments: arguments) }
    }

    func row(_ sql: String, _ arguments: StatementArguments) throws -> Row? {
        try noting { try Row.fetchOne(database.cachedStatement(sql: sql), arguments: arguments) }
    }

    func rows(_ sql: String, _ arguments: StatementArguments) throws -> [Row] {
        try noting { try Row.fetchAll(database.cachedStatement(sql: sql), arguments: arguments) }
    }

    func cursor(_ sql: String, _ arguments: StatementArguments) throws -> RowCursor {
        try noting {
            try Row.fetchCursor(database.cachedStatement(sql: sql), arguments: arguments)
        }
    }

    func value<Value: DatabaseValueConvertible>(
        _ sql: String, _ arguments: StatementArguments
    ) throws -> Value? {
        try noting { try Value.fetchOne(database.cachedStatement(sql: sql), arguments: arguments) }
    }

    func values<Value: DatabaseValueConvertible>(
        _ sql: String, _ arguments: StatementArguments
    ) throws -> [Value] {
        try noting { try Value.fetchAll(database.cachedStatement(sql: sql), arguments: arguments) }
    }

    private func noting<Value>(_ work: () throws -> Value) throws -> Value {
        do { return try work() } catch {
            failure = failure ?? error
            throw error
        }
    }
}
