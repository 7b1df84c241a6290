import CSodium
import Foundation
import TestSupport
import Testing

@Suite("Inviting, from the command line")
struct InviteCommandTests {
    static let wrong: [([String], Int32)] = [
        ([], 5), (["--expires", "7d"], 5), (["--v1", "--expires", "7"], 3),
        (["--v1", "--role", "lead"], 3), (["--role", " "], 3), (["--group", "a\u{7}"], 3),
        (["--v1", "--expires", "0d"], 3), (["--v1", "--expires", "366d"], 3),
        (["--v1", "--expires", "1.5h"], 3), (["--v1", "--uses", "0"], 3),
        (["--v1", "--uses", "10001"], 3), (["--v1", "--permission", "owner"], 3),
        (["--v1", "--mesh", "nowhere"], 5), (["--v1"], 5), (["revoke"], 3), (["list"], 5),
    ]

    @Test("what cannot be meant is refused, and nothing is made", arguments: wrong)
    func refused(words: [String], status: Int32) async throws {
        try await Place.with { place in
            let command = try await place.skein(["invite"] + words + ["--json"])
            #expect(command.status == status, "\(command.output)")
            #expect(try command.json["ok"] as? Bool == false)
            #expect(place.kept == nil)
        }
    }

    @Test("a token is the owner's, names the broker, and is another one each time")
    func token() async throws {
        try await Place.with { place in
            try await place.settle()
            let (port, owner) = try await place.member()
            let made = try await place.skein(
                "invite", "--v1", "--uses", "3", "--expires", "12h", "--json")
            #expect(made.status == 0, "\(made.output)")
            let report = try #require(try made.json["data"] as? [String: any Sendable])
            #expect(report["mesh"] as? String == "demo")
            #expect(report["broker_url"] as? String == "ws://127.0.0.1:\(port)/ws")
            #expect(report["uses"] as? Int == 3)
            let token = try #require(report["token"] as? String)
            try Self.check(token, by: owner, brokerURL: "ws://127.0.0.1:\(port)/ws")

            let plain = try await place.skein("invite", "--v1", "--expires", "12h")
            #expect(plain.status == 0)
            let second = plain.output.trimmingCharacters(in: .newlines)
            try Self.check(second, by: owner, brokerURL: "ws://127.0.0.1:\(port)/ws")
            #expect(second != token)
            // On standard output alone, and in no file.
            #expect(!plain.errors.contains(second))
            for file in place.kept ?? [] where !file.hasSuffix("sqlite-wal") {
                let bytes = FileManager.default.contents(atPath: place.home + "/" + file)
                #expect(bytes?.range(of: Data(token.utf8)) == nil, "\(file)")
            }

            let id = try #require(report["id"] as? String)
            #expect(try await place.skein("invite", "revoke", id).status == 0)
            let list = try await place.skein("invite", "list")
            let rows = list.output.split(separator: "\n").filter { $0.contains(id) }
            #expect(rows.count == 1 && rows.first?.contains("revoked") == true)
            #expect(list.output.contains("open"))
        }
    }

    /// As the wire protocol has it, section 6.1, by nothing of Skein's.
    private static func check(
        _ token: String, by owner: OldClient.Member, brokerURL: String
    ) throws {
        let base64 = token.replacingOccurrences(of: "-", with: "+")
            .replacingOccurrences(of: "_", with: "/")
        let padded = base64 + String(repeating: "=", count: (4 - base64.count % 4) % 4)
        let bytes = try #require(Data(base64Encoded: padded))
        let says = try #require(
            try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        let texts = ["mesh_id", "mesh_slug", "broker_url", "mesh_root_key", "role", "owner_pubkey"]
            .map { says[$0] as? String ?? "" }
        let expiresAt = try #require(says["expires_at"] as? Int64)
        #expect(says["v"] as? Int == 1 && texts[0] == owner.mesh && texts[2] == brokerURL)
        #expect(abs(Double(expiresAt) - Date().timeIntervalSince1970 - 43_200) < 300)
        var (publicKey, secretKey) = (
            [UInt8](repeating: 0, count: 32), [UInt8](repeating: 0, count: 64)
        )
        #expect(crypto_sign_seed_keypair(&publicKey, &secretKey, owner.seed) == 0)
        let key = publicKey.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(texts[5] == key)
        let signed = Array(
            "1|\(texts[0])|\(texts[1])|\(brokerURL)|\(expiresAt)|\(texts[3])|member|\(key)".utf8)
        var signature = [UInt8](repeating: 0, count: 64)
        crypto_sign_detached(&signature, nil, signed, UInt64(signed.count), secretKey)
        let digits = signature.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(says["signature"] as? String == digits)
    }

    @Test("a launch may not let anybody in", arguments: [[], ["--v1"], ["list"], ["revoke", "x"]])
    func launch(words: [String]) async throws {
        try await Place.with { place in
            let command = try await place.skein(
                ["invite"] + words, adding: ["SKEIN_LAUNCH": "l", "SKEIN_MESH": "demo"])
            #expect(command.status == 7)
            #expect(command.errors.contains("launch may not"))
        }
    }
}
