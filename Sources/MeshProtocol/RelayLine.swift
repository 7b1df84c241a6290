import Foundation
import Mesh

// The relay's socket speaks one JSON object a line, UTF-8, at most 8 MiB a line.
// On connecting, the relay sends a greeting; then each request is answered by one reply with the
// same `id`, except `watch`, which is answered by events until the socket closes.

/// The relay's first line.
public struct RelayGreeting: Codable, Equatable, Sendable {
    /// The version of these lines.
    public var protocolVersion: Int
    /// The version of the program that runs the relay.
    public var programVersion: String
    public var pid: Int32

    public static let currentProtocol = 2

    public init(protocolVersion: Int = currentProtocol, programVersion: String, pid: Int32) {
        self.protocolVersion = protocolVersion
        self.programVersion = programVersion
        self.pid = pid
    }
}

/// Something that can be asked of the relay, one type each. To add one: write its type beside
/// the others in `RelayQuestions`, and say in the relay what is done (`RelayDeed`).
public protocol RelayQuestion: Codable, Sendable {
    associatedtype Answer: Codable & Sendable

    /// What the line calls it.
    static var word: String { get }
    /// Refused to whatever runs inside a launch: an agent is not the person.
    static var isForPersonOnly: Bool { get }
}

extension RelayQuestion {
    public static var isForPersonOnly: Bool { false }
}

/// The answer to what has none to give.
public struct Done: Codable, Equatable, Sendable {
    public init() {}
}

/// Proves a line to come from a launch: both are in the launch's environment.
public struct LaunchProof: Codable, Equatable, Sendable {
    public var id: LaunchID
    public var token: String

    public init(id: LaunchID, token: String) {
        self.id = id
        self.token = token
    }

    /// That of the launch around this process; nil outside of one.
    public init?(environment: [String: String]) {
        guard let id = environment["SKEIN_LAUNCH"], !id.isEmpty,
            let token = environment["SKEIN_LAUNCH_TOKEN"], !token.isEmpty
        else { return nil }
        self.init(id: LaunchID(rawValue: id), token: token)
    }
}

/// One question as it is written to the socket.
public struct RelayRequest<Question: RelayQuestion>: Codable, Sendable {
    public var id: Int
    public var ask: String
    public var launch: LaunchProof?
    public var with: Question

    public init(id: Int, launch: LaunchProof? = nil, _ question: Question) {
        self.id = id
        ask = Question.word
        self.launch = launch
        with = question
    }
}

/// What every request has, whatever it asks.
public struct RelayRequestHead: Codable, Sendable {
    public var id: Int
    public var ask: String
    public var launch: LaunchProof?
}

/// A reply as it is written to the socket: exactly one of the three is there.
public struct RelayReply<Answer: Codable & Sendable>: Codable, Sendable {
    public var id: Int
    public var answer: Answer?
    public var failed: SkeinError?
    public var event: RelayEvent?

    public init(id: Int, answer: Answer) {
        self.id = id
        self.answer = answer
    }

    public init(id: Int, failed: SkeinError) {
        self.id = id
        self.failed = failed
    }

    public init(id: Int, event: RelayEvent) {
        self.id = id
        self.event = event
    }
}

/// What every reply has, whatever it answers.
public struct RelayReplyHead: Codable, Sendable {
    public var id: Int
    public var failed: SkeinError?
    public var event: RelayEvent?
}
