import Foundation
import TestSupport
import Testing

/// What the verbs of mail are given that they do not expect, against the real relay and its
/// broker.
@Suite("Bad input of mail", .timeLimit(.minutes(2)))
struct BadMailTests {
    /// A launch in the place's mesh that lives until `work` is done.
    static func withLaunch(
        _ name: String, at place: Place, _ work: () async throws -> Void
    ) async throws {
        let fifo = place.root + "/end-" + name
        try #require(mkfifo(fifo, 0o600) == 0)
        async let launched = place.shell(
            "skein launch --non-interactive --account local --mesh demo --name \(name) "
                + "--role r --agent sh -- -c 'read line < \(fifo)'")
        do {
            try await eventually("\(name) to be present", within: .seconds(20)) {
                try await place.peerNames().contains(name)
            }
            try await work()
        } catch {
            _ = try? await place.shell("timeout 5 sh -c 'echo > \(fifo)'")
            _ = try? await launched
            throw error
        }
        _ = try await place.shell("timeout 5 sh -c 'echo > \(fifo)'")
        _ = try await launched
    }

    @Test("what is not text is refused by name, whole; nothing of it is sent")
    func bodies() async throws {
        try await Place.with { place in
            try await place.settle()
            try await Self.withLaunch("ada", at: place) {
                let big = try await place.shell("head -c 1048576 /dev/zero | tr '\\0' x | skein send ada -")
                #expect(big.status == 3, "\(big)")
                #expect(big.errors.contains("A message has at most 524288 bytes"), "\(big)")
                let json = try await place.shell(
                    "head -c 1048576 /dev/zero | tr '\\0' x | skein send ada - --json").json
                let error = json["error"] as? [String: any Sendable]
                #expect(error?["code"] as? String == "E_MESSAGE_TOO_LONG")
                let binary = try await place.shell("printf 'a\\0b' | skein send ada -")
                #expect(binary.status == 3 && binary.errors.contains("is not text"))
                let queue = try await place.skein("queue", "--format", "jsonl")
                #expect(queue.output == "", "\(queue)")
            }
        }
    }

    @Test("a body that commands a terminal is inert when it is printed, as text and as JSON")
    func inert() async throws {
        try await Place.with { place in
            try await place.settle()
            #expect(try await place.peerNames() == [])
            // By a client of old, which another of the member's programs may be.
            let (port, member) = try await place.member()
            let client = try OldClient(port: port)
            _ = try client.hello(member, named: "old\u{1B}[31m", session: OldMeshTests.seed(9))
            let key = try #require(client.keys?.member.hex)
            let sent = try client.tell(key, "\u{1B}]0;pwned\u{7}\u{9B}2J\0\u{7F}end")
            #expect(sent["queued"] as? Bool == true, "\(sent)")
            for words in [[], ["--json"], ["--format", "jsonl"], ["--all"]] {
                let printed = try await place.skein(["inbox", "--keep", "--wait", "15"] + words)
                #expect(printed.status == 0 && printed.output.contains("end"), "\(printed)")
                let controls = printed.output.unicodeScalars.filter {
                    ($0.value < 0x20 && $0 != "\n") || (0x7F...0x9F).contains($0.value)
                }
                #expect(controls.isEmpty, "\(words) \(printed.output.debugDescription)")
            }
            try client.leave()
        }
    }

    @Test("a launch that left is written to by its member: it waits, and that is said")
    func left() async throws {
        try await Place.with { place in
            try await place.settle()
            try await Self.withLaunch("ada", at: place) {
                try await Self.withLaunch("bob", at: place) {}
                try await eventually("bob to be away", within: .seconds(20)) {
                    try await place.peerNames() == ["ada"]
                }
                let sent = try await place.skein("send", "ada", "x")
                #expect(sent.output.hasPrefix("Queued for ada.\n"), "\(sent)")
                let away = try await place.skein("send", "bob", "x")
                #expect(away.status == 5, "\(away)")
                #expect(away.errors.contains("Nobody in the mesh is called bob"))
            }
        }
    }

    @Test("what is not there is 5, from the real relay and its broker")
    func absent() async throws {
        try await Place.with { place in
            try await place.settle()
            for (words, named) in [
                (["forget", "nosuch"], "nosuch"), (["state", "get", "nokey"], "nokey"),
                (["message", "0123456789ab"], "skein queue"),
                (["queue", "retry", "0123456789ab"], "skein queue"),
                (["send", "nobody", "x"], "nobody"), (["verify", "nobody"], "nobody"),
                (["block", "nobody"], "nobody"), (["mesh", "leave", "nope", "-y"], "nope"),
            ] {
                let command = try await place.skein(words)
                #expect(command.status == 5, "\(words) \(command)")
                #expect(command.errors.contains(named), "\(command)")
                // What a person reads begins with a capital.
                #expect(command.errors.hasPrefix("✗ "))
                #expect(command.errors.dropFirst(2).first?.isUppercase == true, "\(command)")
            }
        }
    }

    @Test("mail for its own time is no reason for a sync to fail")
    func scheduled() async throws {
        try await Place.with { place in
            try await place.settle()
            try await Self.withLaunch("ada", at: place) {
                #expect(try await place.skein("send", "ada", "x", "--in", "2h").status == 0)
                let sync = try await place.skein("sync", "--wait", "10")
                #expect(sync.status == 0, "\(sync)")
                #expect(try await place.skein("queue").output.contains("waiting for its time"))
            }
        }
    }

    @Test("a mesh that is left takes its launches' presence along, and says so")
    func leaving() async throws {
        try await Place.with { place in
            try await place.settle()
            try await Self.withLaunch("ada", at: place) {
                let left = try await place.skein("mesh", "leave", "demo", "--yes")
                #expect(left.status == 0, "\(left)")
                #expect(left.output.contains("1 launch is in no mesh any more"), "\(left)")
                let status = try await place.skein("relay", "status", "--json").json
                let data = status["data"] as? [String: any Sendable]
                #expect(data?["launches"] as? Int == 0, "\(status)")
                #expect(try await place.skein("peers").status == 5)
            }
        }
    }
}
