import Mesh

/// How peers stand together. To add a way, add a case and say what a peer stands under.
public enum PeerGrouping: String, CaseIterable, Sendable {
    case none, group, host

    /// Branches a peer may stand under at most.
    static let limit = 32

    /// What a peer stands under, each once; an empty name where it has none.
    func branches(of peer: Peer) -> [String] {
        switch self {
        case .none: return []
        case .group:
            var seen: Set<String> = []
            let names = peer.groups.prefix(Self.limit).map(\.name)
                .filter { !$0.isEmpty && seen.insert($0).inserted }
            return names.isEmpty ? [""] : names
        case .host: return [peer.hostname ?? ""]
        }
    }
}

/// The rows of the peers table in their order: sorted, filtered, under branches where a tree is
/// shown. A change of one peer costs the logarithm of their number, and so does a row.
public struct PeerRows: Sendable {
    /// What a row is, wherever it stands.
    public enum ID: Hashable, Sendable {
        case branch(String)
        /// A peer under a branch; under none in a plain list.
        case peer(String, under: String?)

        public var peer: String? {
            if case .peer(let id, _) = self { return id }
            return nil
        }
    }

    /// What the rows are made by. A change of it is a change of all.
    struct Shape: Sendable, Equatable {
        var column = "name"
        var order = PeerOrder()
        var filter = PeerFilter.everything
        var grouping = PeerGrouping.none
    }

    /// A row and where it stands among the others.
    private struct Row: Sendable {
        var branch: (folded: String, name: String)?
        /// Nil for the row of the branch itself.
        var key: PeerOrder.Key?
    }

    private struct Entry {
        var key: PeerOrder.Key
        var branches: [String]
        var widths: [UInt8]
        var status: Status
        var hasLeft: Bool
        var isShown: Bool
    }

    private(set) var shape = Shape()
    /// Branches whose peers are folded away.
    private(set) var folded: Set<String> = []
    private(set) var widths = ColumnWidths()
    private var tree = OrderedTree<Row>()
    private var entries: [String: Entry] = [:]
    /// Peers shown under each branch that has any.
    private var members: [String: Int] = [:]
    private var present: [Status: Int] = [:]
    /// Peers that match the filter, each counted once.
    private(set) var shown = 0

    public init() {}

    public var count: Int { tree.count }
    /// Peers that are known, those among them that left a moment ago.
    var known: Int { entries.count }

    public subscript(place: Int) -> ID { Self.id(tree[place]) }

    func ids(_ range: Range<Int>) -> [ID] { tree.elements(range).map(Self.id) }

    /// Peers that are there now, by what they do.
    func count(of status: Status) -> Int { present[status, default: 0] }
    var presentCount: Int { present.values.reduce(0, +) }

    /// Peers under a branch that match the filter.
    func members(of branch: String) -> Int { members[branch, default: 0] }

    /// Where a row stands, or nil where it is not among them.
    public func place(of id: ID) -> Int? {
        guard let place = wouldBePlace(of: id), place < count, self[place] == id else {
            return nil
        }
        return place
    }

    /// Where a row stands, or would stand if it were among them; nil where it is not known.
    func wouldBePlace(of id: ID) -> Int? {
        switch id {
        case .branch(let name):
            return tree.place(of: row(branch: name), by: byPlace)
        case .peer(let peer, let branch):
            guard let key = entries[peer]?.key, (branch == nil) == (shape.grouping == .none) else {
                return nil
            }
            return tree.place(of: row(key, under: branch), by: byPlace)
        }
    }

    /// Another row of the same peer: the first of those under a branch that is open.
    func row(of peer: String) -> ID? {
        guard let entry = entries[peer], entry.isShown else { return nil }
        guard shape.grouping != .none else { return .peer(peer, under: nil) }
        let open = entry.branches.filter { !folded.contains($0) }
        return open.first.map { .peer(peer, under: $0) }
    }

    // MARK: - Changes

    /// A peer that came, or changed.
    mutating func put(_ peer: Peer, hasLeft: Bool = false) {
        take(out: peer.id)
        let entry = makeEntry(peer, hasLeft)
        entries[peer.id] = entry
        count(entry, 1)
        guard entry.isShown else { return }
        for branch in entry.branches { meet(branch) }
        for row in rows(of: entry) { tree.insert(row, by: byPlace) }
    }

