import Foundation
import Home
import Mesh
import MeshProtocol

/// A connection to this home's relay. Requests may be made at once from anywhere; none blocks
/// its caller's thread. Letting go of it closes the connection.
public final class RelayClient: RelayAsking {
    /// The most bytes of a line, its line feed not counted.
    public static let longestLine = 8 << 20

    public let greeting: RelayGreeting
    private let socket: RelaySocket

    /// Connects to the home's relay, as the launch around this process where there is one. Where
    /// none listens, `starting` starts one; without it that is `E_RELAY_UNREACHABLE`, and nothing
    /// is made on disk. A relay of an older program is replaced (`RelayChoice`).
    public static func connect(
        home: Home, starting: RelayStarter?, as launch: LaunchProof? = nil,
        limit: Duration = .seconds(10)
    ) async throws(SkeinError) -> RelayClient {
        let door = RelayDoor(
            home: home, starter: starting, isLaunch: launch != nil,
            deadline: ContinuousClock.now + limit)
        let opened = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: Result(catching: door.opened))
            }
        }
        return RelayClient(try opened.get(), launch)
    }

    private init(_ opened: RelayDoor.Opened, _ launch: LaunchProof?) {
        greeting = opened.greeting
        socket = RelaySocket(fd: opened.fd, launch: launch)
        socket.startReading(opened.rest)
    }

    deinit { socket.close() }

    /// A reply that says `failed` is thrown.
    public nonisolated(nonsending) func ask<Question: RelayQuestion>(
        _ question: Question, limit: Duration
    ) async throws(SkeinError) -> Question.Answer {
        try await socket.ask(question, limit: limit)
    }

    /// One mesh's peers and every change of them. The connection has this one use from then on:
    /// other requests belong on a client of their own, because what is not read here holds back
    /// whatever comes after it.
    public func watch(mesh: MeshID, topics: Set<RelayTopic> = [.presence]) -> RelayWatch {
        RelayWatch(client: self, buffer: socket.watch(WatchMesh(mesh: mesh, topics: topics)))
    }

    /// Every request under way fails, every watch ends.
    public func close() { socket.close() }
}

extension RelayClient {
    /// Returns when the relay has said goodbye everywhere and its process has ended: nothing of the
    /// home is open then, and nothing is written to it.
    public func stop() async throws(SkeinError) {
        let process = EndingProcess(greeting.pid)
        defer { process.forget() }
        _ = try await ask(StopRelay())
        await socket.ended()
        await process.ended(within: .seconds(10))
    }
}

extension RelayDoor {
    fileprivate func opened() throws(SkeinError) -> Opened { try open() }
}
