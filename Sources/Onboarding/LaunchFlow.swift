import Flow
import Mesh
import Session

/// The screens of the launch flow.
public enum LaunchScreen: String, CaseIterable, Hashable, Sendable {
    case welcome = "Welcome"
    case account = "Account"
    case meshPicker = "MeshPicker"
    case nameRole = "NameRole"
    case confirm = "Confirm"
    case handoff = "Handoff"
}

public typealias LaunchFlow = Flow<SessionState, LaunchScreen, QuestionName>

extension LaunchFlow {
    /// The way from nothing to a running agent. To add a screen, add one entry here and one view.
    public static let launch = LaunchFlow([
        Step(
            .welcome,
            shows: "never welcomed on this machine", { !$0.machine.welcomed },
            complete: "welcomed",
            requires: [
                Question(.welcome, \.answers.welcome) { _ in
                    Gap(flag: "--non-interactive", reason: "the welcome was not read")
                }
            ]),
        Step(
            .account,
            shows: "no account and no local identity", { $0.machine.account == nil },
            complete: "one exists, or this machine only is chosen",
            requires: [
                Question(.account, \.answers.account) { _ in
                    Gap(
                        flag: "--account", reason: "no account on this machine yet",
                        choices: ("Accounts", ["local"]))
                }
            ]),
        Step(
            .meshPicker,
            shows: "no mesh chosen, and not exactly one joined",
            { $0.machine.memberships.count != 1 || !$0.answers.mesh.isSettled },
            complete: "a mesh is chosen, or one to create is named",
            requires: [Question(.mesh, \.answers.mesh, gap: meshGap)]),
        Step(
            .nameRole,
            shows: "always", { _ in true },
            complete: "name, role and agent are settled",
            requires: [
                Question(.name, \.answers.name) { _ in
                    Gap(flag: "--name", reason: "no name was used before in this directory")
                },
                Question(.role, \.answers.role) { _ in
                    Gap(
                        flag: "--role", reason: "no role was used before in this directory",
                        choices: ("Suggested roles", SessionState.firstRoles))
                },
                Question(.groups, \.answers.groups) { _ in
                    Gap(flag: "--groups", reason: "the groups were opened to be changed")
                },
                Question(.agent, \.answers.agent, gap: agentGap),
            ]),
        Step(
            .confirm,
            shows: "always", { _ in true },
            complete: "Launch is taken",
            requires: [
                Question(.confirm, \.answers.confirm) { _ in
                    Gap(flag: "--yes", reason: "nobody took Launch")
                }
            ]),
        Step(
            .handoff,
            shows: "always", { _ in true },
            complete: "never: the agent takes the terminal", { _ in false }),
    ])

    private static func meshGap(_ state: SessionState) -> Gap {
        let joined = state.machine.memberships.map(\.slug)
        if joined.isEmpty {
            return Gap(flag: "--mesh or --new-mesh", reason: "no mesh is joined yet")
        }
        return Gap(
            flag: "--mesh",
            reason: "required in non-interactive mode when more than one mesh is joined",
            choices: ("Available meshes", joined))
    }

    private static func agentGap(_ state: SessionState) -> Gap {
        let found = state.facts.agents.filter { $0.path != nil }.map(\.word)
        return Gap(
            flag: "--agent", reason: "no agent was used before in this directory",
            choices: found.isEmpty ? nil : ("Agents found", found))
    }
}
