import Mesh
import MeshProtocol
import Testing

@Suite("A target that means nobody, as it is told")
struct TargetFaultTests {
    private static let choices = [
        TargetChoice(name: "dev", key: "aabbccdd", role: "reviewer", directory: "/src"),
        TargetChoice(name: "dev", key: "eeff0011", role: ""),
    ]

    @Test("the choices are told by name, key, role and directory, and how many more there are")
    func told() {
        let ambiguous = SkeinError(.ambiguous(choices: Self.choices, more: 2), target: "dev")
        #expect(ambiguous.code == .peerAmbiguous && ambiguous.subject == "dev")
        #expect(
            ambiguous.hint
                == "Take one of the keys: dev aabbccdd (reviewer, /src); dev eeff0011; and 2 more")
        let unknown = SkeinError(.unknown(choices: Self.choices, more: 0), target: "x")
        #expect(unknown.code == .peerNotFound)
        #expect(unknown.hint?.hasSuffix("dev eeff0011") == true)
        #expect(SkeinError(.unknown(choices: [], more: 0), target: "x").hint?.isEmpty == false)
        #expect(SkeinError(.malformed, target: "").code == .arguments)
    }
}
