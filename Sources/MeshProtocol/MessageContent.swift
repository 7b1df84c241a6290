import Foundation
import Mesh

/// What one client of `skein/1` writes into the body for another: the text, and what the receiver
/// needs in order to know who it is from. Clients of old get the text alone.
public struct MessageContent: Codable, Equatable, Sendable {
    public var text: String
    public var author: MessageAuthor
    /// How many times an agent has answered an agent before this, see `LoopBrake`.
    public var hops: Int
    /// The message it answers.
    public var answers: MessageID?
    /// The sender's session id and its keys' attestation, where it sends by a session's key.
    public var session: String?
    public var attestation: SessionAttestation?

    public init(
        text: String, author: MessageAuthor, hops: Int = 0, answers: MessageID? = nil,
        session: String? = nil, attestation: SessionAttestation? = nil
    ) {
        self.text = text
        self.author = author
        self.hops = hops
        self.answers = answers
        self.session = session
        self.attestation = attestation
    }
}
