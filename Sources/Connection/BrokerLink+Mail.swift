import Mesh
import MeshProtocol

/// Messages out and in.
extension BrokerLink {
    /// Answers when the broker has kept or refused it, 10 s at most. Sent twice under one id it is
    /// kept once.
    public func send(_ frame: SendFrame) async throws(SkeinError) -> AckFrame {
        guard case .ack(let ack) = try await request(.send(frame)) else { throw Self.unexpected }
        return ack
    }

    /// Says what became of a message that was pushed. Where it is lost, the broker pushes again.
    public func acknowledge(_ frame: ClientAckFrame) { post(.clientAck(frame)) }

    /// The broker's answer to anything, within 10 s.
    public func ask(_ verb: ClientFrame.Verb) async throws(SkeinError) -> ServerFrame.Body {
        try await request(verb)
    }

    public func ask<Answer: ServerAnswer>(
        _ question: some ClientRequest, for type: Answer.Type = Answer.self
    ) async throws(SkeinError) -> Answer {
        guard case .answer(let body) = try await request(.request(question)),
            let answer = body as? Answer
        else { throw Self.unexpected }
        return answer
    }

    /// Two keys' word for each other, of a session that is present; the link has to watch presence.
    public func attested(_ sessionKey: String) -> (session: String, by: SessionAttestation)? {
        view.attested(sessionKey)
    }
}
