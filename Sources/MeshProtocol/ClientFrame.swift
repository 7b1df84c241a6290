import Foundation
import Mesh

/// One frame from a client to its broker.
public struct ClientFrame: Equatable, Sendable {
    public enum Verb: Sendable {
        case hello(HelloFrame)
        case listPeers
        /// `skein/1`: pages of a snapshot, then deltas.
        case watchPresence
        case setStatus(Status)
        case setSummary(String)
        case setVisible(Bool)
        case joinGroup(GroupMembership)
        case leaveGroup(String)
        case send(SendFrame)
        case clientAck(ClientAckFrame)
        /// One of `ClientRequests.all`.
        case request(any ClientRequest)
        /// A verb nobody knows, or none at all.
        case unknown(type: String)
        /// A known verb with a field that is missing or of another kind.
        case invalid(type: String)
    }

    public var verb: Verb
    /// Repeated in the answer.
    public var requestID: String?

    public init(_ verb: Verb, requestID: String? = nil) {
        self.verb = verb
        self.requestID = requestID
    }

    /// Nil for what is not a JSON object in UTF-8 of bearable depth. The caller bounds its size.
    public static func parse(_ bytes: [UInt8]) -> ClientFrame? {
        guard FrameScan.isSound(bytes) else { return nil }
        if let frame = fast(String(decoding: bytes, as: UTF8.self)) { return frame }
        return try? JSONDecoder().decode(ClientFrame.self, from: Data(bytes))
    }

    public var json: [UInt8] { FrameJSON.bytes(self) }
}

extension ClientFrame: Codable {
    private enum Field: String, CodingKey {
        case type, status, summary, visible, name, role
        case requestID = "_reqId"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Field.self)
        let type = (try? container.decode(String.self, forKey: .type)) ?? ""
        let id = try? container.decode(String.self, forKey: .requestID)
        requestID = id.flatMap { $0.utf8.count <= FrameLimits.id ? $0 : nil }
        do {
            verb = try Self.verb(type, container, decoder)
        } catch is DecodingError {
            verb = .invalid(type: type)
        }
    }

    private static func verb(
        _ type: String, _ container: KeyedDecodingContainer<Field>, _ decoder: any Decoder
    ) throws -> Verb {
        switch type {
        case "hello": .hello(try HelloFrame(from: decoder))
        case "list_peers": .listPeers
        case "watch_presence": .watchPresence
        case "set_status": .setStatus(try container.decode(Status.self, forKey: .status))
        case "set_summary": .setSummary(try container.decode(String.self, forKey: .summary))
        case "set_visible": .setVisible(try container.decode(Bool.self, forKey: .visible))
        case "join_group": .joinGroup(try GroupMembership(from: decoder))
        case "leave_group": .leaveGroup(try container.decode(String.self, forKey: .name))
        case "send": .send(try SendFrame(from: decoder))
        case "client_ack": .clientAck(try ClientAckFrame(from: decoder))
        default:
            if let request = ClientRequests.byType[type] {
                .request(try request.init(from: decoder))
            } else {
                .unknown(type: FrameLimits.cut(type, to: FrameLimits.word))
            }
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Field.self)
        try container.encodeIfPresent(requestID, forKey: .requestID)
        switch verb {
        case .hello(let hello):
            try container.encode("hello", forKey: .type)
            try hello.encode(to: encoder)
        case .listPeers: try container.encode("list_peers", forKey: .type)
        case .watchPresence: try container.encode("watch_presence", forKey: .type)
        case .setStatus(let status):
            try container.encode("set_status", forKey: .type)
            try container.encode(status, forKey: .status)
        case .setSummary(let summary):
            try container.encode("set_summary", forKey: .type)
            try container.encode(summary, forKey: .summary)
        case .setVisible(let isVisible):
            try container.encode("set_visible", forKey: .type)
            try container.encode(isVisible, forKey: .visible)
        case .joinGroup(let group):
            try container.encode("join_group", forKey: .type)
            try group.encode(to: encoder)
        case .leaveGroup(let name):
            try container.encode("leave_group", forKey: .type)
            try container.encode(name, forKey: .name)
        case .send(let frame):
            try container.encode("send", forKey: .type)
            try frame.encode(to: encoder)
        case .clientAck(let frame):
            try container.encode("client_ack", forKey: .type)
            try frame.encode(to: encoder)
        case .request(let request):
            try container.encode(type(of: request).type, forKey: .type)
            try request.encode(to: encoder)
        case .unknown(let type), .invalid(let type):
            try container.encode(type, forKey: .type)
        }
    }
}

extension ClientFrame.Verb: Equatable {
    public static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.hello(let left), .hello(let right)): left == right
        case (.listPeers, .listPeers), (.watchPresence, .watchPresence): true
        case (.setStatus(let left), .setStatus(let right)): left == right
        case (.setSummary(let left), .setSummary(let right)): left == right
        case (.setVisible(let left), .setVisible(let right)): left == right
        case (.joinGroup(let left), .joinGroup(let right)): left == right
        case (.leaveGroup(let left), .leaveGroup(let right)): left == right
        case (.send(let left), .send(let right)): left == right
        case (.clientAck(let left), .clientAck(let right)): left == right
        case (.request(let left), .request(let right)): left.equals(right)
        case (.unknown(let left), .unknown(let right)): left == right
        case (.invalid(let left), .invalid(let right)): left == right
        default: false
        }
    }
}
