import Foundation
import Keys
import MeshProtocol
import Testing

/// What stands in Docs/ and is derived from the code is as the code says; `make docs` writes it anew.
@Suite("Documents")
struct DocumentsTests {
    private static let docs = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Docs")

    private static func text(_ name: String) throws -> String {
        try String(contentsOf: docs.appendingPathComponent(name), encoding: .utf8)
    }

    @Test("Docs/keys.md is what the keymap says")
    func keys() throws {
        #expect(try Self.text("keys.md") == Keymap.standard.markdown + "\n")
    }

    @Test("Docs/errors.md is what the registry says")
    func errors() throws {
        #expect(try Self.text("errors.md") == ErrorReference.markdown + "\n")
    }

    @Test("every request and answer of the broker's is named in Docs/protocol.md")
    func frames() throws {
        let text = try Self.text("protocol.md")
        let types = ClientRequests.all.map { $0.type } + ServerAnswers.all.map { $0.type }
        for type in types {
            // As code, whether with its fields or without.
            #expect(text.contains("`\(type)`") || text.contains("`\(type) {"), "\(type)")
        }
    }

    @Test("every error code is E_ and upper case, and unique")
    func codes() {
        let codes = ErrorCode.allCases.map(\.rawValue)
        #expect(Set(codes).count == codes.count)
        for code in codes {
            #expect(code.hasPrefix("E_") && code == code.uppercased())
        }
    }

    @Test("the exit codes are the ten of the contract")
    func exits() {
        #expect(ExitCode.allCases.map(\.rawValue) == Array(0...9))
        #expect(ErrorCode.meshNotFound.exit == .notFound)
        #expect(ErrorCode.agentMissing.exit == .agentMissing)
        #expect(ErrorCode.missing.exit == .arguments)
    }
}
