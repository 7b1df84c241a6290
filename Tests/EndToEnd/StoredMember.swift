import Foundation

extension Place {
    /// The port of the broker in the relay, and what a client has to know to be a member of the
    /// one mesh there is.
    func member() async throws -> (port: Int, member: OldClient.Member) {
        let status = try await skein("relay", "status", "--json").json
        let data = status["data"] as? [String: any Sendable]
        let keys = home + "/data/keys/members"
        let files = try FileManager.default.contentsOfDirectory(atPath: keys)
        guard let port = data?["broker_port"] as? Int, files.count == 1,
            let mesh = files.first?.split(separator: ".").first.map(String.init),
            let seed = FileManager.default.contents(atPath: "\(keys)/\(mesh).key"),
            let id = SQLite.text(
                "SELECT member FROM membership", in: home + "/data/machine.sqlite")
        else { throw OldClient.Failure(description: "no member: \(status)") }
        return (port, OldClient.Member(mesh: mesh, id: id, seed: Array(seed)))
    }
}

/// One value out of a database, by the system's library: what the program itself is linked with.
private enum SQLite {
    private typealias Open =
        @convention(c) (
            UnsafePointer<CChar>, UnsafeMutablePointer<OpaquePointer?>, Int32, UnsafePointer<CChar>?
        ) -> Int32
    private typealias Prepare =
        @convention(c) (
            OpaquePointer?, UnsafePointer<CChar>, Int32, UnsafeMutablePointer<OpaquePointer?>,
            UnsafeMutablePointer<UnsafePointer<CChar>?>?
        ) -> Int32
    private typealias Step = @convention(c) (OpaquePointer?) -> Int32
    private typealias Column = @convention(c) (OpaquePointer?, Int32) -> UnsafePointer<CChar>?

    static func text(_ query: String, in path: String) -> String? {
        #if os(Linux)
            let name = "libsqlite3.so.0"
        #else
            let name = "libsqlite3.dylib"
        #endif
        guard let library = dlopen(name, RTLD_NOW),
            let open = function("sqlite3_open_v2", library, Open.self),
            let prepare = function("sqlite3_prepare_v2", library, Prepare.self),
            let step = function("sqlite3_step", library, Step.self),
            let column = function("sqlite3_column_text", library, Column.self),
            let finalize = function("sqlite3_finalize", library, Step.self),
            let close = function("sqlite3_close", library, Step.self)
        else { return nil }
        let (readOnly, row): (Int32, Int32) = (1, 100)
        var database: OpaquePointer?
        var statement: OpaquePointer?
        defer {
            _ = finalize(statement)
            _ = close(database)
        }
        guard open(path, &database, readOnly, nil) == 0,
            prepare(database, query, -1, &statement, nil) == 0, step(statement) == row
        else { return nil }
        return column(statement, 0).map { String(cString: $0) }
    }

    private static func function<Function>(
        _ name: String, _ library: UnsafeMutableRawPointer, _ type: Function.Type
    ) -> Function? {
        dlsym(library, name).map { unsafeBitCast($0, to: type) }
    }
}
