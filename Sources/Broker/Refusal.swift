import Mesh
import MeshProtocol

/// Why a request is not done: the code and the message of an `error` frame (wire protocol, section
/// 1.10).
struct Refusal: Error, Equatable, Sendable {
    var code: String
    var message: String

    init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }

    /// As a sender reads it in the ack of its message (protocol decision 17).
    var text: String { "\(code): \(message)" }

    static func invalid(_ message: String) -> Refusal { Refusal("invalid_argument", message) }

    static func forbidden(_ message: String) -> Refusal { Refusal("forbidden", message) }

    static func notFound(_ message: String) -> Refusal { Refusal("not_found", message) }

    static func limit(_ message: String) -> Refusal { Refusal("limit", message) }
}
