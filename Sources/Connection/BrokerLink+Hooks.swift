import Mesh
import MeshProtocol

/// What an agent's own hooks tell.
extension BrokerLink {
    /// Answers when the broker has taken it. A broker of old hears a status and nothing more.
    public func tell(_ status: SetHookStatus) async throws(SkeinError) {
        try await untilLive()
        guard brokerSpeaksSkein else {
            // There it would end what was set by hand.
            if !isBusy { post(.setStatus(status.status)) }
            return
        }
        _ = try await ask(.request(status))
    }
}
