import Foundation
import Mesh

/// One frame from a broker to a client.
public struct ServerFrame: Equatable, Sendable {
    public enum Body: Sendable {
        case helloAck(HelloAckFrame)
        case error(ErrorFrame)
        case ack(AckFrame)
        case peersList([PresencePeer])
        case snapshot(PresenceSnapshot)
        case delta(PresenceDelta)
        case push(PushFrame)
        /// One of `ServerAnswers.all`.
        case answer(any ServerAnswer)
        /// Sent by a broker that knows more than this program.
        case unknown(type: String)
    }

    public var body: Body
    /// That of the request it answers.
    public var requestID: String?

    public init(_ body: Body, requestID: String? = nil) {
        self.body = body
        self.requestID = requestID
    }

    /// Nil for what is not a JSON object in UTF-8 of bearable depth, or is not what its type
    /// says. The caller bounds its size.
    public static func parse(_ bytes: [UInt8]) -> ServerFrame? {
        guard FrameScan.isSound(bytes) else { return nil }
        return try? JSONDecoder().decode(ServerFrame.self, from: Data(bytes))
    }

    public var json: [UInt8] { fastJSON ?? FrameJSON.bytes(self) }
}

extension ServerFrame: Codable {
    private enum Field: String, CodingKey {
        case type, peers
        case requestID = "_reqId"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Field.self)
        let type = (try? container.decode(String.self, forKey: .type)) ?? ""
        requestID = try? container.decode(String.self, forKey: .requestID)
        body =
            switch type {
            case "hello_ack": .helloAck(try HelloAckFrame(from: decoder))
            case "error": .error(try ErrorFrame(from: decoder))
            case "ack": .ack(try AckFrame(from: decoder))
            case "peers_list":
                .peersList(try container.decode([PresencePeer].self, forKey: .peers))
            case "presence_snapshot": .snapshot(try PresenceSnapshot(from: decoder))
            case "presence_delta": .delta(try PresenceDelta(from: decoder))
            case "push": .push(try PushFrame(from: decoder))
            default:
                if let answer = ServerAnswers.byType[type] {
                    .answer(try answer.init(from: decoder))
                } else {
                    .unknown(type: type)
                }
            }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Field.self)
        switch body {
        case .helloAck(let frame):
            try container.encode("hello_ack", forKey: .type)
            try frame.encode(to: encoder)
        case .error(let frame):
            try container.encode("error", forKey: .type)
            try frame.encode(to: encoder)
        case .ack(let frame):
            try container.encode("ack", forKey: .type)
            try frame.encode(to: encoder)
        case .peersList(let peers):
            try container.encode("peers_list", forKey: .type)
            try container.encode(peers, forKey: .peers)
        case .snapshot(let frame):
            try container.encode("presence_snapshot", forKey: .type)
            try frame.encode(to: encoder)
        case .delta(let frame):
            try container.encode("presence_delta", forKey: .type)
            try frame.encode(to: encoder)
        case .push(let frame):
            try container.encode("push", forKey: .type)
            try frame.encode(to: encoder)
        case .answer(let answer):
            try container.encode(type(of: answer).type, forKey: .type)
            try answer.encode(to: encoder)
        case .unknown(let type):
            try container.encode(type, forKey: .type)
        }
        try container.encodeIfPresent(requestID, forKey: .requestID)
    }
}

extension ServerFrame.Body: Equatable {
    public static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.helloAck(let left), .helloAck(let right)): left == right
        case (.error(let left), .error(let right)): left == right
        case (.ack(let left), .ack(let right)): left == right
        case (.peersList(let left), .peersList(let right)): left == right
        case (.snapshot(let left), .snapshot(let right)): left == right
        case (.delta(let left), .delta(let right)): left == right
        case (.push(let left), .push(let right)): left == right
        case (.answer(let left), .answer(let right)): left.equals(right)
        case (.unknown(let left), .unknown(let right)): left == right
        default: false
        }
    }
}
