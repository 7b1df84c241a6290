/// What is due when, by key. Moving a deadline later, as each sign of life does, costs nothing:
/// the old entry is found outdated when its time comes.
struct DeadlineQueue<Key: Hashable & Sendable>: Sendable {
    private var current: [Key: Int64] = [:]
    /// A binary heap, earliest first. An entry says when to look at a key, no more.
    private var heap: [(at: Int64, key: Key)] = []
    private var looks: [Key: Int64] = [:]

    /// Never later than the next deadline; nil where there is none.
    var next: Int64? { current.isEmpty ? nil : heap.first?.at }

    mutating func set(_ key: Key, at: Int64) {
        current[key] = at
        if let look = looks[key], look <= at { return }
        looks[key] = at
        push((at, key))
    }

    mutating func remove(_ key: Key) { current[key] = nil }

    /// The next key whose time has come, taken out.
    mutating func pop(at now: Int64) -> Key? {
        while let first = heap.first, first.at <= now {
            removeFirst()
            // An earlier look was put in since: this one is its leftover.
            guard looks[first.key] == first.at else { continue }
            looks[first.key] = nil
            guard let at = current[first.key] else { continue }
            if at <= now {
                current[first.key] = nil
                return first.key
            }
            looks[first.key] = at
            push((at, first.key))
        }
        if current.isEmpty { (heap, looks) = ([], [:]) }
        return nil
    }

    private mutating func push(_ entry: (at: Int64, key: Key)) {
        heap.append(entry)
        var index = heap.count - 1
        while index > 0, heap[index].at < heap[(index - 1) / 2].at {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < heap.count && heap[child].at < heap[least].at { least = child }
            if least == index { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}
