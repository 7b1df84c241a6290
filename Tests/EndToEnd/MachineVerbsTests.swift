import Foundation
import TestSupport
import Testing

@Suite("This machine's meshes, from the command line")
struct MachineVerbsTests {
    static func slugs(_ place: Place) async throws -> [String] {
        try await place.skein("mesh", "list", "--format", "jsonl", "--fields", "slug")
            .output.split(separator: "\n").map { String($0.dropFirst(9).dropLast(2)) }
    }

    @Test("meshes are made, used, and left; a key is kept aside; no relay is started for it")
    func meshes() async throws {
        try await Place.with { place in
            #expect(try await place.skein("mesh", "create", "One Mesh").status == 0)
            #expect(try await place.skein("mesh", "create", "two").status == 0)
            #expect(try await place.skein("mesh", "create", "one-mesh").status == 6)
            #expect(try await place.skein("mesh", "create", "!").status == 3)
            #expect(try await Self.slugs(place) == ["two", "one-mesh"])
            #expect(try await place.skein("mesh", "use", "one-mesh").status == 0)
            #expect(try await Self.slugs(place) == ["one-mesh", "two"])
            #expect(try await place.skein("mesh", "use", "three").status == 5)
            let asked = try await place.skein("mesh", "leave", "two")
            #expect(asked.status == 3 && asked.errors.contains("--yes"))
            #expect(try await place.skein("mesh", "leave", "two", "--yes").status == 0)
            #expect(try await Self.slugs(place) == ["one-mesh"])
            let keys = (place.kept ?? []).filter { $0.contains("keys/members/") }
            #expect(keys.count { $0.hasSuffix(".key") } == 1)
            #expect(keys.count { $0.hasSuffix(".key.left") } == 1)
            #expect(place.relays == [])
        }
    }

    @Test("a backup brings the meshes back, and takes the place of nothing by itself")
    func backup() async throws {
        try await Place.with { place in
            try place.write("correct horse battery\n", to: "secret", mode: 0o600)
            try place.write("another horse battery\n", to: "wrong", mode: 0o600)
            let secret = ["--passphrase-file", place.root + "/secret"]
            #expect(try await place.skein("mesh", "create", "one").status == 0)
            let made = try await place.skein(["backup", "b"] + secret)
            #expect(made.status == 0, "\(made)")
            let mode = try FileManager.default.attributesOfItem(atPath: place.work + "/b")[
                .posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(try await place.skein(["backup", "b"] + secret).status == 6)
            #expect(try await place.skein("mesh", "create", "two").status == 0)
            #expect(try await place.skein(["restore", "b"] + secret).status == 6)
            let wrong = ["--passphrase-file", place.root + "/wrong", "--force"]
            #expect(try await place.skein(["restore", "b"] + wrong).status == 2)
            #expect(try await Self.slugs(place) == ["two", "one"])
            #expect(try await place.skein(["restore", "b", "--force"] + secret).status == 0)
            #expect(try await Self.slugs(place) == ["one"])
            #expect(try await place.skein("doctor").output.contains("every mesh has its key"))
            // On another machine there is nothing to be kept.
            try FileManager.default.removeItem(atPath: place.home)
            let fresh = try await place.skein(["restore", "b", "--json=kept_as"] + secret)
            #expect(fresh.output.contains("{\"kept_as\":null}"), "\(fresh)")
            #expect(try await Self.slugs(place) == ["one"])
        }
    }

    @Test("the doctor names what is wrong, ends with 8, and mends what it may")
    func doctor() async throws {
        try await Place.with { place in
            #expect(try await place.skein("doctor").status == 0)
            #expect(place.kept == nil)
            #expect(try await place.skein("mesh", "create", "one").status == 0)
            let data = place.home + "/data"
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: data)
            let open = try await place.skein("doctor")
            #expect(open.status == 8 && open.output.contains("✗ home: others can look into"))
            #expect(try await place.skein("doctor").status == 8)
            let mended = try await place.skein("doctor", "--fix", "--json", "name,state,was_fixed")
            #expect(mended.status == 0, "\(mended)")
            #expect(
                mended.output.contains("{\"name\":\"home\",\"state\":\"fine\",\"was_fixed\":true}"))
            let key = try #require(place.kept?.first { $0.hasSuffix(".key") })
            try Data([1]).write(to: URL(fileURLWithPath: place.home + "/" + key))
            let lost = try await place.skein("doctor")
            #expect(lost.status == 8 && lost.output.contains("✗ keys: the key of the mesh one"))
            try Data("nonsense".utf8).write(
                to: URL(fileURLWithPath: place.home + "/data/machine.sqlite"))
            let damaged = try await place.skein("doctor")
            #expect(damaged.status == 8 && damaged.output.contains("✗ store:"))
            // It looks, and moves nothing aside.
            #expect(place.kept?.contains { $0.contains("corrupt") } == false)
        }
    }
}
