/// What can happen to a broker.
enum Event {
    case open(slot: Int)
    /// `fields` are put before those of the hello, as they stand.
    case hello(slot: Int, persona: Int, fields: [UInt8])
    case frame(slot: Int, bytes: [UInt8])
    case pong(slot: Int)
    /// With a close frame.
    case close(slot: Int)
    /// Without one.
    case drop(slot: Int)
    case pass(milliseconds: Int64)
    /// The store does what waits, in one transaction.
    case store
    /// The same, but the disk is full.
    case storeFails
    /// The registry hears what the store has done.
    case answer
}

/// A script is text, an event a line, so that a person can read and write one and the fuzzer can
/// cut and join them:
///
///     o0              a client connects; it is called 0
///     h02             and says hello as persona 2
///     h02 "pid":7     the same, with a field more
///     f0 {"type":…}   a frame; %k1 is the key of persona 1, %m the message pushed last
///     p0  c0  d0      a pong, a close frame, an end without one
///     t250            time passes, in milliseconds
///     s  x  a         the store writes; cannot write; is heard
enum Script {
    /// Clients that are connected at the same time.
    static let slots = 8
    static let personas = 6
    private static let longest = 400

    static func events(_ input: some Collection<UInt8>) -> [Event] {
        input.split(separator: UInt8(ascii: "\n")).prefix(longest).compactMap {
            event(Array($0))
        }
    }

    private static func event(_ line: [UInt8]) -> Event? {
        func digit(_ place: Int, below bound: Int) -> Int {
            place < line.count ? Int(line[place] &- UInt8(ascii: "0")) % bound : 0
        }
        let slot = digit(1, below: slots)
        switch line.first.map({ UnicodeScalar($0) }) {
        case "o": return .open(slot: slot)
        case "h":
            return .hello(
                slot: slot, persona: digit(2, below: personas), fields: Array(line.dropFirst(4)))
        case "f": return .frame(slot: slot, bytes: Array(line.dropFirst(3)))
        case "p": return .pong(slot: slot)
        case "c": return .close(slot: slot)
        case "d": return .drop(slot: slot)
        case "t":
            let digits = line.dropFirst().prefix(10)
            let number = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 &- UInt8(ascii: "0")) % 10 }
            return .pass(milliseconds: number)
        case "s": return .store
        case "x": return .storeFails
        case "a": return .answer
        default: return nil
        }
    }
}
