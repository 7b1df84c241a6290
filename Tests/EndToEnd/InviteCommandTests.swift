import Foundation
import TestSupport
import Testing

@Suite("Inviting, from the command line")
struct InviteCommandTests {
    static let wrong: [([String], Int32)] = [
        ([], 3), (["--expires", "7d"], 3), (["--v1", "--expires", "7"], 3),
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

    @Test("without --v1 it says what there is")
    func later() async throws {
        try await Place.with { place in
            let command = try await place.skein("invite")
            #expect(command.status == 3)
            #expect(command.errors.contains("skein invite --v1"))
            #expect(command.output == "")
        }
    }

    @Test("a launch may not let anybody in", arguments: [["--v1"], ["list"], ["revoke", "x"]])
    func launch(words: [String]) async throws {
        try await Place.with { place in
            let command = try await place.skein(
                ["invite"] + words, adding: ["SKEIN_LAUNCH": "l", "SKEIN_MESH": "demo"])
            #expect(command.status == 7)
            #expect(command.errors.contains("launch may not"))
        }
    }
}
