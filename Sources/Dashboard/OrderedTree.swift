/// Elements in an order, each found by its place and its place found by it, at the cost of the
/// logarithm of their number: a treap that counts. An element is one that neither precedes it nor
/// is preceded by it; the order is handed in, the same each time.
struct OrderedTree<Element: Sendable>: Sendable {
    private struct Node {
        var element: Element
        var priority: UInt64
        var left: Int32 = none
        var right: Int32 = none
        /// Of the node and all beneath it.
        var count: Int32 = 1
    }

    private static var none: Int32 { -1 }

    /// Nodes name each other by their place here; those that were removed are used again.
    private var nodes: [Node] = []
    private var free: [Int32] = []
    private var root: Int32 = none
    private var lastPriority: UInt64 = 0

    init() {}

    /// From elements that are in order already, each once.
    init(sorted elements: some Sequence<Element>) {
        // The rightmost way down, deepest last: what is new hangs beneath it or takes over its end.
        var spine: [Int32] = []
        nodes.reserveCapacity(elements.underestimatedCount)
        for element in elements {
            let new = make(element)
            var last = Self.none
            while let top = spine.last, nodes[at: top].priority < nodes[at: new].priority {
                recount(top)
                last = top
                spine.removeLast()
            }
            nodes[at: new].left = last
            if let top = spine.last { nodes[at: top].right = new }
            spine.append(new)
        }
        root = spine.first ?? Self.none
        for node in spine.reversed() { recount(node) }
    }

    var count: Int { count(root) }

    /// The element at a place, which must be one: less than `count`.
    subscript(place: Int) -> Element {
        var node = root
        var place = place
        while true {
            let before = count(nodes[at: node].left)
            if place == before { return nodes[at: node].element }
            if place < before {
                node = nodes[at: node].left
            } else {
                place -= before + 1
                node = nodes[at: node].right
            }
        }
    }

    /// How many elements precede this one, whether it is among them or not.
    func place(of element: Element, by precedes: (Element, Element) -> Bool) -> Int {
        var node = root
        var place = 0
        while node != Self.none {
            if precedes(nodes[at: node].element, element) {
                place += count(nodes[at: node].left) + 1
                node = nodes[at: node].right
            } else {
                node = nodes[at: node].left
            }
        }
        return place
    }

    /// The elements at some places, those beyond the end left out.
    func elements(_ range: Range<Int>) -> [Element] {
        range.clamped(to: 0..<count).map { self[$0] }
    }

    /// All of them in their order, which costs no more than their number.
    func forEach(_ body: (Element) -> Void) {
        var above: [Int32] = []
        var node = root
        while node != Self.none || !above.isEmpty {
            while node != Self.none {
                above.append(node)
                node = nodes[at: node].left
            }
            let next = above.removeLast()
            body(nodes[at: next].element)
            node = nodes[at: next].right
        }
    }

    mutating func insert(_ element: Element, by precedes: (Element, Element) -> Bool) {
        root = insert(make(element), under: root, by: precedes)
    }

    /// Does nothing where it is not there.
    mutating func remove(_ element: Element, by precedes: (Element, Element) -> Bool) {
        let place = place(of: element, by: precedes)
        guard place < count, !precedes(element, self[place]) else { return }
        root = remove(place, under: root)
    }

    // MARK: -

    private func count(_ node: Int32) -> Int {
        node == Self.none ? 0 : Int(nodes[at: node].count)
    }

    private mutating func recount(_ node: Int32) {
        let beneath = count(nodes[at: node].left) + count(nodes[at: node].right)
        nodes[at: node].count = Int32(beneath + 1)
    }

    private mutating func make(_ element: Element) -> Int32 {
        // SplitMix64: as good as thrown dice, and the same in every run.
        lastPriority &+= 0x9e37_79b9_7f4a_7c15
        var mixed = lastPriority
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        let node = Node(element: element, priority: mixed ^ (mixed >> 31))
        if let place = free.popLast() {
            nodes[at: place] = node
            return place
        }
        nodes.append(node)
        return Int32(nodes.count - 1)
    }

    private mutating func insert(
        _ new: Int32, under node: Int32, by precedes: (Element, Element) -> Bool
    ) -> Int32 {
        guard node != Self.none else { return new }
        if nodes[at: new].priority > nodes[at: node].priority {
            let (left, right) = split(node, before: new, by: precedes)
            nodes[at: new].left = left
            nodes[at: new].right = right
            recount(new)
            return new
        }
        if precedes(nodes[at: new].element, nodes[at: node].element) {
            nodes[at: node].left = insert(new, under: nodes[at: node].left, by: precedes)
        } else {
            nodes[at: node].right = insert(new, under: nodes[at: node].right, by: precedes)
        }
        recount(node)
        return node
    }

    /// What precedes an element, and the rest.
    private mutating func split(
        _ node: Int32, before new: Int32, by precedes: (Element, Element) -> Bool
    ) -> (Int32, Int32) {
        guard node != Self.none else { return (node, node) }
        if precedes(nodes[at: node].element, nodes[at: new].element) {
            let (left, right) = split(nodes[at: node].right, before: new, by: precedes)
            nodes[at: node].right = left
            recount(node)
            return (node, right)
        }
        let (left, right) = split(nodes[at: node].left, before: new, by: precedes)
        nodes[at: node].left = right
        recount(node)
        return (left, node)
    }

    private mutating func remove(_ place: Int, under node: Int32) -> Int32 {
        let before = count(nodes[at: node].left)
        if place == before {
            free.append(node)
            return merge(nodes[at: node].left, nodes[at: node].right)
        }
        if place < before {
            nodes[at: node].left = remove(place, under: nodes[at: node].left)
        } else {
            nodes[at: node].right = remove(place - before - 1, under: nodes[at: node].right)
        }
        recount(node)
        return node
    }

    /// Two trees of which the first precedes the second.
    private mutating func merge(_ left: Int32, _ right: Int32) -> Int32 {
        guard left != Self.none else { return right }
        guard right != Self.none else { return left }
        if nodes[at: left].priority > nodes[at: right].priority {
            nodes[at: left].right = merge(nodes[at: left].right, right)
            recount(left)
            return left
        }
        nodes[at: right].left = merge(left, nodes[at: right].left)
        recount(right)
        return right
    }
}

extension Array {
    fileprivate subscript(at place: Int32) -> Element {
        get { self[Int(place)] }
        _modify { yield &self[Int(place)] }
    }
}
