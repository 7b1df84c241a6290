import ArgumentParser
import Mesh
import MeshProtocol
import RelayClient

/// `skein message`: how far a message has come, recipient by recipient.
struct MessageVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "message", abstract: "Say how far a message has come.")

    @Argument(help: "Its id, or the first 8 characters or more of it.")
    var id: String
    @OptionGroup var common: CommonOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let relay = try Desk().relay()
        let report = try await relay.ask(FindMessage(try Self.checked(id)))
        try Output.report("message", MessageRow(report), common) { () throws(SkeinError) in
            ReceiptTable.text(report, at: Surroundings.now)
        }
        return .ok
    }

    static func checked(_ id: String) throws(SkeinError) -> String {
        let id = id.lowercased()
        let isID = id.utf8.allSatisfy {
            (48...57).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: "-")
        }
        guard isID, (8...64).contains(id.utf8.count) else {
            throw SkeinError(
                .arguments, "\(id) is no message's id",
                hint: "Give 8 characters or more of what skein send printed", subject: id)
        }
        return id
    }
}
