import Foundation
import Mesh
import TestSupport
import Testing

@testable import Database

/// Homes in a state that nobody wishes for, with the verbs of mail.
@Suite("Homes that are full, moved, shared or heavy", .timeLimit(.minutes(2)))
struct BadHomeTests {
    static let isRoot = geteuid() == 0

    @Test("on a full disk a message is refused, never half kept; with room it goes again",
        .enabled(if: isRoot))
    func full() async throws {
        try await Place.with { place in
            try FileManager.default.createDirectory(
                atPath: place.home, withIntermediateDirectories: false)
            let launch = CommandsTests.launch.joined(separator: " ")
            let command = try await place.shell(
                """
                exec unshare -m sh -c '
                mount -t tmpfs -o size=24m,mode=700 tmpfs ../home || exit 99
                skein() { "\(Command.path)" "$@"; }
                skein \(launch) -- -c true || exit 98
                key=$(skein mesh list --json=member_key | tr , "\\n" | grep -o "[0-9a-f]\\{64\\}")
                head -c 99999999 /dev/zero >../home/fill 2>/dev/null
                head -c 400000 /dev/zero | tr "\\0" x | skein send $key - --json; echo "code $?"
                skein queue --json; echo "code $?"
                rm ../home/fill
                skein send $key small >/dev/null; echo "code $?"
                skein relay stop >/dev/null; umount ../home'
                """)
            guard command.status != 99 else { return }
            #expect(command.output.contains("\"E_DISK_FULL\""), "\(command)")
            let codes = command.output.split(separator: "\n").filter { $0.hasPrefix("code ") }
            #expect(codes == ["code 8", "code 0", "code 0"], "\(command)")
            #expect(command.output.contains(#""messages":[]"#), "\(command)")
        }
    }

    @Test("on a read-only disk a sentence says so, and nothing hangs", .enabled(if: isRoot))
    func readOnly() async throws {
        try await Place.with { place in
            try FileManager.default.createDirectory(
                atPath: place.home, withIntermediateDirectories: false)
            let launch = CommandsTests.launch.joined(separator: " ")
            let command = try await place.shell(
                """
                exec unshare -m sh -c '
                mount -t tmpfs -o size=24m,mode=700 tmpfs ../home || exit 99
                skein() { "\(Command.path)" "$@"; }
                skein \(launch) -- -c true || exit 98
                skein relay stop >/dev/null
                mount -o remount,ro ../home || exit 97
                for verb in "send ada x" inbox queue sync peers; do
                skein $verb; echo "code $?"; done; umount ../home'
                """)
            guard command.status != 99 else { return }
            let codes = command.output.split(separator: "\n").filter { $0.hasPrefix("code ") }
            #expect(codes.count == 5 && codes.allSatisfy { $0 == "code 7" }, "\(command)")
            #expect(command.errors.contains("cannot be written"), "\(command)")
        }
    }

    @Test("two users of a machine have two relays, and neither is answered by the other's",
        .enabled(if: isRoot && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")))
    func twoUsers() async throws {
        try await Place.with { place in
            try await place.settle()
            let own = place.root + "/nobody"
            try FileManager.default.createDirectory(
                atPath: own, withIntermediateDirectories: false)
            try #require(chown(own, 65534, 65534) == 0 && chmod(place.root, 0o711) == 0)
            func asNobody(_ home: String, _ words: String...) async throws -> Command {
                try await Command.run(
                    "/usr/bin/setpriv",
                    ["--reuid", "65534", "--regid", "65534", "--clear-groups", Command.path] + words,
                    environment: place.environment.merging(["SKEIN_HOME": home]) { $1 },
                    directory: "/")
            }
            for verb in [["peers"], ["inbox"], ["relay", "stop"]] {
                let refused = try await asNobody(place.home, verb[0], verb.count > 1 ? verb[1] : "--json")
                #expect(refused.status == 7, "\(verb) \(refused)")
            }
            #expect(try await place.relayProcess() != nil)
            let made = try await asNobody(own + "/home", "mesh", "create", "theirs")
            #expect(made.status == 0, "\(made)")
            let peers = try await asNobody(own + "/home", "peers", "--json")
            #expect(peers.status == 0 && peers.output.contains(#""mesh":"theirs""#), "\(peers)")
            #expect(try await place.skein("peers", "--json").output.contains(#""mesh":"demo""#))
            #expect(try await asNobody(own + "/home", "relay", "stop").status == 0)
        }
    }

    @Test("a home that is moved while its relay runs is served where it is now")
    func moved() async throws {
        try await Place.with { place in
            try await place.settle()
            let old = try #require(try await place.relayProcess())
            let new = place.root + "/moved"
            try FileManager.default.moveItem(atPath: place.home, toPath: new)
            let there = ["SKEIN_HOME": new]
            #expect(try await place.skein("mesh", "list", adding: there).output.contains("demo"))
            let peers = try await place.skein("peers", "--json", adding: there)
            #expect(peers.status == 0, "\(peers)")
            try await eventually("the old relay's end", within: .seconds(20)) {
                !ProcessFacts.isAlive(old)
            }
            #expect(try await place.skein("sync", adding: there).status == 0)
            // Where it was, nothing was made anew.
            #expect(!FileManager.default.fileExists(atPath: place.home + "/data/machine.sqlite"))
            #expect(try await place.skein("relay", "stop", adding: there).status == 0)
        }
    }

    @Test("an inbox of 100,000 is counted, shown in part, and followed by the newest")
    func heavy() async throws {
        try await Place.with { place in
            try await place.settle()
            let mesh = try await place.member().member.mesh
            try await place.skein("relay", "stop")
            let store = try MailStore.open(at: place.home + "/data/mail.sqlite")
            try await store.write { db in
                try db.registerMesh(MeshID(rawValue: mesh))
                try db.run(
                    """
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
                    INSERT INTO incoming (mesh, id, launch, senderName, senderKey, author, trust,
                        target, priority, text, hops, createdAt, receivedAt)
                    SELECT ?, 'i' || i, '', 'n', 's', 'agent', 'claimed', 't', 1, 'text ' || i, 0,
                        i, i FROM n
                    """, [mesh])
            }
            store.close()
            let status = try await place.skein("relay", "status")
            #expect(status.status == 0)
            let inbox = try await place.skein("inbox", "--limit", "20", "--json")
            let data = try inbox.json["data"] as? [String: any Sendable]
            #expect(data?["left"] as? Int == 99_980, "\(inbox.output.prefix(300))")
            #expect((data?["messages"] as? [any Sendable])?.count == 20)
            let now = try await place.skein("relay", "status")
            #expect(now.output.contains("99980 unread"), "\(now)")
        }
    }
}
