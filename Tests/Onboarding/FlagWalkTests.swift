import Flow
import Keys
import Mesh
import MeshProtocol
import Onboarding
import Session
import Testing

@Suite("Flag walk")
struct FlagWalkTests {
    private func refusal(_ change: (inout LaunchFlags) -> Void) -> Refusal? {
        var (session, wrong) = Sample.session(meshes: ["dev", "staging"], flags: Start.flags(change))
        FlagWalk.settleWhatTheModeAnswers(&session)
        return FlagWalk.refusal(for: session, wrong: wrong)
    }

    @Test("everything that is missing is told at once, with the choices")
    func missing() {
        let refusal = refusal { _ in }
        #expect(refusal?.gaps.map(\.flag) == ["--account", "--mesh", "--name", "--role", "--agent"])
        #expect(refusal?.error.code == .missing)
        #expect(refusal?.error.exit == .arguments)
        #expect(refusal?.lines.contains("  Available meshes: dev, staging") == true)
    }

    @Test("a wrong value comes first, gives the exit code, and is not missing as well")
    func wrong() {
        let refusal = refusal {
            $0.mesh = "nope"
            $0.name = ""
            $0.account = "bogus"
        }
        #expect(refusal?.wrong.map(\.code) == [.arguments, .meshNotFound, .badName])
        #expect(refusal?.gaps.map(\.flag) == ["--role", "--agent"])
        #expect(self.refusal { $0.mesh = "nope" }?.error.exit == .notFound)
        #expect(self.refusal { $0.agent = "gemini" }?.error.exit == .agentMissing)
    }

    @Test("nothing missing and nothing wrong is no refusal")
    func complete() {
        let refusal = refusal {
            $0.account = "local"
            $0.mesh = "dev"
            $0.name = "dev-1"
            $0.role = "lead"
            $0.agent = "claude"
        }
        #expect(refusal == nil)
    }
}
