import Connection
import Foundation
import Mesh
import MeshProtocol

/// A broker's pages under `/api/v1`, as whoever comes in needs them.
struct BrokerPages: Sendable {
    let site: BrokerSite
    let network: NetworkSettings

    /// From the first look for the host to the last byte.
    static let limit = Duration.seconds(15)

    /// What came: the value where it is one, else how the broker refused.
    enum Answer<Value: Sendable>: Sendable {
        case value(Value)
        case refused(status: Int, WebRefusal)
    }

    func ask<Value: Decodable & Sendable>(
        _ request: WebRequest, for type: Value.Type
    ) async throws(SkeinError) -> Answer<Value> {
        let address = try WebAddress(url: site.description, allowsPlain: true)
        let answer: WebAnswer
        do throws(WebCall.Failure) {
            answer = try await WebCall(address, by: network).send(request, within: Self.limit)
        } catch {
            throw SkeinError(
                .brokerUnreachable, "the broker at \(site) cannot be reached: \(error.reason)",
                hint: "Check that it runs and that its address is right")
        }
        return try read(answer)
    }

    private func read<Value: Decodable & Sendable>(
        _ answer: WebAnswer
    ) throws(SkeinError) -> Answer<Value> {
        // A broker that knows no invites answers as any page that is not there.
        if answer.status == 404, answer.type == "text/plain" {
            return .refused(status: 404, WebRefusal("not_found", ""))
        }
        guard answer.type == "application/json" else {
            throw SkeinError(
                .captivePortal, "what answers at \(site) is a page, and no broker",
                hint: "Sign in to the network you are on, or look at the address again")
        }
        guard FrameScan.isSound(answer.body) else { throw unreadable }
        let data = Data(answer.body)
        // An invite that is over is told whole, too.
        if let value = try? JSONDecoder().decode(Value.self, from: data),
            answer.status == 200 || answer.status == 410
        {
            return .value(value)
        }
        guard var refusal = try? JSONDecoder().decode(WebRefusal.self, from: data) else {
            throw unreadable
        }
        if let retryAfter = answer.retryAfter { refusal.retryIn = retryAfter }
        return .refused(status: answer.status, refusal)
    }

    private var unreadable: SkeinError {
        SkeinError(
            .brokerUnreachable, "what answers at \(site) does not answer as a broker does",
            hint: "Look at the address again")
    }

    /// What a person is told; `retryIn` stands in the subject, in seconds.
    func told(_ refusal: WebRefusal, status: Int) -> SkeinError {
        if let state = InviteState(rawValue: refusal.error), let told = state.refusal {
            return told
        }
        switch refusal.error {
        case "not_found", "invite_not_found", "mesh_not_found":
            return SkeinError(
                .inviteUnknown, "The broker at \(site) knows no such invite",
                hint: "Look at the link again, or ask who invited you for a new one")
        case "invite_expired": return InviteState.expired.refusal ?? unreadable
        case "invite_exhausted": return InviteState.usedUp.refusal ?? unreadable
        case "invite_revoked": return InviteState.revoked.refusal ?? unreadable
        case "put_out":
            return SkeinError(
                .inviteRevoked, "You were put out of this mesh", hint: "Ask the mesh's owner")
        case "rate_limited", "rate limited":
            let seconds = min(max(refusal.retryIn ?? 5, 1), 600)
            return SkeinError(
                .rateLimited, "The broker at \(site) asks for patience: \(seconds) s",
                hint: "Wait that long, then try again", subject: String(seconds))
        case "mesh_exists":
            return SkeinError(
                .meshExists, "The broker at \(site) has a mesh of that name",
                hint: "Choose another name")
        case "unauthorized":
            return SkeinError(
                .forbidden, "The broker at \(site) makes no mesh for you",
                hint: "Give its operator's token with --operator-token-file")
        case "disk_full":
            return SkeinError(
                .brokerRefused, "The disk of the broker at \(site) is full",
                hint: "Tell whoever runs it, then try again")
        default:
            let why = refusal.message.isEmpty ? refusal.error : refusal.message
            return SkeinError(
                .brokerRefused, "The broker at \(site) refused: \(why)",
                hint: "Ask who invited you for a new invite")
        }
    }
}

extension WebRequest {
    /// With a value of the protocol as its body.
    static func posting(
        _ value: some Encodable, to path: String, bearer: String? = nil
    ) throws(SkeinError) -> WebRequest {
        guard let bytes = try? JSONEncoder().encode(value),
            let body = JSONValue.parse([UInt8](bytes))
        else { throw SkeinError(.internal, "a request cannot be written") }
        return WebRequest(.post, path, body: .json(body), bearer: bearer)
    }
}
