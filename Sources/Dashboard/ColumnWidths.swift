import Mesh
import Text
import Widgets

/// How wide what stands in each column is, kept as peers come and go: how many cells have each
/// width, so that neither a change nor a frame looks at all of them.
struct ColumnWidths: Sendable {
    private static let measured = PeerColumn.all.filter {
        if case .content = $0.width { true } else { false }
    }

    private static let stride = PeerColumn.widest + 1

    /// By column and width, one column after another.
    private var counts = Array(repeating: 0, count: measured.count * stride)

    /// The widths of a peer's cells, to be added, and removed again when it changes.
    static func of(_ peer: MeshPeer) -> [UInt8] {
        // Of both sets of signs the one that takes more room.
        let cell = PeerCell(
            peer: peer.peer, mesh: peer.mesh, slug: peer.slug, isLive: false, glyphs: .ascii)
        return measured.map { UInt8(min(PeerColumn.widest, $0.cell(cell).columns)) }
    }

    mutating func add(_ widths: [UInt8], _ number: Int = 1) {
        for (column, width) in widths.enumerated() {
            counts[column * Self.stride + Int(width)] += number
        }
    }

    mutating func remove(_ widths: [UInt8]) { add(widths, -1) }

    /// What the widest cell of a column takes.
    func widest(_ id: String) -> Int {
        guard let column = Self.measured.firstIndex(where: { $0.id == id }) else { return 0 }
        let start = column * Self.stride
        let widest = counts[start..<(start + Self.stride)].lastIndex { $0 > 0 }
        return widest.map { $0 - start } ?? 0
    }
}