    mutating func remove(_ id: String) {
        take(out: id)
        entries[id] = nil
    }

    /// Everything anew: another shape, or other peers altogether.
    mutating func rebuild(_ shape: Shape, _ peers: some Sequence<(peer: Peer, hasLeft: Bool)>) {
        if shape.grouping != self.shape.grouping { folded = [] }
        let folded = folded
        self = PeerRows()
        self.shape = shape
        self.folded = folded
        var rows: [Row] = []
        for (peer, hasLeft) in peers {
            let entry = makeEntry(peer, hasLeft)
            entries[peer.id] = entry
            count(entry, 1)
            guard entry.isShown else { continue }
            for branch in entry.branches { members[branch, default: 0] += 1 }
            rows += self.rows(of: entry)
        }
        rows += members.keys.map { row(branch: $0) }
        rows.sort(by: byPlace)
        tree = OrderedTree(sorted: rows)
    }

    /// Folds a branch, or opens it.
    mutating func toggle(_ branch: String) {
        let isOpening = folded.contains(branch)
        if !isOpening { folded.insert(branch) }
        for entry in entries.values where entry.isShown && entry.branches.contains(branch) {
            let row = row(entry.key, under: branch)
            if isOpening {
                tree.insert(row, by: byPlace)
            } else {
                tree.remove(row, by: byPlace)
            }
        }
        if isOpening { folded.remove(branch) }
    }

    // MARK: -

    private func makeEntry(_ peer: Peer, _ hasLeft: Bool) -> Entry {
        let value = PeerColumn.called(shape.column)?.value(peer) ?? .missing
        return Entry(
            key: PeerOrder.Key(value, of: peer), branches: shape.grouping.branches(of: peer),
            widths: ColumnWidths.of(peer), status: peer.status, hasLeft: hasLeft,
            isShown: shape.filter.matches(peer, hasLeft: hasLeft))
    }

    private mutating func count(_ entry: Entry, _ number: Int) {
        if !entry.hasLeft { present[entry.status, default: 0] += number }
        guard entry.isShown else { return }
        shown += number
        widths.add(entry.widths, number)
    }

    private mutating func take(out id: String) {
        guard let old = entries[id] else { return }
        count(old, -1)
        guard old.isShown else { return }
        for row in rows(of: old) { tree.remove(row, by: byPlace) }
        for branch in old.branches { leave(branch) }
    }

    private mutating func meet(_ branch: String) {
        members[branch, default: 0] += 1
        if members[branch] == 1 { tree.insert(row(branch: branch), by: byPlace) }
    }

    private mutating func leave(_ branch: String) {
        members[branch, default: 0] -= 1
        guard members[branch] == 0 else { return }
        members[branch] = nil
        tree.remove(row(branch: branch), by: byPlace)
    }

    private func rows(of entry: Entry) -> [Row] {
        guard shape.grouping != .none else { return [Row(key: entry.key)] }
        return entry.branches.filter { !folded.contains($0) }.map { row(entry.key, under: $0) }
    }

    private func row(_ key: PeerOrder.Key? = nil, under branch: String?) -> Row {
        Row(branch: branch.map { (PeerOrder.folded($0), $0) }, key: key)
    }

    private func row(branch: String) -> Row { row(under: branch) }

    private static func id(_ row: Row) -> ID {
        guard let key = row.key else { return .branch(row.branch?.name ?? "") }
        return .peer(key.id, under: row.branch?.name)
    }

    /// It holds nothing of the rows, so that they are not copied when they change.
    private var byPlace: (Row, Row) -> Bool {
        let order = shape.order
        return { Self.precedes($0, $1, order) }
    }

    /// Branches by name, peers without one last; under each its peers in their order.
    private static func precedes(_ left: Row, _ right: Row, _ order: PeerOrder) -> Bool {
        if let one = left.branch, let other = right.branch, one.name != other.name {
            if one.name.isEmpty || other.name.isEmpty { return other.name.isEmpty }
            return one.folded == other.folded ? one.name < other.name : one.folded < other.folded
        }
        guard let other = right.key else { return false }
        guard let one = left.key else { return true }
        return order.precedes(one, other)
    }
}
