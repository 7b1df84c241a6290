import MeshProtocol

/// What a program does with the relay that it finds running.
enum RelayChoice: Equatable {
    case use
    /// It is an older program's: it is asked to end, and one of this program's is started.
    case replace
    /// It speaks in a way this program does not know.
    case updateSkein
    /// It is older and cannot be spoken to, and this caller may not replace it.
    case leave

    /// A newer program replaces an older one's relay. A relay that is newer, or whose version
    /// cannot be compared, is used where it speaks the same protocol. Who runs inside a launch, or
    /// only looks whether a relay runs (`mayReplace` is false), uses an older one where it can.
    init(
        theirs: (protocolVersion: Int, programVersion: String),
        ours: (protocolVersion: Int, programVersion: String), mayReplace: Bool
    ) {
        let isSpokenTo = theirs.protocolVersion == ours.protocolVersion
        let isOlder: Bool
        if let theirVersion = ProgramVersion(theirs.programVersion),
            let ourVersion = ProgramVersion(ours.programVersion), theirVersion != ourVersion
        {
            isOlder = theirVersion < ourVersion
        } else {
            isOlder = theirs.protocolVersion < ours.protocolVersion
        }
        switch (isOlder, mayReplace, isSpokenTo) {
        case (true, true, _): self = .replace
        case (_, _, true): self = .use
        case (true, false, false): self = .leave
        case (false, _, false): self = .updateSkein
        }
    }
}

/// A program's version (Semantic Versioning 2.0.0; what follows a `+` does not count).
struct ProgramVersion: Comparable {
    private var numbers: [Int]
    /// What follows a hyphen, in its parts; a version without is later than any with.
    private var before: [String]

    /// Nil for what is not three numbers, with or without more after a hyphen.
    init?(_ text: String) {
        guard text.utf8.count <= 100 else { return nil }
        let core = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)[0]
        let parts = core.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false).map {
            $0.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int($0) : nil
        }
        guard numbers.count == 3, numbers.allSatisfy({ $0 != nil }) else { return nil }
        self.numbers = numbers.compactMap { $0 }
        before = parts.count == 1 ? [] : parts[1].split(separator: ".").map { String($0) }
    }

    static func < (a: ProgramVersion, b: ProgramVersion) -> Bool {
        if a.numbers != b.numbers { return a.numbers.lexicographicallyPrecedes(b.numbers) }
        if a.before.isEmpty || b.before.isEmpty { return !a.before.isEmpty && b.before.isEmpty }
        for (first, second) in zip(a.before, b.before) where first != second {
            switch (Int(first), Int(second)) {
            case (let one?, let other?): return one < other
            case (_?, nil): return true
            case (nil, _?): return false
            case (nil, nil): return first < second
            }
        }
        return a.before.count < b.before.count
    }
}
