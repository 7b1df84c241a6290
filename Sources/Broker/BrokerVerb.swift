import BrokerEngine
import Mesh
import MeshProtocol

/// Who asks something of the broker.
struct Asker: Sendable {
    var session: SessionKey
    var socket: SocketID
    var requestID: String?
    var speaksSkein: Bool
    /// As the roster knows it.
    var member: BrokerMember
}

/// What a broker does with a request: one extension a request, in a file by its subject.
protocol BrokerVerb: ClientRequest {
    /// Admins only.
    static var isForAdmins: Bool { get }
    /// Only for clients that speak `skein/1`; to others the verb is unknown.
    static var isSkein: Bool { get }
    func perform(on registry: inout Registry, for asker: Asker, at now: Instant)
}

extension BrokerVerb {
    static var isForAdmins: Bool { false }
    static var isSkein: Bool { false }
}

extension Registry {
    func asker(_ key: SessionKey, _ requestID: String?, _ socket: SocketID) -> Asker? {
        guard let member = roster.member(key.mesh, id: key.member), let state = sockets[socket]
        else { return nil }
        return Asker(
            session: key, socket: socket, requestID: requestID, speaksSkein: state.speaksSkein,
            member: member)
    }

    mutating func perform(_ request: any ClientRequest, for asker: Asker, at now: Instant) {
        guard let verb = request as? any BrokerVerb, !type(of: verb).isSkein || asker.speaksSkein
        else { return refuseUnknown(asker.requestID, asker.socket) }
        guard !type(of: verb).isForAdmins || asker.member.permission == .admin else {
            return refuse(asker, "forbidden", "only an admin may do that")
        }
        verb.perform(on: &self, for: asker, at: now)
    }

    mutating func reply(_ answer: any ServerAnswer, to asker: Asker) {
        reply(.answer(answer), to: asker)
    }

    /// To the socket that asked, if it still is that session's.
    mutating func reply(_ body: ServerFrame.Body, to asker: Asker) {
        guard sockets[asker.socket]?.session == asker.session else { return }
        send(body, requestID: asker.requestID, to: [asker.socket])
    }

    mutating func refuse(_ asker: Asker, _ code: String, _ message: String) {
        guard sockets[asker.socket]?.session == asker.session else { return }
        answer(code, message, asker.requestID, asker.socket)
    }

    /// What the store could not do.
    mutating func refuse(_ asker: Asker, _ error: SkeinError) {
        refuse(asker, error.code == .diskFull ? "disk_full" : "internal", error.message)
    }
}
