import Flow
import Keys
import Mesh
import MeshProtocol
import Onboarding
import Session
import Testing

@Suite("Drafts")
struct DraftTests {
    @Test("what is typed to name a mesh is its draft, and is offered again")
    func meshDraft() {
        var wizard = Sample.wizard(welcomed: true, account: .thisMachine)
        wizard.type("team")
        #expect(wizard.session.answers.mesh.value == .create(name: "team"))
        wizard.press(.control("c"))
        #expect(wizard.session.overlays.top == .quit)
        #expect(wizard.press(.enter) == [.keepDrafts, .leave])
    }

    @Test("kept drafts are where the next run starts, and settle nothing")
    func kept() {
        var (session, _) = Sample.session(welcomed: true, account: .thisMachine)
        session.answers = LaunchAnswers()
        var drafts = KeptDrafts()
        drafts.mesh = "team"
        drafts.name = "dev-9"
        drafts.role = "tester"
        _ = session.prefill(from: LaunchFlags(), drafts: drafts)
        var wizard = OnboardingState(session: session)
        #expect(wizard.takes == "Create “team”")
        wizard.press(.enter)
        #expect(wizard.takes == "“dev-9”")
        wizard.press(.enter)
        #expect(wizard.takes == "tester")
    }

    @Test("a text that is taken back leaves the draft as it was")
    func takenBack() {
        var wizard = Sample.wizard(meshes: ["dev"], welcomed: true, account: .thisMachine)
        wizard.press(.enter)
        wizard.type("x")
        #expect(wizard.session.answers.role.value == "x")
        wizard.press(.backspace)
        #expect(wizard.session.answers.role.value == "implementer")
    }

    @Test("leaving with nothing done asks nothing and keeps nothing")
    func nothingDone() {
        var wizard = Sample.wizard()
        #expect(wizard.press(.control("c")) == [.leave])
    }
}
