import Mesh
import MeshProtocol
import Synchronization

/// Messages out and in.
extension BrokerLink {
    /// Answers when the broker has kept or refused it, 10 s at most. Sent twice under one id it is
    /// kept once.
    public func send(_ frame: SendFrame) async throws(SkeinError) -> AckFrame {
        guard case .ack(let ack) = try await request(.send(frame)) else { throw Self.unexpected }
        return ack
    }

    /// Sends these in their order, none waiting for another's answer. Tells each one's place and
    /// answer as it comes, 10 s after the last was written at most. Where the broker is not reached,
    /// that is every one's answer.
    public func send(_ frames: [SendFrame]) async -> AsyncStream<SendAnswer> {
        let (answers, telling) = AsyncStream.makeStream(of: SendAnswer.self)
        do throws(SkeinError) { try await untilLive() } catch {
            for place in frames.indices {
                telling.yield(SendAnswer(place: place, ack: .failure(error)))
            }
            telling.finish()
            return answers
        }
        let left = Mutex(frames.count)
        if frames.isEmpty { telling.finish() }
        let numbers = frames.enumerated().map { place, frame in
            lastRequest += 1
            let number = lastRequest
            requests.add(number) { answer in
                telling.yield(SendAnswer(place: place, ack: answer.flatMap(Self.ack)))
                let isLast = left.withLock { left in
                    left -= 1
                    return left == 0
                }
                if isLast { telling.finish() }
            }
            let bytes = ClientFrame(.send(frame), requestID: String(number)).json
            if socket?.send(bytes) != true { requests.answer(number, .failure(Self.lostLink)) }
            return number
        }
        Task {
            try await Task.sleep(for: Self.requestLimit)
            for number in numbers { requests.answer(number, .failure(silent)) }
        }
        return answers
    }

    private static func ack(_ body: ServerFrame.Body) -> Result<AckFrame, SkeinError> {
        if case .ack(let ack) = body { .success(ack) } else { .failure(unexpected) }
    }

    /// Says what became of a message that was pushed. Where it is lost, the broker pushes again.
    public func acknowledge(_ frame: ClientAckFrame) { post(.clientAck(frame)) }

    /// Puts a mark behind all that came so far, for the reader of `mail` to come across.
    public nonisolated func mark(_ number: Int) { mailbag.yield(.mark(number)) }

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

/// What a broker answered to one message of several.
public struct SendAnswer: Sendable {
    /// Its place among those that were sent, from 0.
    public var place: Int
    public var ack: Result<AckFrame, SkeinError>
}
