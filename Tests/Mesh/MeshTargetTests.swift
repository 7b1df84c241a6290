import Mesh
import Testing

@Suite("Targets of messages")
struct MeshTargetTests {
    static let key = String(repeating: "0a", count: 32)

    @Test(
        "what a broker resolves, and nothing else",
        arguments: [
            (key, .key(key)), ("*", .everyone), ("@all", .everyone), ("@a", .group("a")),
            ("@a/b", .group("a/b")), ("@équipe", .group("équipe")),
            (key.uppercased(), nil), (String(key.dropLast()), nil), (key + "0", nil),
            (String(repeating: "g", count: 64), nil), ("", nil), ("@", nil), ("@*", nil),
            ("@@a", nil), ("@a//b", nil), ("@a/", nil), ("@a b", nil), ("Bob", nil),
            ("#topic", nil), ("**", nil), ("@ALL", .group("ALL")),
        ] as [(String, MeshTarget?)])
    func reading(text: String, target: MeshTarget?) {
        #expect(MeshTarget(text) == target)
    }

    @Test(
        "mail for a group is for who is in it or below it",
        arguments: [
            ("a", "a", true), ("a", "a/b", true), ("a", "a/b/c", true), ("a/b", "a/b/c", true),
            ("a/b", "a", false), ("a", "ab", false), ("a", "b/a", false), ("a", "A", false),
            ("a/b", "a/bc", false),
        ])
    func reaching(group: String, member: String, reaches: Bool) {
        #expect(GroupRules.reaches(group, member) == reaches)
    }
}
