import Foundation
import Mesh
import MeshProtocol

/// What a mesh's history is told.
public enum HistoryRecord: Sendable {
    /// Everybody who is there.
    case snapshot([Peer])
    case changed(PeerChanges)
    case link(LinkState)
    /// Nobody looks at the mesh from now on: what is known now is not known any more.
    case unwatched
    /// All of this mesh. Their numbers are given here.
    case events([MeshEvent])
}

/// One row of the history.
struct HistoryEntry: Equatable, Sendable {
    enum Kind: Int, Sendable {
        /// Everybody, where nobody was known before.
        case keyframe = 0
        case changes = 1
        case link = 2
        /// Everybody once more, so that what came before can go. The history's own SQL counts on
        /// what is less than this being a change.
        case repeated = 3
        case event = 4
    }

    var number: Int64
    var at: Moment
    var kind: Kind
    var body: Data
    /// The number of the keyframe it is counted from; its own where it is one.
    var segment: Int64
    /// The link as it is after it.
    var link: LinkState
}

/// Everything that is true of a mesh at one moment.
struct HistoryKeyframe: Codable {
    var link: LinkState
    var peers: [Peer]
}

/// What is kept of an event beside its number, its mesh and its time.
struct HistoryEvent: Codable {
    var peer: String?
    var name: String
    var what: MeshEvent.What

    init(_ event: MeshEvent) { (peer, name, what) = (event.peer, event.name, event.what) }
}

enum HistoryJSON {
    /// Texts, whole numbers and truths: none of them can fail.
    static func encoded(_ value: some Encodable) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(value)) ?? Data()
    }
}
