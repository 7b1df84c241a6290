import Flow
import Mesh
import MeshProtocol
import Session
import Testing

@Suite("Prefill")
struct PrefillTests {
    private func prefilled(_ state: SessionState, _ change: (inout LaunchFlags) -> Void = { _ in })
        -> (state: SessionState, problems: [SkeinError])
    {
        var state = state
        var flags = LaunchFlags()
        change(&flags)
        let problems = state.prefill(from: flags)
        return (state, problems)
    }

    @Test("an empty machine settles nothing but offers a draft for everything")
    func empty() {
        let (state, problems) = prefilled(Sample.state(agents: [Sample.claude, Sample.codex]))
        #expect(problems.isEmpty)
        #expect(state.answers.account.settled == nil)
        #expect(state.answers.mesh.settled == nil)
        #expect(state.answers.mesh.value == .create(name: "payments"))
        #expect(state.answers.name.settled == nil)
        #expect(state.answers.name.value == "ada")
        #expect(state.answers.role.value == "implementer")
        #expect(state.answers.agent.settled == nil)
        #expect(state.answers.agent.value == "claude")
    }

    @Test("the only known agent on PATH is settled; a shell never settles itself")
    func onlyAgent() {
        #expect(prefilled(Sample.state()).state.answers.agent.settled == "claude")
        let shellOnly = prefilled(Sample.state(agents: [Sample.missing, Sample.shell])).state
        #expect(shellOnly.answers.agent.settled == nil)
        #expect(shellOnly.answers.agent.value == "sh")
    }

    @Test("one joined mesh is chosen without asking, two are not")
    func meshes() {
        let one = prefilled(Sample.state(meshes: ["dev"])).state
        #expect(one.answers.mesh.settled == .joined(MeshID(rawValue: "mesh-dev")))
        let two = prefilled(Sample.state(meshes: ["dev", "staging"])).state
        #expect(two.answers.mesh.settled == nil)
        #expect(two.answers.mesh.value == .joined(MeshID(rawValue: "mesh-dev")))
    }

    @Test("what this directory used last is settled, where it still exists")
    func remembered() {
        let last = LastAnswers(
            mesh: MeshID(rawValue: "mesh-staging"), name: "dev-1", role: "lead",
            groups: [GroupMembership(name: "backend")], agent: "codex")
        let state = prefilled(
            Sample.state(
                meshes: ["dev", "staging"], agents: [Sample.claude, Sample.codex], last: last)
        ).state
        #expect(state.answers.mesh.settled == .joined(last.mesh))
        #expect(state.answers.name.settled == "dev-1")
        #expect(state.answers.role.settled == "lead")
        #expect(state.answers.groups.settled == last.groups)
        #expect(state.answers.agent.settled == "codex")

        let gone = prefilled(
            Sample.state(meshes: ["dev", "prod"], agents: [Sample.claude, Sample.shell, Sample.codex].filter { $0.word != "codex" } + [AgentFact(word: "codex", title: "Codex", path: nil, isKnown: true)], last: last)
        ).state
        #expect(gone.answers.mesh.settled == nil, "a mesh that was left is asked for again")
        #expect(gone.answers.agent.settled == "claude", "an agent that is gone gives way")
    }

    @Test("what was kept from a run that was left is asked again where it is something else")
    func kept() {
        let last = LastAnswers(
            mesh: MeshID(rawValue: "mesh-dev"), name: "dev-1", role: "lead",
            groups: [GroupMembership(name: "backend")], agent: "claude")
        var drafts = KeptDrafts()
        drafts.name = "dev-1"
        drafts.role = "tester"
        drafts.groups = "frontend"
        var state = Sample.state(meshes: ["dev"], last: last)
        _ = state.prefill(from: LaunchFlags(), drafts: drafts)
        #expect(state.answers.name.settled == "dev-1")
        #expect(state.answers.role.settled == nil)
        #expect(state.answers.role.value == "tester")
        #expect(state.answers.groups.settled == nil)
        #expect(state.answers.groups.value == [GroupMembership(name: "frontend")])
        #expect(state.answers.agent.settled == "claude")
        #expect(state.answers.mesh.settled == .joined(last.mesh))

        drafts.mesh = "new"
        var other = Sample.state(meshes: ["dev"], last: last)
        _ = other.prefill(from: LaunchFlags(), drafts: drafts)
        #expect(other.answers.mesh.settled == nil)
        #expect(other.answers.mesh.value == .create(name: "new"))
    }

