import Broker
import Database
import Dispatch
import Home
import Logging
import MeshCrypto
import MeshProtocol
import Relay

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `skein broker`: one broker in the foreground, from its store to the last goodbye. It wants no
/// terminal, no relay and no home.
struct BrokerRun {
    let place: BrokerPlace
    let configuration: BrokerConfiguration
    let format: BrokerLog.Format
    let level: Logger.Level
    let wantsJSON: Bool

    /// For everybody's goodbye and what the store has to write.
    static let stopLimit = DispatchTimeInterval.seconds(9)

    func run() async throws(SkeinError) -> ExitCode {
        let (format, level) = (format, level)
        let output = LogOutput(descriptor: STDERR_FILENO)
        let logger = Logger(label: "skein.broker") { _ in
            BrokerLog(format: format, level: level, output: output, now: { Surroundings.now })
        }
        do throws(SkeinError) {
            try await serve(logger)
        } catch {
            // Who reads the log line by line reads this, too.
            guard format == .json, !wantsJSON else { throw error }
            var metadata: Logger.Metadata = ["code": "\(error.code.rawValue)"]
            if let hint = error.hint { metadata["hint"] = "\(hint)" }
            logger.critical("\(error.message)", metadata: metadata)
            return error.exit
        }
        return .ok
    }

    private func serve(_ logger: Logger) async throws(SkeinError) {
        umask(0o077)
        signal(SIGPIPE, SIG_IGN)
        let stops = StopRequests()
        defer { stops.cancel() }
        try place.prepare()
        let store = try openStore()
        var configuration = configuration
        configuration.operatorToken = try operatorToken(store)
        let server = BrokerServer(
            configuration: configuration, store: store, now: { Surroundings.now }, logger: logger)
        let port: Int
        do throws(SkeinError) {
            port = try await server.start()
        } catch {
            store.close()
            throw error
        }
        warn(logger)
        tell(port)
        let signal = await stops.first()
        logger.notice("stopping", metadata: ["signal": "\(signal)"])
        let alarm = DispatchWorkItem {
            logger.critical("the broker did not stop in time")
            Process.endAtOnce(with: ExitCode.internal.rawValue)
        }
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.stopLimit, execute: alarm)
        await server.stop()
        store.close()
        alarm.cancel()
    }

    private func openStore() throws(SkeinError) -> BrokerDatabase {
        do throws(SkeinError) {
            return try BrokerDatabase.open(at: place.databasePath)
        } catch {
            throw place.told(error)
        }
    }

    private func operatorToken(_ store: BrokerDatabase) throws(SkeinError) -> String {
        do throws(SkeinError) {
            return try place.operatorToken { RandomID.make(length: 40) }
        } catch {
            store.close()
            throw BrokerPlace.told(error)
        }
    }

    private func warn(_ logger: Logger) {
        let host = configuration.host
        if host == "0.0.0.0" || host == "::", configuration.publicURL == nil {
            logger.warning(
                "who calls it by another name than localhost is refused: give --public-url",
                metadata: ["host": "\(host)"])
        }
        guard configuration.tls == nil, !Self.isLoopback(host) else { return }
        logger.warning(
            """
            listening beyond this machine without TLS: put a proxy with TLS before it, \
            or give --tls-cert and --tls-key
            """,
            metadata: ["host": "\(host)"])
    }

    static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }

    // MARK: - where it listens

    private struct Report: Encodable {
        var host: String
        var port: Int
        var url: String
        var websocket_url: String
        var data: String
        var pid: Int32
    }

    private func tell(_ port: Int) {
        let host = configuration.host
        let written = host.contains(":") ? "[\(host)]" : host
        let url = configuration.url(port: port)
        // The same place for both: http and ws, https and wss.
        let socket = "ws" + url.dropFirst(4) + "/ws"
        if wantsJSON {
            let report = Report(
                host: host, port: port, url: url, websocket_url: socket, data: place.directory,
                pid: getpid())
            Output.line(Envelope(command: "broker", data: report).line)
        } else {
            Output.line(
                Output.shown("The broker listens on \(written):\(port). Clients reach it at \(socket)"))
            Output.line(Output.shown("It keeps everything in \(place.databasePath)"))
        }
    }
}

extension BrokerPlace {
    /// A failure of the store, with what helps here.
    func told(_ error: SkeinError) -> SkeinError {
        switch error.code {
        case .storeCorrupt:
            SkeinError(
                .storeCorrupt, error.message,
                hint: "Bring a backup back with: skein broker restore FILE --replace --data "
                    + directory)
        default: BrokerPlace.told(error)
        }
    }
}

/// The signals that ask a broker to stop: the first is waited for, a second one ends the process
/// at once. A closed terminal asks as well, unless whoever started the broker said otherwise
/// (nohup(1)).
private final class StopRequests: Sendable {
    private let requests: AsyncStream<Int32>
    // Dispatch objects may be used from any thread; their Swift types do not say so everywhere.
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

    init() {
        let (requests, told) = AsyncStream<Int32>.makeStream()
        self.requests = requests
        let queue = DispatchQueue(label: "skein.broker.signals")
        nonisolated(unsafe) var asked: UInt = 0
        sources = [SIGTERM, SIGINT, SIGHUP].filter { !Self.isIgnored($0) }.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                // Always on the queue.
                asked += source.data
                if asked > 1 { Process.endAtOnce(with: 128 + number) }
                told.yield(number)
            }
            source.activate()
            return source
        }
    }

    func first() async -> Int32 {
        for await number in requests { return number }
        return 0
    }

    func cancel() {
        for source in sources { source.cancel() }
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        guard number == SIGHUP else { return false }
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        #if canImport(Glibc)
            let handler = action.__sigaction_handler.sa_handler
        #else
            let handler = action.__sigaction_u.__sa_handler
        #endif
        return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
