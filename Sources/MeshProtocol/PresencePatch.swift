import Mesh

/// What changed of one presence: only the fields that did. A field that has no value any more is
/// there as null.
public struct PresencePatch: Equatable, Sendable {
    public let presenceID: String
    private let fields: Set<PresencePeer.Field>
    /// Holds the fields that are named; the others mean nothing.
    private let values: PresencePeer

    /// Nil where nothing changed. Both are the same presence.
    public init?(from old: PresencePeer, to new: PresencePeer) {
        let changed = PresencePeer.columns.filter { $0.differs(old, new) }
        guard !changed.isEmpty else { return nil }
        presenceID = new.presenceID
        fields = Set(changed.map(\.field))
        values = new
    }

    public func apply(to peer: inout PresencePeer) {
        for column in PresencePeer.columns where fields.contains(column.field) {
            column.copy(values, &peer)
        }
    }

    public static func == (left: PresencePatch, right: PresencePatch) -> Bool {
        left.presenceID == right.presenceID && left.fields == right.fields
            && PresencePeer.columns.allSatisfy {
                !left.fields.contains($0.field) || !$0.differs(left.values, right.values)
            }
    }

    /// At most the bytes of it in JSON.
    public var encodedBound: Int { values.encodedBound }
}

extension PresencePatch: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: PresencePeer.Field.self)
        presenceID = try container.decode(String.self, forKey: .presenceID)
        var values = PresencePeer(
            presenceID: presenceID, publicKey: "", memberKey: "",
            connectedAt: Moment(milliseconds: 0), displayName: "", sessionID: "", cwd: "")
        var fields: Set<PresencePeer.Field> = []
        for column in PresencePeer.columns where container.contains(column.field) {
            try column.decode(&values, container)
            fields.insert(column.field)
        }
        self.values = values
        self.fields = fields
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: PresencePeer.Field.self)
        try container.encode(presenceID, forKey: .presenceID)
        for column in PresencePeer.columns where fields.contains(column.field) {
            try column.encode(values, &container)
        }
    }
}
