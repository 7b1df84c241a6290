/// What a peer has counted.
public struct PeerStats: Hashable, Sendable {
    public var messagesIn: Int?
    public var messagesOut: Int?
    public var toolCalls: Int?
    /// Seconds.
    public var uptime: Int?
    public var errors: Int?

    public init(
        messagesIn: Int? = nil, messagesOut: Int? = nil, toolCalls: Int? = nil,
        uptime: Int? = nil, errors: Int? = nil
    ) {
        self.messagesIn = messagesIn
        self.messagesOut = messagesOut
        self.toolCalls = toolCalls
        self.uptime = uptime
        self.errors = errors
    }

    /// Whether something was done between `earlier` and now: a sign of life (protocol decision 5).
    public func hasGrown(since earlier: PeerStats?) -> Bool {
        func grew(_ field: KeyPath<PeerStats, Int?>) -> Bool {
            (self[keyPath: field] ?? 0) > (earlier?[keyPath: field] ?? 0)
        }
        return grew(\.toolCalls) || grew(\.messagesIn) || grew(\.messagesOut)
    }

    /// No count is negative.
    public var isBearable: Bool {
        [messagesIn, messagesOut, toolCalls, uptime, errors].allSatisfy { ($0 ?? 0) >= 0 }
    }

    // MARK: - Counts beyond one session

    /// The counts that go on from one session to the next. An uptime does not.
    private static var lasting: [WritableKeyPath<PeerStats, Int?>] {
        [\.messagesIn, \.messagesOut, \.toolCalls, \.errors]
    }

    /// Whether whoever counted these began with `base`.
    public func goesOn(from base: PeerStats) -> Bool {
        Self.lasting.allSatisfy { (self[keyPath: $0] ?? 0) >= (base[keyPath: $0] ?? 0) }
    }

    /// These counts and what `later` has beyond `base`, all of them named.
    public func adding(_ later: PeerStats?, beyond base: PeerStats) -> PeerStats {
        var sum = PeerStats()
        for field in Self.lasting {
            let more = max(0, (later?[keyPath: field] ?? 0) - (base[keyPath: field] ?? 0))
            let (total, overflow) = (self[keyPath: field] ?? 0).addingReportingOverflow(more)
            sum[keyPath: field] = overflow ? .max : total
        }
        return sum
    }
}

extension PeerStats: Codable {
    private enum Field: String, CodingKey {
        case messagesIn, messagesOut, toolCalls, uptime, errors
    }

    /// Fractions, as some clients send seconds, are cut off.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Field.self)
        func count(_ field: Field) throws -> Int? {
            guard let number = try container.decodeIfPresent(Double.self, forKey: field) else {
                return nil
            }
            guard let whole = Int(exactly: number.rounded(.towardZero)) else {
                throw DecodingError.dataCorruptedError(
                    forKey: field, in: container, debugDescription: "no count")
            }
            return whole
        }
        messagesIn = try count(.messagesIn)
        messagesOut = try count(.messagesOut)
        toolCalls = try count(.toolCalls)
        uptime = try count(.uptime)
        errors = try count(.errors)
    }
}
