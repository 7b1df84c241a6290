import Foundation
import TestSupport
import Testing

/// To people who do not want it, or are not there: other members of a real mesh.
@Suite("Mail that reaches nobody", .timeLimit(.minutes(1)))
struct BlockedMailTests {
    static func withOthers(
        _ work: (Place, _ token: String, _ bea: OldClient, _ cem: OldClient) async throws -> Void
    ) async throws {
        try await Place.with { place in
            try await place.settle()
            let (port, _) = try await place.member()
            let made = try await place.skein("invite", "--v1", "--uses", "2", "--json").json
            let data = made["data"] as? [String: any Sendable]
            let token = try #require(data?["token"] as? String)
            func come(_ name: String, _ byte: UInt8) throws -> OldClient {
                let joined = try OldClient.join(
                    token: token, seed: OldMeshTests.seed(byte), named: name, port: port)
                let client = try OldClient(port: port)
                let ack = try client.hello(
                    joined.member, named: name, session: OldMeshTests.seed(byte + 100))
                #expect(ack["type"] as? String == "hello_ack", "\(ack)")
                return client
            }
            try await work(place, token, try come("bea", 21), try come("cem", 22))
        }
    }

    static func sent(_ place: Place, _ words: String...) async throws -> String {
        let report = try await place.skein(["send"] + words + ["--json"])
        let data = try report.json["data"] as? [String: any Sendable]
        return try #require(data?["id"] as? String, "\(report)")
    }

    static func message(_ id: String, _ place: Place) async throws -> [String: any Sendable] {
        let report = try await place.skein("message", id, "--json").json
        return report["data"] as? [String: any Sendable] ?? [:]
    }

    @Test("who blocked you gets nothing, and to you it looks sent")
    func blocked() async throws {
        try await Self.withOthers { place, token, bea, cem in
            let mesh = try await place.skein("mesh", "list", "--json=member_key").json
            let rows = (mesh["data"] as? [String: any Sendable])?["meshes"]
            let me = try #require(
                (rows as? [[String: any Sendable]])?.first?["member_key"] as? String)
            // Only skein/1 knows grants; they are the member's, whichever program sets them.
            let (port, _) = try await place.member()
            let joined = try OldClient.join(
                token: token, seed: OldMeshTests.seed(21), named: "bea", port: port)
            let own = try OldClient(port: port)
            _ = try own.hello(
                joined.member, named: "bea", ["capabilities": ["skein/1"], "kind": "observer"])
            _ = try own.ask("set_grants", ["grants": [me: [String]()]])
            let grants = try own.ask("list_grants")
            #expect((grants["grants"] as? [String: Any])?.count == 1, "\(grants)")
            try own.leave()
            var ids: [String] = []
            for name in ["bea", "cem"] { ids.append(try await Self.sent(place, name, "hello")) }
            for id in ids {
                try await eventually("the message to be sent") {
                    try await Self.message(id, place)["state"] as? String == "sent"
                }
            }
            #expect(try cem.message().text == "hello")
            try cem.tell(try cem.key(of: "bea"), "after")
            // What was blocked would have come before.
            let (text, push) = try bea.message()
            #expect(text == "after", "\(push)")
            let told = try await Self.message(ids[0], place)
            #expect(told["reason"] is NSNull? && told["state"] as? String == "sent", "\(told)")
            let recipients = told["recipients"] as? [[String: any Sendable]] ?? []
            #expect(recipients.allSatisfy { $0["state"] as? String != "refused" }, "\(told)")
            let printed = try await place.skein("message", ids[0])
            #expect(!printed.output.contains("block") && !printed.output.contains("refused"))
        }
    }

    @Test("who left is said to be away; the message waits and is there when they come back")
    func left() async throws {
        try await Self.withOthers { place, token, bea, _ in
            let key = try #require(bea.keys?.member.hex)
            try bea.leave()
            try await eventually("bea to be away") {
                try await !place.peerNames().contains("bea")
            }
            let sent = try await place.skein("send", key, "for later")
            #expect(sent.status == 0 && sent.output.contains("who is away"), "\(sent)")
            let port = try await place.member().port
            let again = try OldClient.join(
                token: token, seed: OldMeshTests.seed(21), named: "bea", port: port)
            let back = try OldClient(port: port)
            _ = try back.hello(again.member, named: "bea", session: OldMeshTests.seed(150))
            let (text, push) = try back.message()
            // Nobody can say whether who is away speaks skein/1.
            #expect(text?.contains("for later") == true, "\(push)")
        }
    }
}
