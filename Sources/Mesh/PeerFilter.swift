/// What narrows a list of peers, as a person types it: words that must all be met.
///
///     retry                any text of the peer holds it, in either case
///     "retry change"       with its spaces
///     status:working,dnd   that field holds one of these (`PeerFilter.Field`)
///     @backend             group:backend
///     role:""              that field is empty
///     /^dev-\d+$/          a `TextPattern`; name:/…/ in one field
///     -word  !word         not
///
/// It is read as it is typed: what is not finished narrows nothing yet. What is wrong is said in
/// `problem`, and the rest still counts.
public struct PeerFilter: Hashable, Sendable {
    /// Characters that are read, and words that count.
    public static let maximumLength = 512
    public static let maximumTerms = 32

    struct Term: Hashable, Sendable {
        var isNegated = false
        /// Nil for any of those that say what a peer is.
        var field: Field?
        var wanted: Wanted
    }

    enum Wanted: Hashable, Sendable {
        /// One of these is held.
        case words([FoldedText])
        /// The text begins so: for fields of a few known words.
        case beginning([FoldedText])
        case pattern(TextPattern)
        case nothing
    }

    let terms: [Term]
    /// The first thing that is wrong, as a sentence without a full stop.
    public let problem: String?

    public static let everything = PeerFilter("")

    /// Everything the status of a peer can be asked for.
    public static let statusWords: [String] = Field.status.values ?? []

    public init(_ text: String) {
        var reader = PeerFilterReader(text)
        reader.read()
        terms = reader.terms
        problem = reader.problem
    }

    /// Whether it lets every peer through.
    public var isEmpty: Bool { terms.isEmpty }

    /// - Parameters:
    ///   - mesh: what the peer's mesh is called, where that is known.
    ///   - hasLeft: the peer was there until a moment ago; its status is then `left`.
    public func matches(_ peer: Peer, of mesh: String = "", hasLeft: Bool = false) -> Bool {
        terms.allSatisfy { $0.isMet(by: peer, mesh, hasLeft) != $0.isNegated }
    }

    /// Whether it lets nobody through whom the other holds back, as one that was typed on: then
    /// only those that the other lets through need to be looked at. False where that is not plain.
    public func isNarrower(than other: PeerFilter) -> Bool {
        terms.count >= other.terms.count
            && zip(terms, other.terms).allSatisfy { $0.isNarrower(than: $1) }
    }
}

extension PeerFilter.Term {
    fileprivate func isMet(by peer: Peer, _ mesh: String, _ hasLeft: Bool) -> Bool {
        // What is met by nothing being there, and what by any one text.
        let isForBlank = wanted == .nothing
        let found: Bool
        if let field {
            found = field.anyText(peer, mesh, hasLeft) { isForBlank ? !$0.isEmpty : isMet(in: $0) }
        } else {
            found = PeerFilter.Field.searched.contains { field in
                field.anyText(peer, mesh, hasLeft, isMet)
            }
        }
        return found != isForBlank
    }

    private func isMet(in text: String) -> Bool {
        switch wanted {
        case .nothing: text.isEmpty
        case .words(let words): words.contains { $0.isFound(in: text) }
        case .beginning(let words): words.contains { $0.isBeginning(of: text) }
        case .pattern(let pattern): pattern.isFound(in: text)
        }
    }

    fileprivate func isNarrower(than other: PeerFilter.Term) -> Bool {
        if self == other { return true }
        guard !isNegated, !other.isNegated, field == other.field,
            case .words(let words) = wanted, case .words(let before) = other.wanted,
            words.count == 1, before.count == 1
        else { return false }
        return words[0].isLonger(than: before[0])
    }
}

extension PeerFilter {
    /// What can be asked for by name. To add one, add a case.
    public enum Field: String, CaseIterable, Sendable {
        case name, status, source, role, group, agent, model, host, dir, summary, type, session
        case key, mesh

