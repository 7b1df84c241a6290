import Foundation
import TestSupport
import Testing

@Suite("A broker as a program")
struct BrokerCommandTests {
    @Test("it says where it listens, answers, and ends on SIGTERM with everybody told")
    func life() async throws {
        try await Place.with { place in
            let data = place.root + "/data"
            let member = try await place.addMesh("Payments", data: data)
            let broker = try await RunningBroker.start(place, ["--data", data])
            let envelope = broker.printed
            #expect(envelope.contains(#""command":"broker""#) && envelope.contains(#""ok":true"#))
            #expect(
                envelope.contains(#""websocket_url":"ws://127.0.0.1:\#(broker.port)/ws""#))
            let health = try OldClient.page("/health", port: broker.port)
            #expect(health.hasPrefix("HTTP/1.1 200 "))
            #expect(health.contains(#""status":"ok""#))
            let client = try OldClient(port: broker.port)
            #expect(try client.hello(member, named: "ana")["type"] as? String == "hello_ack")

            kill(broker.pid, SIGTERM)
            #expect(try client.closeCode() == 1001)
            #expect(try await broker.end(nil) == 0)
            #expect(broker.printed == envelope)
            // No relay, no home, and a directory nobody else can look into.
            #expect(place.kept == nil)
            #expect(place.relays == [])
            #expect(try Self.openToOthers(data) == [])
        }
    }

    @Test("every line of its log is one JSON object with a time, a level and a sentence")
    func log() async throws {
        try await Place.with { place in
            let broker = try await RunningBroker.start(
                place, ["--data", "data", "--host", "0.0.0.0", "--log-format", "json"])
            #expect(try await broker.end(SIGINT) == 0)
            let lines = try broker.log.map {
                try #require(
                    try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            }
            #expect(lines.count >= 3)
            for line in lines {
                #expect(line["component"] as? String == "broker")
                #expect((line["ts"] as? String)?.hasSuffix("Z") == true)
                #expect(line["level"] is String && line["msg"] is String)
            }
            let warnings = lines.filter { $0["level"] as? String == "warning" }
            let texts = warnings.compactMap { $0["msg"] as? String }
            #expect(texts.count == 2)
            for word in ["without TLS", "--public-url"] {
                #expect(texts.contains { $0.contains(word) })
            }
        }
    }

    @Test("a second signal ends it at once")
    func twice() async throws {
        try await Place.with { place in
            let broker = try await RunningBroker.start(place, ["--data", "data"])
            // It answers no goodbye, which a broker waits for.
            let client = try OldClient(port: broker.port)
            // Both are there when it goes on.
            kill(broker.pid, SIGSTOP)
            kill(broker.pid, SIGTERM)
            kill(broker.pid, SIGINT)
            kill(broker.pid, SIGCONT)
            let status = try await broker.end(nil)
            withExtendedLifetime(client) {}
            #expect([128 + SIGTERM, 128 + SIGINT].contains(status))
        }
    }

    @Test("a mesh outlives its broker")
    func restart() async throws {
        try await Place.with { place in
            let data = place.root + "/data"
            let member = try await place.addMesh("Payments", data: data)
            for end in [SIGTERM, SIGKILL, SIGTERM] {
                let broker = try await RunningBroker.start(place, ["--data", data])
                let client = try OldClient(port: broker.port)
                #expect(try client.hello(member, named: "ana")["type"] as? String == "hello_ack")
                #expect(try client.peers() == ["ana"])
                try await broker.end(end)
            }
        }
    }

    @Test("a store has one broker, a port one program; each is refused by name")
    func taken() async throws {
        try await Place.with { place in
            let data = place.root + "/data"
            let broker = try await RunningBroker.start(place, ["--data", data])
            let (_, key) = try OldClient.Member.seed(7)
            for (words, code) in [
                (["broker", "--port", "0", "--data", data], "E_STORE_IN_USE"),
                (
                    ["broker", "add-mesh", "x", "--owner", key, "--owner-name", "a", "--data", data],
                    "E_STORE_IN_USE"
                ),
                (["broker", "--port", "\(broker.port)", "--data", data + "2"], "E_PORT_TAKEN"),
            ] {
                let refused = try await place.skein(words + ["--json"])
                #expect(try Self.code(refused) == code)
                #expect(refused.errors == "")
            }
            // To somebody who reads the log, the same is an event of it.
            let refused = try await place.skein(
                "broker", "--port", "0", "--data", data, "--log-format", "json")
            #expect(refused.output == "" && refused.status != 0)
            #expect(refused.errors.contains(#""code":"E_STORE_IN_USE""#))
            #expect(refused.errors.split(separator: "\n").count == 1)
            try await broker.end()
        }
    }

    @Test("a damaged store is named, with what to do, and left as it is")
    func corrupt() async throws {
        try await Place.with { place in
            let text = String(repeating: "This is no database.\n", count: 400)
            try place.write(text, to: "data/broker.db")
            let refused = try await place.skein(
                "broker", "--port", "0", "--data", place.root + "/data", "--log-format", "text")
            #expect(refused.status == 8)
            #expect(refused.errors.contains(place.root + "/data/broker.db"))
            #expect(refused.errors.contains("skein broker restore"))
            #expect(place.read("data/broker.db") == text)
        }
    }

    @Test("the default place is among the user's state, and has nothing to do with SKEIN_HOME")
    func defaultPlace() async throws {
        try await Place.with { place in
            let broker = try await RunningBroker.start(place, [])
            let data = place.root + "/user/.local/state/skein-broker"
            #expect(FileManager.default.fileExists(atPath: data + "/broker.db"))
            #expect(try Self.openToOthers(data) == [])
            #expect(place.kept == nil)
            try await broker.end()
        }
    }

    static let wrong: [[String]] = [
        ["--port", "70000"], ["--port=-1"], ["--port", "http"], ["--host", "no_such/host"],
        ["--host", ""], ["--host", "203.0.113.1"], ["--data", ""], ["--log-format", "xml"],
        ["--log-level", "loud"], ["--sessions-per-mesh", "0"], ["--queue-mib", "0"],
        ["--queue-mib", "99999999999999999999"], ["--sends-per-minute=-1"],
        ["--sends-per-minute", "1000001"], ["--tls-cert", "cert.pem"],
        ["--tls-cert", "none.pem", "--tls-key", "none.pem"], ["--public-url", "broker.example"],
        ["--public-url", "https://a.example/path"], ["--public-url", "https://u:p@a.example"],
        ["--metrics-token-file", "none"], ["--metrics-token-file", "/dev/null"], ["--nonsense"],
        ["backup"], ["restore", "none.db"], ["backup", "copy.db", "--data", "nowhere"],
        ["add-mesh", "x", "--owner", "abc", "--owner-name", "ana"],
        ["add-mesh", "x", "--owner", String(repeating: "0", count: 64), "--owner-name", "ana"],
        ["add-mesh", "\u{1B}[2J", "--owner", "abc", "--owner-name", "ana"],
    ]

    @Test("what cannot be meant is refused by name, with nothing started", arguments: wrong)
    func wrongFlags(words: [String]) async throws {
        try await Place.with { place in
            let isOwn = words.first?.hasPrefix("-") == true
            let refused = try await place.skein(
                ["broker"] + words + ["--json"]
                    + (isOwn && !words.contains("--port") && !words.contains("--port=-1")
                        ? ["--port", "0"] : []))
            #expect(refused.status == 3)
            #expect(["E_ARGUMENTS", "E_BAD_NAME"].contains(try Self.code(refused)))
            #expect(!refused.output.contains("\u{1B}"))
        }
    }

    @Test("a directory that cannot be written is told, with the flag that names another")
    func unwritable() async throws {
        try await Place.with { place in
            try place.write("a file", to: "taken")
            let refused = try await place.skein(
                "broker", "--port", "0", "--data", place.root + "/taken/data", "--json")
            #expect(refused.status == 7)
            #expect(refused.output.contains("--data"))
        }
    }

    private static func code(_ command: Command) throws -> String? {
        let envelope = try command.json
        #expect(envelope["ok"] as? Bool == false)
        return (envelope["error"] as? [String: any Sendable])?["code"] as? String
    }

    /// What is in `directory`, and itself, that others may read, write or enter.
    private static func openToOthers(_ directory: String) throws -> [String] {
        let files = FileManager.default
        let below = (files.enumerator(atPath: directory)?.allObjects as? [String] ?? [])
            .map { directory + "/" + $0 }
        return try ([directory] + below).filter { path in
            let mode = try files.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            return (mode ?? 0o777) & 0o077 != 0
        }
    }
}
