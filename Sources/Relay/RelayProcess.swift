import Connection
import Dispatch
import Foundation
import Home
import Logging
import Mesh
import MeshProtocol

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The whole life of the background process: one relay for a home, from the lock to the last
/// goodbye.
public enum RelayProcess {
    public enum Outcome: Sendable {
        /// It was stopped, or had nothing to do any more.
        case ended
        /// Another relay has this home; nothing was done.
        case another
    }

    /// Runs until the relay ends. `readyFD` is the pipe of whoever started it in the background;
    /// without one it runs in the foreground. What fails is said on the pipe, and thrown. `now` may
    /// go back: clocks are set.
    public static func run(
        home: Home, readyFD: Int32?, options: RelayOptions? = nil,
        now: @escaping @Sendable () -> Moment = { systemNow() }
    ) async throws(SkeinError) -> Outcome {
        let ready = ReadyPipe(fd: readyFD)
        do throws(SkeinError) {
            // Whatever is made from here on is its owner's alone.
            umask(0o077)
            signal(SIGPIPE, SIG_IGN)
            try home.prepare()
            guard let lock = try FileLock.acquire(home.relayLockPath) else {
                ready.another()
                return .another
            }
            // A background relay has no terminal: a crash's last words go to the log as well.
            let file = BoundedLogFile(
                path: home.relayLogPath, followers: readyFD == nil ? [] : [2])
            let logger = Logger(label: "skein.relay") { _ in RelayLog(file: file) }
            let server = try RelayServer(
                home: home, lock: lock, options: options ?? configured(home, logger),
                now: now, logger: logger)
            let signals = StopSignals { Task { await server.stop() } }
            defer { signals.cancel() }
            try await server.start()
            ready.ready()
            await server.waitUntilEnded()
            return .ended
        } catch {
            ready.failed(error)
            throw error
        }
    }

    private static func configured(_ home: Home, _ logger: Logger) -> RelayOptions {
        let (configuration, warnings) = Configuration.read(home.configFilePath)
        for warning in warnings {
            let place = warning.line.map { "line \($0): " } ?? ""
            logger.warning("\(home.configFilePath): \(place)\(warning.message)")
        }
        var options = RelayOptions(
            network: NetworkSettings(environment: ProcessInfo.processInfo.environment))
        if let minutes = configuration.relayIdleMinutes {
            options.idleLimit = .seconds(minutes * 60)
        }
        options.keepsHistory = configuration.history ?? true
        return options
    }

    public static func systemNow() -> Moment {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Moment(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

/// SIGTERM and SIGINT as calls; SIGHUP, which a closing terminal sends, is ignored.
public final class StopSignals: Sendable {
    // Dispatch objects may be used from any thread; their Swift types do not say so everywhere.
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

    public init(_ stop: @escaping @Sendable () -> Void) {
        signal(SIGHUP, SIG_IGN)
        let queue = DispatchQueue(label: "skein.relay.signals")
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { stop() }
            source.activate()
            return source
        }
    }

    public func cancel() {
        for source in sources { source.cancel() }
    }
}