        /// Words that mean it, beside its own.
        var others: [String] {
            switch self {
            case .group: ["groups"]
            case .host: ["hostname"]
            case .dir: ["directory", "cwd", "path"]
            case .key: ["id", "member"]
            default: []
            }
        }

        /// All it can be, where that is known.
        var values: [String]? {
            switch self {
            case .status: Status.allCases.map(\.rawValue) + ["left"]
            case .source: StatusSource.allCases.map(\.rawValue)
            default: nil
            }
        }

        /// Those a word without a field is looked for in.
        static let searched: [Field] = [
            .name, .status, .role, .group, .agent, .model, .host, .dir, .summary,
        ]

        static func called(_ word: String) -> Field? {
            allCases.first { $0.rawValue == word || $0.others.contains(word) }
        }

        /// Whether any of its texts is such a one. No list of them is made: a filter looks at
        /// every peer there is.
        func anyText(
            _ peer: Peer, _ mesh: String, _ hasLeft: Bool, _ isWanted: (String) -> Bool
        ) -> Bool {
            switch self {
            case .name: isWanted(peer.name)
            case .status: isWanted(hasLeft ? "left" : peer.status.rawValue)
            case .source: isWanted(peer.statusSource.rawValue)
            case .role: isWanted(peer.role ?? "")
            case .group: peer.groups.contains { isWanted($0.name) }
            case .agent: isWanted(peer.agent ?? "")
            case .model: isWanted(peer.model ?? "")
            case .host: isWanted(peer.hostname ?? "")
            case .dir: isWanted(peer.cwd)
            case .summary: isWanted(peer.summary ?? "")
            case .type: isWanted(peer.peerType ?? "")
            case .session: isWanted(peer.sessionID)
            case .key: isWanted(peer.id) || isWanted(peer.memberKey)
            case .mesh: isWanted(mesh)
            }
        }
    }
}

/// A text to look for without regard to case, made ready once.
struct FoldedText: Hashable, Sendable {
    /// Bytes of a text that are looked at.
    static let limit = 4096

    private let bytes: [UInt8]
    private let isASCII: Bool

    init(_ text: String) {
        bytes = Array(text.lowercased().utf8)
        isASCII = bytes.allSatisfy { $0 < 0x80 }
    }

    var isEmpty: Bool { bytes.isEmpty }

    /// Whether it is found only where the other is. Beyond ASCII texts are folded whole, and that
    /// may find what signs alone do not.
    func isLonger(than other: FoldedText) -> Bool {
        isASCII && other.isASCII && bytes.withUnsafeBufferPointer {
            other.place(in: $0, onlyAtStart: false)
        }
    }

    func isFound(in text: String) -> Bool {
        withFolded(text) { place(in: $0, onlyAtStart: false) }
    }

    func isBeginning(of text: String) -> Bool {
        withFolded(text) { place(in: $0, onlyAtStart: true) }
    }

    private func withFolded(_ text: String, _ look: (UnsafeBufferPointer<UInt8>) -> Bool) -> Bool {
        // Only letters of ASCII are folded on the way; beyond it the whole text is.
        if isASCII, let found = text.utf8.withContiguousStorageIfAvailable(look) { return found }
        let cut = text.utf8.count <= Self.limit ? text : String(text.prefix(Self.limit / 4))
        return Array(cut.lowercased().utf8).withUnsafeBufferPointer(look)
    }

    private func place(in text: UnsafeBufferPointer<UInt8>, onlyAtStart: Bool) -> Bool {
        let last = min(text.count, Self.limit) - bytes.count
        guard last >= 0 else { return false }
        for start in 0...(onlyAtStart ? 0 : last) {
            var index = 0
            while index < bytes.count, Self.lower(text[start + index]) == bytes[index] {
                index += 1
            }
            if index == bytes.count { return true }
        }
        return false
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte + 0x20 : byte
    }
}
