import Foundation
import Home
import Mesh
import MeshProtocol

/// A connection to this home's relay. Requests may be made at once from anywhere; none blocks
/// its caller's thread. Letting go of it closes the connection.
public final class RelayClient: Sendable {
    /// The most bytes of a line, its line feed not counted.
    public static let longestLine = 1_048_576

    public let greeting: RelayGreeting
    private let socket: RelaySocket

    /// Connects to the home's relay. Where none listens, `starting` starts one; without it that
    /// is `E_RELAY_UNREACHABLE`, and nothing is made on disk.
    public static func connect(
        home: Home, starting: RelayStarter?, limit: Duration = .seconds(10)
    ) async throws(SkeinError) -> RelayClient {
        let door = RelayDoor(
            home: home, starter: starting, deadline: ContinuousClock.now + limit)
        let opened = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: Result(catching: door.opened))
            }
        }
        return RelayClient(try opened.get())
    }

    private init(_ opened: RelayDoor.Opened) {
        greeting = opened.greeting
        socket = RelaySocket(fd: opened.fd)
        socket.startReading(opened.rest)
    }

    deinit { socket.close() }

    /// A reply that says `failed` is thrown.
    public func request(
        _ verb: RelayVerb, limit: Duration = .seconds(15)
    ) async throws(SkeinError) -> RelayReply.Body {
        try await socket.request(verb, limit: limit)
    }

    /// One mesh's peers and every change of them. The connection has this one use from then on:
    /// other requests belong on a client of their own, because what is not read here holds back
    /// whatever comes after it.
    public func watch(mesh: MeshID) -> RelayWatch {
        RelayWatch(client: self, buffer: socket.watch(mesh: mesh))
    }

    /// Every request under way fails, every watch ends.
    public func close() { socket.close() }
}

extension RelayClient {
    public func status() async throws(SkeinError) -> RelayStatus {
        guard case .status(let status) = try await request(.status) else { throw Self.unexpected }
        return status
    }

    public func peers(mesh: MeshID) async throws(SkeinError) -> [Peer] {
        guard case .peers(let peers) = try await request(.peers(mesh: mesh)) else {
            throw Self.unexpected
        }
        return peers
    }

    /// Returns when the broker has acknowledged the launch's hello.
    public func register(_ launch: LaunchRecord, token: String) async throws(SkeinError) {
        guard case .done = try await request(.register(launch, token: token)) else {
            throw Self.unexpected
        }
    }

    /// A mesh was made or left.
    public func refresh() async throws(SkeinError) {
        guard case .done = try await request(.refresh) else { throw Self.unexpected }
    }

    /// A v1 invite, which the mesh's broker knows by then.
    public func invite(_ order: InviteOrder) async throws(SkeinError) -> MadeInvite {
        guard case .invite(let made) = try await request(.invite(order)) else {
            throw Self.unexpected
        }
        return made
    }

    public func invites(mesh: MeshID) async throws(SkeinError) -> [InviteList.Entry] {
        guard case .invites(let all) = try await request(.invites(mesh: mesh)) else {
            throw Self.unexpected
        }
        return all
    }

    public func revokeInvite(_ id: String, of mesh: MeshID) async throws(SkeinError) {
        guard case .done = try await request(.revokeInvite(id, mesh: mesh)) else {
            throw Self.unexpected
        }
    }

    /// Returns when the relay has said goodbye everywhere and its process is about to end.
    public func stop() async throws(SkeinError) {
        guard case .done = try await request(.stop) else { throw Self.unexpected }
        await socket.ended()
    }

    private static var unexpected: SkeinError {
        SkeinError(.relayRefused, "the relay gave an answer to another question")
    }
}

extension RelayDoor {
    fileprivate func opened() throws(SkeinError) -> Opened { try open() }
}