    @Test("a flag wins over what is remembered")
    func flags() {
        let last = LastAnswers(
            mesh: MeshID(rawValue: "mesh-dev"), name: "dev-1", role: "lead", groups: [],
            agent: "claude")
        let (state, problems) = prefilled(Sample.state(meshes: ["dev", "staging"], last: last)) {
            $0.mesh = "staging"
            $0.name = " dev-2 "
            $0.role = "reviewer"
            $0.groups = "backend, api:lead,,"
            $0.agent = "sh"
            $0.isConfirmed = true
        }
        #expect(problems.isEmpty)
        #expect(state.answers.mesh.settled == .joined(MeshID(rawValue: "mesh-staging")))
        #expect(state.answers.name.settled == "dev-2")
        #expect(state.answers.role.settled == "reviewer")
        #expect(
            state.answers.groups.settled == [
                GroupMembership(name: "backend"), GroupMembership(name: "api", role: "lead"),
            ])
        #expect(state.answers.agent.settled == "sh")
        #expect(state.answers.confirm.isSettled)
    }

    struct WrongFlag: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: ErrorCode
        let exit: ExitCode
        let set: @Sendable (inout LaunchFlags) -> Void
    }

    @Test(
        "a wrong value is told with its code, and settles nothing",
        arguments: [
            WrongFlag(testDescription: "unknown mesh", code: .meshNotFound, exit: .notFound) { $0.mesh = "nope" },
            WrongFlag(testDescription: "mesh that exists", code: .meshExists, exit: .alreadyExists) { $0.newMesh = "Dev" },
            WrongFlag(testDescription: "both meshes", code: .arguments, exit: .arguments) {
                $0.mesh = "dev"
                $0.newMesh = "x"
            },
            WrongFlag(testDescription: "unknown account", code: .arguments, exit: .arguments) { $0.account = "cloud" },
            WrongFlag(testDescription: "agent not on PATH", code: .agentMissing, exit: .agentMissing) { $0.agent = "gemini" },
            WrongFlag(testDescription: "name with an escape", code: .badName, exit: .arguments) { $0.name = "a\u{1b}[31m" },
            WrongFlag(testDescription: "name of 10,000", code: .badName, exit: .arguments) { $0.name = String(repeating: "x", count: 10_000) },
            WrongFlag(testDescription: "empty name", code: .badName, exit: .arguments) { $0.name = "   " },
            WrongFlag(testDescription: "name that turns text around", code: .badName, exit: .arguments) { $0.name = "a\u{202e}b" },
            WrongFlag(testDescription: "group of two words", code: .badName, exit: .arguments) { $0.groups = "back end" },
            WrongFlag(testDescription: "mesh without a letter", code: .badName, exit: .arguments) { $0.newMesh = "!!!" },
        ])
    func wrong(_ flag: WrongFlag) {
        let (_, problems) = prefilled(Sample.state(meshes: ["dev", "staging"]), flag.set)
        #expect(problems.map(\.code) == [flag.code])
        #expect(problems.first?.exit == flag.exit)
        #expect(problems.allSatisfy { error in !error.message.unicodeScalars.contains { $0.value < 32 } })
    }

    @Test("an unknown mesh is told with the nearest names first")
    func nearest() {
        let state = Sample.state(meshes: ["payments", "dev", "staging"])
        #expect(state.nearestMeshes(to: "paymets").first == "payments")
        #expect(state.nearestMeshes(to: "stagin").first == "staging")
    }

    @Test("the first mesh is named as the directory is, and never after the home or the root")
    func directoryName() {
        #expect(Sample.state().directoryMeshName == "payments")
        #expect(Sample.state(directory: "/home/ada").directoryMeshName == "home")
        #expect(Sample.state(directory: "/").directoryMeshName == "home")
        #expect(Sample.state(directory: "/tmp/…").directoryMeshName == "home")
    }
}
