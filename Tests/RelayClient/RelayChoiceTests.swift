import Testing

@testable import RelayClient

@Suite("A relay of another version")
struct RelayChoiceTests {
    @Test(
        "is used, replaced or left",
        arguments: [
            // protocol and program of the relay; may it be replaced; what is done.
            (2, "1.2.0", true, .use), (2, "1.2.0", false, .use),
            (2, "1.1.9", true, .replace), (2, "1.1.9", false, .use),
            (2, "1.3.0", true, .use), (2, "1.10.0", true, .use),
            (1, "1.1.0", true, .replace), (1, "1.1.0", false, .leave),
            (3, "1.3.0", true, .updateSkein), (3, "1.3.0", false, .updateSkein),
            // A newer program that went back to older lines is newer all the same.
            (1, "2.0.0", true, .updateSkein), (3, "1.0.0", true, .replace),
            // Of one version, or of one that cannot be read: the protocol says who is older.
            (1, "1.2.0", true, .replace), (3, "1.2.0", true, .updateSkein),
            (1, "", true, .replace), (2, "", true, .use), (2, "x", true, .use),
            (3, "x", true, .updateSkein), (1, "x", false, .leave),
        ] as [(Int, String, Bool, RelayChoice)])
    func choice(
        protocolVersion: Int, programVersion: String, mayReplace: Bool, choice: RelayChoice
    ) {
        #expect(
            RelayChoice(
                theirs: (protocolVersion, programVersion), ours: (2, "1.2.0"),
                mayReplace: mayReplace) == choice)
    }

    @Test("versions are in their order")
    func order() throws {
        let versions = try [
            "0.0.9", "0.1.0-alpha", "0.1.0-alpha.1", "0.1.0-alpha.beta", "0.1.0-beta.2",
            "0.1.0-beta.11", "0.1.0-rc.1", "0.1.0", "0.1.1", "0.2.0", "0.10.0", "1.0.0",
        ].map { try #require(ProgramVersion($0)) }
        for (first, second) in zip(versions, versions.dropFirst()) {
            #expect(first < second && !(second < first))
        }
        #expect(ProgramVersion("1.0.0+a") == ProgramVersion("1.0.0+b"))
    }

    @Test(
        "what is none",
        arguments: [
            "", "1", "1.2", "1.2.3.4", "1.2.x", "1..2", "-1.2.3", "v1.2.3", "1.2.99999999999999999999",
            String(repeating: "1", count: 200) + ".1.1", "１.2.3",
        ])
    func none(text: String) { #expect(ProgramVersion(text) == nil) }
}
