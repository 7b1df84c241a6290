import Mesh

/// How peers stand together. To add a way, add a case and say what a peer stands under.
public enum PeerGrouping: String, CaseIterable, Sendable {
    case none, group, host, mesh

    /// Branches a peer may stand under at most.
    static let limit = 32

    /// What a peer stands under, each once; an empty name where it has none.
    func branches(of peer: MeshPeer) -> [String] {
        switch self {
        case .none: return []
        case .group:
            var seen: Set<String> = []
            let names = peer.peer.groups.prefix(Self.limit).map(\.name)
                .filter { !$0.isEmpty && seen.insert($0).inserted }
            return names.isEmpty ? [""] : names
        case .host: return [peer.peer.hostname ?? ""]
        case .mesh: return [peer.slug]
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
        case peer(PeerKey, under: String?)

        public var peer: PeerKey? {
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

    /// A row and where it stands among the others. There are as many as peers, so it is small.
    private struct Row: Sendable {
        var branch: Branch?
        /// Where its peer's entry is kept; `noSlot` for the row of the branch itself.
        var slot: Int
    }

    private static let noSlot = -1

    private final class Branch: Sendable {
        let folded: String
        let name: String

        init(_ name: String) {
            folded = PeerOrder.folded(name)
            self.name = name
        }
    }

    private struct Entry: Sendable {
        var peer: MeshPeer
        var hasLeft: Bool
        var branches: [String]
        var widths: [UInt8]
        var isShown: Bool
        /// False for one that was forgotten, whose room waits for another.
        var isKept = true
    }

    private(set) var shape = Shape()
    /// Branches whose peers are folded away.
    private(set) var folded: Set<String> = []
    private(set) var widths = ColumnWidths()
    /// The rows, and everybody in the same order whether shown or not, so that another filter or
    /// another grouping needs no sorting.
    private var tree = OrderedTree<Row>()
    private var everybody = OrderedTree<Int>()
    private var mail: [PeerKey: PeerMail] = [:]
    private var slots: [PeerKey: Int] = [:]
    private var entries: [Entry] = []
    /// By slot, what it is ordered by.
    private var keys: [PeerOrder.Key] = []
    private var free: [Int] = []
    /// Peers shown under each branch that has any.
    private var members: [String: Int] = [:]
    private var present: [Status: Int] = [:]
    /// Peers that are there and wait for a person.
    private(set) var waiting = 0
    /// Peers that match the filter, each counted once.
    private(set) var shown = 0

    public init() {}

    public var count: Int { tree.count }
    /// Peers that are known, those among them that left a moment ago.
    var known: Int { slots.count }

    public subscript(place: Int) -> ID { id(tree[place]) }

    func ids(_ range: Range<Int>) -> [ID] { tree.elements(range).map(id) }

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
            return tree.place(of: head(name), by: byRow)
        case .peer(let peer, let branch):
            guard let slot = slots[peer], (branch == nil) == (shape.grouping == .none) else {
                return nil
            }
            return tree.place(of: row(slot, under: branch), by: byRow)
        }
    }

    /// Another row of the same peer: the first of those under a branch that is open.
    func row(of peer: PeerKey) -> ID? {
        guard let entry = slots[peer].map({ entries[$0] }), entry.isShown else { return nil }
        guard shape.grouping != .none else { return .peer(peer, under: nil) }
        let open = entry.branches.filter { !folded.contains($0) }
        return open.first.map { .peer(peer, under: $0) }
    }

    // MARK: - Changes

    /// A peer that came, or changed.
    mutating func put(_ peer: MeshPeer, hasLeft: Bool = false) {
        remove(peer.id)
        let slot = keep(makeEntry(peer, hasLeft))
        everybody.insert(slot, by: bySlot)
        guard entries[slot].isShown else { return }
        for branch in entries[slot].branches { meet(branch) }
        for row in rows(of: slot) { tree.insert(row, by: byRow) }
    }

    /// Forgets a peer; does nothing where it is not known.
    mutating func remove(_ id: PeerKey) {
        guard let slot = slots.removeValue(forKey: id) else { return }
        everybody.remove(slot, by: bySlot)
        count(entries[slot], -1)
        if entries[slot].isShown {
            for row in rows(of: slot) { tree.remove(row, by: byRow) }
            for branch in entries[slot].branches { leave(branch) }
        }
        entries[slot].isKept = false
        free.append(slot)
    }

    /// Other peers altogether, in another shape where one is given.
    mutating func replace(
        present: some Collection<MeshPeer>, departed: some Collection<MeshPeer>,
        shape: Shape? = nil
    ) {
        let old = self
        self = PeerRows()
        self.shape = shape ?? old.shape
        if self.shape.grouping == old.shape.grouping { folded = old.folded }
        mail = old.mail
        let count = present.count + departed.count
        entries.reserveCapacity(count)
        keys.reserveCapacity(count)
        slots.reserveCapacity(count)
        for peer in present { keep(makeEntry(peer, false)) }
        for peer in departed { keep(makeEntry(peer, true)) }
        sort()
        layOut()
    }

    /// Another shape. What it leaves as it was is not made anew.
    mutating func change(_ shape: Shape) {
        let old = self.shape
        self.shape = shape
        let isRegrouped = shape.grouping != old.grouping
        let isResorted = shape.column != old.column || shape.order != old.order
        var isNew = isRegrouped || isResorted
        if isRegrouped {
            folded = []
            for slot in slots.values {
                entries[slot].branches = shape.grouping.branches(of: entries[slot].peer)
            }
        }
        if shape.filter != old.filter, refilter(after: old.filter) { isNew = true }
        if isResorted {
            for slot in slots.values { keys[slot] = key(of: entries[slot].peer) }
            sort()
        }
        if isNew { layOut() }
    }

    /// Asks the filter anew, of a narrower one only about those who are shown. False where
    /// everybody is as before.
    private mutating func refilter(after old: PeerFilter) -> Bool {
        let filter = shape.filter
        let isNarrower = filter.isNarrower(than: old)
        // Looked at where they lie: a copy of each would cost more than the question.
        let changed = entries.withUnsafeBufferPointer { entries in
            entries.indices.filter { slot in
                guard entries[slot].isKept, entries[slot].isShown || !isNarrower else {
                    return false
                }
                let isShown = filter.matches(
                    entries[slot].peer.peer, of: entries[slot].peer.slug,
                    hasLeft: entries[slot].hasLeft)
                return isShown != entries[slot].isShown
            }
        }
        for slot in changed {
            entries[slot].isShown.toggle()
            let number = entries[slot].isShown ? 1 : -1
            shown += number
            widths.add(entries[slot].widths, number)
        }
        return !changed.isEmpty
    }

    private static func matches(_ filter: PeerFilter, _ entry: Entry) -> Bool {
        filter.matches(entry.peer.peer, of: entry.peer.slug, hasLeft: entry.hasLeft)
    }

    /// What mail there is, by peer. Only those move for whom that changed.
    mutating func tell(_ new: [PeerKey: PeerMail]) {
        let old = mail
        mail = new
        guard PeerColumn.called(shape.column)?.number != nil else { return }
        for id in Set(old.keys).union(new.keys) where old[id] != new[id] {
            guard let entry = slots[id].map({ entries[$0] }) else { continue }
            put(entry.peer, hasLeft: entry.hasLeft)
        }
    }

    /// Folds a branch, or opens it.
    mutating func toggle(_ branch: String) {
        if folded.remove(branch) == nil { folded.insert(branch) }
        layOut()
    }

    // MARK: -

    private func key(of peer: MeshPeer) -> PeerOrder.Key {
        let column = PeerColumn.called(shape.column)
        let number = column?.number.map { PeerOrder.Value.number(~Int64($0(mail[peer.id] ?? PeerMail()))) }
        return PeerOrder.Key(number ?? column?.value(peer) ?? .missing, of: peer)
    }

    private func makeEntry(_ peer: MeshPeer, _ hasLeft: Bool) -> Entry {
        var entry = Entry(
            peer: peer, hasLeft: hasLeft, branches: shape.grouping.branches(of: peer),
            widths: ColumnWidths.of(peer), isShown: true)
        entry.isShown = Self.matches(shape.filter, entry)
        return entry
    }

    /// Keeps an entry and counts it; its place is another matter.
    @discardableResult
    private mutating func keep(_ entry: Entry) -> Int {
        let slot = free.popLast() ?? entries.count
        let key = key(of: entry.peer)
        if slot < entries.count {
            entries[slot] = entry
            keys[slot] = key
        } else {
            entries.append(entry)
            keys.append(key)
        }
        slots[entry.peer.id] = slot
        count(entry, 1)
        return slot
    }

    private mutating func count(_ entry: Entry, _ number: Int) {
        if !entry.hasLeft {
            present[entry.peer.peer.status, default: 0] += number
            if entry.peer.peer.waits { waiting += number }
        }
        guard entry.isShown else { return }
        shown += number
        widths.add(entry.widths, number)
    }

    private mutating func sort() {
        var order = Array(slots.values)
        let precedes = shape.order
        // Numbers are moved about, not what they stand for.
        keys.withUnsafeBufferPointer { keys in
            order.sort { precedes.precedes(keys[$0], keys[$1]) }
        }
        everybody = OrderedTree(sorted: order)
    }

    /// The rows anew, from everybody in their order.
    private mutating func layOut() {
        members = [:]
        var rows: [Row] = []
        if shape.grouping == .none {
            rows.reserveCapacity(shown)
            everybody.forEach { slot in
                if entries[slot].isShown { rows.append(Row(branch: nil, slot: slot)) }
            }
        } else {
            var under: [String: [Int]] = [:]
            everybody.forEach { slot in
                guard entries[slot].isShown else { return }
                for branch in entries[slot].branches { under[branch, default: []].append(slot) }
            }
            members = under.mapValues(\.count)
            let heads = under.keys.map(head).sorted(by: byRow)
            for head in heads {
                rows.append(head)
                guard let branch = head.branch, !folded.contains(branch.name) else { continue }
                rows += (under[branch.name] ?? []).map { Row(branch: branch, slot: $0) }
            }
        }
        tree = OrderedTree(sorted: rows)
    }

    private mutating func meet(_ branch: String) {
        members[branch, default: 0] += 1
        if members[branch] == 1 { tree.insert(head(branch), by: byRow) }
    }

    private mutating func leave(_ branch: String) {
        members[branch, default: 0] -= 1
        guard members[branch] == 0 else { return }
        members[branch] = nil
        tree.remove(head(branch), by: byRow)
    }

    private func rows(of slot: Int) -> [Row] {
        guard shape.grouping != .none else { return [row(slot, under: nil)] }
        return entries[slot].branches.filter { !folded.contains($0) }.map { row(slot, under: $0) }
    }

    private func head(_ branch: String) -> Row { Row(branch: Branch(branch), slot: Self.noSlot) }

    private func row(_ slot: Int, under branch: String?) -> Row {
        Row(branch: branch.map(Branch.init), slot: slot)
    }

    private func id(_ row: Row) -> ID {
        guard row.slot != Self.noSlot else { return .branch(row.branch?.name ?? "") }
        return .peer(keys[row.slot].id, under: row.branch?.name)
    }

    // They hold what the rows are ordered by, and are gone before that changes, so that it is
    // never copied.

    private var byRow: (Row, Row) -> Bool {
        let (order, keys) = (shape.order, keys)
        return { Self.precedes($0, $1, order, keys) }
    }

    private var bySlot: (Int, Int) -> Bool {
        let (order, keys) = (shape.order, keys)
        return { order.precedes(keys[$0], keys[$1]) }
    }

    /// Branches by name, peers without one last; under each its peers in their order.
    private static func precedes(
        _ left: Row, _ right: Row, _ order: PeerOrder, _ keys: [PeerOrder.Key]
    ) -> Bool {
        if let one = left.branch, let other = right.branch, one !== other, one.name != other.name {
            if one.name.isEmpty || other.name.isEmpty { return other.name.isEmpty }
            return one.folded == other.folded ? one.name < other.name : one.folded < other.folded
        }
        guard right.slot != noSlot else { return false }
        guard left.slot != noSlot else { return true }
        return order.precedes(keys[left.slot], keys[right.slot])
    }
}
