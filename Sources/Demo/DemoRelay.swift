import Connection
import Dispatch
import Foundation
import Home
import Logging
import Mesh
import MeshProtocol
import Relay

/// The background process of a demo: a relay on a throwaway home, with eight simulated peers on
/// its mesh. It lives for as long as the demo that started it, and takes the home with it.
public enum DemoRelay {
    /// How long a tick of the simulated day lasts.
    static let tick = Duration.milliseconds(500)

    /// Runs until the other end of `parentFD` is closed, however its holder ended, then leaves
    /// nothing behind. `readyFD` is told when all eight have joined.
    public static func run(
        home: Home, directory: String, readyFD: Int32?, parentFD: Int32, seed: UInt64 = 1
    ) async throws(SkeinError) {
        signal(SIGPIPE, SIG_IGN)
        umask(0o077)
        let ended = ParentWatch(parentFD)
        let signals = StopSignals { ended.end() }
        let ready = ReadyPipe(fd: readyFD)
        defer { signals.cancel() }
        let result = await Self.live(
            home: home, directory: directory, ready: ready, ended: ended, seed: seed)
        DemoHome.remove(home)
        try result.get()
    }

    private static func live(
        home: Home, directory: String, ready: ReadyPipe, ended: ParentWatch, seed: UInt64
    ) async -> Result<Void, SkeinError> {
        do throws(SkeinError) {
            try home.prepare()
            guard let lock = try FileLock.acquire(home.relayLockPath) else {
                throw SkeinError(.internal, "the demo's home is in use")
            }
            let now: @Sendable () -> Moment = { RelayProcess.systemNow() }
            let mesh = try DemoMesh.make(in: home, directory: directory, now: now)
            let server = try RelayServer(
                home: home, lock: lock, options: RelayOptions(idleLimit: .seconds(31_536_000)),
                now: now, logger: Logger(label: "skein.demo") { _ in SwiftLogNoOpLogHandler() })
            try await server.start()
            let days: Task<Void, Never>
            do throws(SkeinError) {
                days = try await begin(mesh, on: server, seed: seed)
            } catch {
                await server.stop()
                throw error
            }
            ready.ready()
            await ended.wait()
            days.cancel()
            await withTaskGroup(of: Void.self) { group in
                for peer in mesh.peers { group.addTask { await peer.leave() } }
            }
            await server.stop()
            return .success(())
        } catch {
            ready.failed(error)
            return .failure(error)
        }
    }

    /// Brings all eight onto the mesh, each at what it begins with, and lets their days run.
    private static func begin(
        _ mesh: DemoMesh, on server: RelayServer, seed: UInt64
    ) async throws(SkeinError) -> Task<Void, Never> {
        guard let port = try await server.refresh() else {
            throw SkeinError(.internal, "the demo's broker did not start")
        }
        let endpoint = BrokerEndpoint.loopback(port: port)
        let day = SimulatedDay(seed: seed)
        let pid = RunningProcess.current?.pid ?? 1
        for peer in mesh.peers {
            try await peer.join(endpoint, pid: pid)
            try await peer.perform(day.beginning(of: peer.index), endpoint: endpoint, pid: pid)
        }
        return Task {
            await withTaskGroup(of: Void.self) { group in
                for peer in mesh.peers {
                    group.addTask { await live(peer, day, endpoint: endpoint, pid: pid) }
                }
            }
        }
    }

    private static func live(
        _ peer: SimulatedPeer, _ day: SimulatedDay, endpoint: BrokerEndpoint, pid: Int32
    ) async {
        // Not all on the same beat.
        try? await Task.sleep(for: tick / 8 * peer.index)
        var number = 0
        while !Task.isCancelled {
            do { try await Task.sleep(for: tick) } catch { return }
            number += 1
            guard let action = day.action(of: peer.index, at: number) else { continue }
            // A step that could not be taken is a step missed: the link mends itself.
            try? await peer.perform(action, endpoint: endpoint, pid: pid)
        }
    }
}
