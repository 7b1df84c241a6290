import ArgumentParser
import Dashboard
import Mesh
import MeshProtocol

/// What is looked at of a mesh, and how.
struct DashboardOptions: ParsableArguments {
    // What begins with - is a filter, too.
    @Option(
        name: .long, parsing: .unconditional,
        help: "Only peers that match, as: status:working @backend -name:ci")
    var filter: String?
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The column to sort by; the other way as age:desc.", valueName: "column"))
    var sort: String?
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The columns to show, in their order: name,status,age,role,…", valueName: "names"))
    var columns: String?
    @Option(name: .long, help: "A tree by: group, host, mesh.")
    var tree: String?

    /// Makes a dashboard show what was asked for; what cannot be is refused.
    func apply(to state: inout DashboardState) throws(SkeinError) {
        if let columns {
            let names = columns.split(separator: ",").map { String($0.filter { $0 != " " }) }
            for name in names { _ = try Self.column(name) }
            guard !names.isEmpty else { throw Self.wrong("--columns names no column") }
            state.show(columns: names)
        }
        if let sort {
            let isReversed = sort.hasSuffix(":desc")
            let column = try Self.column(isReversed ? String(sort.dropLast(5)) : sort)
            state.sort(by: column, ascending: !isReversed)
        }
        if let tree {
            guard let grouping = PeerGrouping(rawValue: tree) else {
                throw Self.wrong("There is no tree by “\(tree)”", hint: "There are group, host and mesh")
            }
            state.group(by: grouping)
        }
        if let filter, let problem = state.narrow(to: filter) {
            throw Self.wrong("--filter: \(problem)")
        }
    }

    private static func column(_ name: String) throws(SkeinError) -> String {
        guard PeerColumn.called(name) != nil else {
            let all = PeerColumn.all.map(\.id).joined(separator: ", ")
            throw wrong("There is no column “\(name)”", hint: "There are: \(all)")
        }
        return name
    }

    private static func wrong(_ message: String, hint: String? = nil) -> SkeinError {
        SkeinError(.arguments, message, hint: hint)
    }
}
