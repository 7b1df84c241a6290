import ArgumentParser
import Broker
import Foundation
import Home
import Logging
import MeshProtocol

extension BrokerVerbs {
    /// `skein broker` alone: the broker itself.
    struct Run: Verb {
        static let configuration = CommandConfiguration(
            commandName: "run", abstract: "Run the broker until it is told to stop.")
        @OptionGroup var data: DataOption
        @Option(name: .long, help: "The port to listen on; 0 takes a free one.")
        var port = 7900
        @Option(name: .long, help: "The address to listen on.")
        var host = "127.0.0.1"
        @Option(name: .long, help: "How it is called from outside, as https://broker.example.")
        var publicUrl: String?
        @Option(name: .long, help: "A certificate chain in PEM.")
        var tlsCert: String?
        @Option(name: .long, help: "The certificate's key in PEM.")
        var tlsKey: String?
        @Option(name: .long, help: "json or text; by default text in a terminal, else json.")
        var logFormat: String?
        @Option(name: .long, help: "trace, debug, info, notice, warning, error or critical.")
        var logLevel = "info"
        @Option(name: .long, help: "The most sessions of one mesh.")
        var sessionsPerMesh = 1000
        @Option(name: .long, help: "The most mail that waits in one mesh, in MiB.")
        var queueMib = 64
        @Option(name: .long, help: "The most messages of one member in a minute; 0 is no bound.")
        var sendsPerMinute = 1200
        @Flag(name: .long, help: "Hear hooks without a session's token, from loopback alone.")
        var legacyHooks = false
        @Option(name: .long, help: "A file with what /metrics wants from beyond loopback.")
        var metricsTokenFile: String?
        @Flag(name: .long, help: "Let people sign in with accounts, on pages of this broker.")
        var accounts = false
        @Option(name: .long, help: "Who may make an account: open, invite or closed.")
        var registration: String?
        @OptionGroup var common: CommonOptions

        func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
            let place = try data.place()
            let publicURL = try publicUrl.map { text throws(SkeinError) in try PublicURL(text) }
            var configuration = BrokerConfiguration(
                host: try checkedHost(), port: try Self.bounded("--port", port, in: 0...65535),
                publicHosts: publicURL.map { [$0.host] } ?? [])
            configuration.publicURL = publicURL?.text
            configuration.sessionsPerMesh = try Self.bounded(
                "--sessions-per-mesh", sessionsPerMesh, in: 1...1_000_000)
            configuration.queueBytesPerMesh =
                try Self.bounded("--queue-mib", queueMib, in: 1...1_048_576) << 20
            let sends = try Self.bounded("--sends-per-minute", sendsPerMinute, in: 0...1_000_000)
            configuration.sendsPerMinute = sends == 0 ? nil : sends
            configuration.legacyHooks = legacyHooks
            configuration.metricsToken = try metricsToken()
            configuration.tls = try tls()
            configuration.accounts = try accountSettings()
            return try await BrokerRun(
                place: place, configuration: configuration, format: try format(),
                level: try level(), wantsJSON: common.json
            ).run()
        }

        private func checkedHost() throws(SkeinError) -> String {
            let name = host.hasPrefix("[") && host.hasSuffix("]")
                ? String(host.dropFirst().dropLast()) : host
            let isName = name.utf8.allSatisfy {
                (48...58).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                    || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "%")
            }
            guard isName, (1...253).contains(name.utf8.count) else {
                throw SkeinError(
                    .arguments, "--host \(host) is no address",
                    hint: "Give an address of this machine, as 127.0.0.1 or 0.0.0.0")
            }
            return name
        }

        static func bounded(
            _ flag: String, _ value: Int, in range: ClosedRange<Int>
        ) throws(SkeinError) -> Int {
            guard range.contains(value) else {
                throw SkeinError(
                    .arguments, "\(flag) \(value) is out of range",
                    hint: "Give a number from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }

        private func format() throws(SkeinError) -> BrokerLog.Format {
            guard let logFormat else { return Process.complainsToTerminal ? .text : .json }
            guard let format = BrokerLog.Format(rawValue: logFormat) else {
                throw SkeinError(
                    .arguments, "--log-format \(logFormat) is not known",
                    hint: "Use --log-format json or --log-format text")
            }
            return format
        }

        private func accountSettings() throws(SkeinError) -> AccountSettings? {
            guard accounts else {
                guard registration == nil else {
                    throw SkeinError(
                        .arguments, "--registration is for a broker with accounts",
                        hint: "Give --accounts too")
                }
                return nil
            }
            var settings = AccountSettings()
            guard let registration else { return settings }
            guard let policy = AccountSettings.Registration(rawValue: registration) else {
                throw SkeinError(
                    .arguments, "--registration \(registration) is not known",
                    hint: "Use open, invite or closed")
            }
            settings.registration = policy
            return settings
        }

        private func level() throws(SkeinError) -> Logger.Level {
            guard let level = Logger.Level(rawValue: logLevel.lowercased()) else {
                throw SkeinError(
                    .arguments, "--log-level \(logLevel) is not known",
                    hint: "Use trace, debug, info, notice, warning, error or critical")
            }
            return level
        }

        private func tls() throws(SkeinError) -> TLSFiles? {
            switch (tlsCert, tlsKey) {
            case (nil, nil): return nil
            case (let certificate?, let key?):
                for (flag, file) in [("--tls-cert", certificate), ("--tls-key", key)]
                where !FileManager.default.isReadableFile(atPath: file) {
                    throw SkeinError(
                        .arguments, "\(flag) \(file) cannot be read",
                        hint: "Name a file in PEM that this user may read")
                }
                return TLSFiles(certificateChain: certificate, key: key)
            default:
                throw SkeinError(
                    .arguments, "--tls-cert and --tls-key go together",
                    hint: "Give both, or neither behind a proxy with TLS")
            }
        }

        /// In a file, because what is in argv every user of the machine can read.
        private func metricsToken() throws(SkeinError) -> String? {
            guard let file = metricsTokenFile else { return nil }
            let bytes: [UInt8]?
            do throws(SkeinError) {
                bytes = try AtomicFile.read(file, limit: 4096)
            } catch {
                throw SkeinError(.arguments, error.message, hint: "Look at --metrics-token-file")
            }
            let token = bytes.map { String(decoding: $0, as: UTF8.self) }?
                .trimmingCharacters(in: .whitespacesAndNewlines)
            guard let token, token.utf8.count >= 16,
                token.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
            else {
                throw SkeinError(
                    .arguments, "--metrics-token-file \(file) holds no token",
                    hint: "Write one line of 16 or more printable characters to it")
            }
            return token
        }
    }

    /// How a broker is called from outside.
    struct PublicURL {
        /// Without a path: `https://broker.example:8443`.
        let text: String
        let host: String

        init(_ given: String) throws(SkeinError) {
            guard given.utf8.count <= 2048, let parts = URLComponents(string: given),
                let scheme = parts.scheme?.lowercased(), let host = parts.host, !host.isEmpty,
                let secure = ["https": true, "wss": true, "http": false, "ws": false][scheme],
                parts.user == nil, parts.password == nil, parts.query == nil,
                parts.fragment == nil, ["", "/", "/ws"].contains(parts.path),
                parts.port.map({ (1...65535).contains($0) }) ?? true
            else {
                throw SkeinError(
                    .arguments, "--public-url \(given) is no address of a broker",
                    hint: "For example: --public-url https://broker.example")
            }
            let port = parts.port.map { ":\($0)" } ?? ""
            text = (secure ? "https://" : "http://") + host.lowercased() + port
            self.host =
                host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host.lowercased()
        }
    }
}
