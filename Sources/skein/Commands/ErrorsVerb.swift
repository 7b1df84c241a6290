import ArgumentParser
import MeshProtocol

/// `skein errors`: what each code means and what to do.
struct ErrorsVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "errors", abstract: "Explain the error codes.")
    @OptionGroup var common: CommonOptions

    @Flag(name: .long, help: "Print Docs/errors.md.")
    var markdown = false
    @Argument(help: "A code, such as E_MESH_NOT_FOUND; without one, all.")
    var code: String?

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        if markdown {
            Output.line(ErrorReference.markdown)
            return .ok
        }
        let codes = try chosen()
        let rows = codes.map {
            Row(code: $0.rawValue, exit: $0.exit.rawValue, meaning: $0.meaning, remedy: $0.remedy)
        }
        try Output.list("errors", rows, called: "errors", common) { () throws(SkeinError) in
            TextTable.text(
                [["CODE", "EXIT", "WHAT HAPPENED", "WHAT TO DO"]]
                    + rows.map { [$0.code, "\($0.exit)", $0.meaning, $0.remedy] })
        }
        return .ok
    }

    private func chosen() throws(SkeinError) -> [ErrorCode] {
        guard let code else { return ErrorCode.allCases }
        guard let known = ErrorCode(rawValue: code.uppercased()) else {
            throw SkeinError(
                .arguments, "There is no error code \(code)", hint: "List them with: skein errors")
        }
        return [known]
    }

    private struct Row: Encodable {
        var code: String
        var exit: Int32
        var meaning: String
        var remedy: String
    }
}
