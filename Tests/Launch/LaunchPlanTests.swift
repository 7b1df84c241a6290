import Agents
import Flow
import Launch
import Mesh
import MeshProtocol
import Session
import Testing

@Suite("Launch plan")
struct LaunchPlanTests {
    private func key(_ pair: String) throws -> PublicKey {
        try #require(PublicKey(hex: String(repeating: pair, count: 32)))
    }

    private func circumstances() throws -> LaunchPlan.Circumstances {
        LaunchPlan.Circumstances(
            now: Moment(milliseconds: 1_000), pid: 42, processStart: 4_200,
            launch: LaunchID(rawValue: "launch-1"), token: "secret-token",
            newMesh: MeshID(rawValue: "new-mesh"), newMember: MemberID(rawValue: "new-member"),
            newMemberKey: try key("cd"),
            environment: ["PATH": "/usr/bin", "CLAUDECODE": "1", "LINES": "24", "COLUMNS": "80"])
    }

    private func session(agent: String = "claude", mesh: MeshChoice) -> SessionState {
        var session = SessionState(
            facts: Facts(
                directory: "/src/payments", home: "/home/ada", loginName: "ada",
                hostname: "laptop",
                agents: [
                    AgentFact(word: "claude", title: "Claude Code", path: "/opt/claude", isKnown: true),
                    AgentFact(word: "sh", title: "sh", path: "/bin/sh", isKnown: false),
                    AgentFact(word: "codex", title: "Codex", path: nil, isKnown: true),
                ], freshSession: "session-1"))
        session.answers.mesh.settle(mesh)
        session.answers.name.settle("dev-1")
        session.answers.role.settle("reviewer")
        session.answers.groups.settle([GroupMembership(name: "backend")])
        session.answers.agent.settle(agent)
        return session
    }

    @Test("a new mesh is made with the launch, its member an admin, all in one commit")
    func newMesh() throws {
        let plan = try LaunchPlan.make(
            for: session(mesh: .create(name: "Payments Team")), welcomed: true, in: try circumstances())
        #expect(plan.isNewMesh)
        #expect(plan.membership.slug == "payments-team")
        #expect(plan.membership.permission == .admin)
        #expect(plan.membership.place == .thisMachine)
        #expect(plan.commit.newMembership == plan.membership)
        #expect(plan.commit.answers.mesh == plan.membership.mesh)
        #expect(plan.commit.welcomed)
        #expect(plan.record.pid == 42)
        #expect(plan.record.agentSession == "session-1")
    }

    @Test("a joined mesh is used as it is")
    func joinedMesh() throws {
        var session = session(mesh: .joined(MeshID(rawValue: "m")))
        let membership = Membership(
            mesh: MeshID(rawValue: "m"), name: "dev", slug: "dev", place: .thisMachine,
            member: MemberID(rawValue: "me"), memberKey: try key("ab"), permission: .member,
            joinedAt: Moment(milliseconds: 1), lastUsedAt: Moment(milliseconds: 1))
        session.machine.memberships = [membership]
        let plan = try LaunchPlan.make(for: session, welcomed: false, in: try circumstances())
        #expect(!plan.isNewMesh)
        #expect(plan.commit.newMembership == nil)
        #expect(plan.membership == membership)
        #expect(!plan.commit.welcomed)
    }

    @Test("the environment tells the agent who it is, and nothing that would mislead it")
    func environment() throws {
        let command = try LaunchPlan.make(
            for: session(mesh: .create(name: "dev")), welcomed: true, in: try circumstances()
        ).command
        #expect(command.path == "/opt/claude")
        #expect(command.arguments == ["claude", "--session-id", "session-1"])
        #expect(command.environment["SKEIN_LAUNCH"] == "launch-1")
        #expect(command.environment["SKEIN_LAUNCH_TOKEN"] == "secret-token")
        #expect(command.environment["SKEIN_MESH"] == "dev")
        #expect(command.environment["PATH"] == "/usr/bin")
        for gone in ["CLAUDECODE", "LINES", "COLUMNS"] { #expect(command.environment[gone] == nil) }
    }

    @Test("what is shown of a plan holds no secret")
    func noSecretShown() throws {
        let command = try LaunchPlan.make(
            for: session(mesh: .create(name: "dev")), welcomed: true, in: try circumstances()
        ).command
        #expect(!command.added.values.contains { $0.contains("secret-token") })
        #expect(!command.line.contains("secret-token"))
    }

    @Test("the agent's hooks find in its environment all they need")
    func hookDoor() throws {
        var circumstances = try circumstances()
        circumstances.environment["SKEIN_SOCKET"] = "/of/another/launch"
        circumstances.environment["SKEIN_SPOOL"] = "/of/another/launch"
        let session = session(mesh: .create(name: "dev"))
        let without = try LaunchPlan.make(for: session, welcomed: true, in: circumstances).command
        #expect(without.environment["SKEIN_SOCKET"] == nil && without.environment["SKEIN_SPOOL"] == nil)
        #expect(!without.arguments.contains("--settings"))

        circumstances.door = AgentCommand.HookDoor(
            program: "/opt/skein", socket: "/run/skein/relay.sock", spool: "/state/hooks.spool")
        let command = try LaunchPlan.make(for: session, welcomed: true, in: circumstances).command
        #expect(command.environment["SKEIN_SOCKET"] == "/run/skein/relay.sock")
        #expect(command.environment["SKEIN_SPOOL"] == "/state/hooks.spool")
        #expect(command.environment["SKEIN_LAUNCH"] == "launch-1")
        #expect(command.environment["SKEIN_LAUNCH_TOKEN"] == "secret-token")
        #expect(command.line.contains("/opt/skein hook claude Stop"))
        #expect(command.shortLine == "claude --session-id session-1 --settings …")
    }

    @Test("the launch is kept with the mode its mail was asked for in")
    func mailMode() throws {
        var session = session(mesh: .create(name: "dev"))
        session.answers.options.mail = MailMode(mode: .inbox, policy: .focus)
        let plan = try LaunchPlan.make(for: session, welcomed: true, in: try circumstances())
        #expect(plan.record.mail == MailMode(mode: .inbox, policy: .focus))
    }

    @Test("an agent that is not on PATH ends with its own exit code before anything is made")
    func missing() throws {
        let circumstances = try circumstances()
        let session = session(agent: "codex", mesh: .create(name: "dev"))
        let error = #expect(throws: SkeinError.self) {
            try LaunchPlan.make(for: session, welcomed: true, in: circumstances)
        }
        #expect(error?.exit == .agentMissing)
    }

    @Test("an unsettled answer is never guessed")
    func unsettled() throws {
        let circumstances = try circumstances()
        var session = session(mesh: .create(name: "dev"))
        session.answers.role.unsettle()
        #expect(throws: SkeinError.self) {
            try LaunchPlan.make(for: session, welcomed: true, in: circumstances)
        }
    }
}

@Suite("Shell words")
struct ShellWordTests {
    @Test(
        "a word is quoted only where a shell would read it otherwise",
        arguments: [
            ("claude", "claude"), ("--model=opus", "--model=opus"), ("", "''"),
            ("two words", "'two words'"), ("it's", "'it'\\''s'"), ("$HOME", "'$HOME'"),
            ("a;b", "'a;b'"), ("é", "'é'"),
        ])
    func quoted(word: String, expected: String) {
        #expect(ShellWord.quoted(word) == expected)
    }
}
