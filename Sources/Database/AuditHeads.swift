/// The newest entry of each mesh's log that one transaction has touched: written once, however many
/// entries it adds.
final class AuditHeads {
    struct Head {
        var number: Int64
        var hash: String
        var isWritten: Bool
    }

    var ofMesh: [String: Head] = [:]
}
