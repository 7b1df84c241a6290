import Foundation
import Keys
import Mesh
import Testing

@testable import Dashboard

/// Docs/dashboard.md names what the tables of the code name.
@Suite("The dashboard's document")
struct DashboardDocumentTests {
    private static func document() throws -> String {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("Docs/dashboard.md"), encoding: .utf8)
    }

    @Test("every column, field and status is named in it")
    func names() throws {
        let text = try Self.document()
        let words = PeerColumn.all.map(\.id) + PeerFilter.Field.allCases.map(\.rawValue) + PeerFilter.statusWords
        for word in words { #expect(text.contains("`\(word)`"), "\(word)") }
    }

    @Test("what filters it shows are filters")
    func filters() {
        for text in ["retry", "\"retry change\"", "status:working,dnd", "@backend", "role:\"\"", "/^dev-\\d+$/", "name:/^dev/", "-word", "!word", "-status:idle"] {
            #expect(PeerFilter(text).problem == nil && !PeerFilter(text).isEmpty, "\(text)")
        }
    }
}
