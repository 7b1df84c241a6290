import Mesh
import MeshProtocol

/// What a broker's answer to a message means for it.
enum MailVerdict: Equatable, Sendable {
    case stored
    /// Trying again helps nobody.
    case dead(String)
    /// It may be taken later.
    case later(String)
    /// Nothing was answered: it goes again when the link is back.
    case unanswered

    init(_ answer: Result<AckFrame, SkeinError>) {
        switch answer {
        case .success(let ack) where ack.error == nil && (ack.queued || !ack.messageId.isEmpty):
            self = .stored
        case .success(let ack): self = Self.refusal(ack.error ?? "")
        case .failure(let error):
            // A link that was refused keeps its mail: the person may be let in again.
            self =
                error.code == .brokerRefused && error.message.hasPrefix(Self.refused)
                ? Self.refusal(String(error.message.dropFirst(Self.refused.count)))
                : .unanswered
        }
    }

    /// What comes after it of the same sender has to wait, too.
    var stopsSender: Bool {
        switch self {
        case .stored, .dead: false
        case .later, .unanswered: true
        }
    }

    private static let refused = "the broker refused: "

    /// By the code before the colon (protocol decision 17); the broker's own words are not shown
    /// where the code says enough.
    private static func refusal(_ error: String) -> MailVerdict {
        let code = String(error.prefix { $0 != ":" }.prefix(64))
        return switch code {
        case "unknown_recipient": .dead("nobody in the mesh has that key any more")
        case "unknown_target": .dead("the broker does not understand whom it is for")
        case "own_session": .dead("it is addressed to the session that sends it")
        case "session_ended": .dead("that session has ended; write to its member")
        case "too_many_recipients": .dead("it is for more than 4,096 recipients")
        case "unencrypted": .dead("the mesh takes no message that is not encrypted")
        case "invalid_argument": .dead("the broker cannot read it")
        case "too_large": .dead("it is larger than the broker takes")
        case "forbidden": .dead("the broker does not let this member write")
        case "rate_limit": .later("more was sent in a minute than the broker takes")
        case "queue_full": .later("too much waits in the mesh already")
        case "disk_full": .later("the broker's disk is full")
        case "internal": .later("the broker has failed")
        default: .later("the broker refused it: \(word(code))")
        }
    }

    /// A code as it may be shown: the broker may be anybody's.
    private static func word(_ code: String) -> String {
        String(code.unicodeScalars.prefix(40).map { scalar in
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar == "_")
            return isPlain ? Character(scalar) : "?"
        })
    }

    /// Milliseconds until the next attempt: a ceiling that doubles with every one that failed, and
    /// chance below it, so that many senders do not all come back at once.
    static func pause(after attempts: Int, random: Double) -> Int64 {
        let doublings = Int64(min(max(attempts, 0), 12))
        let ceiling: Int64 = min(300_000, 2000 << doublings)
        return ceiling / 2 + Int64(Double(ceiling) / 2 * random)
    }
}
