import Database
import Foundation
import Home
import Launch
import Mesh
import MeshProtocol
import Onboarding
import Plain
import Session
import Terminal

/// One `skein launch`: which way the flow is walked, and what comes of it.
struct LaunchRun {
    let request: LaunchRequest
    let surroundings: Surroundings
    let database: MachineDatabase
    let launcher: Launcher
    /// What stands in the way of a screen.
    private let obstacle: Terminal.Obstacle?
    /// What is known and given before anything is asked, and what was given wrongly.
    let session: SessionState
    let wrong: [SkeinError]

    static func perform(_ request: LaunchRequest) async throws(SkeinError) -> ExitCode {
        let surroundings = try Surroundings()
        surroundings.tellWarnings()
        try await surroundings.joinNamedMesh(request)
        return try await LaunchRun(request, surroundings).start()
    }

    private init(_ request: LaunchRequest, _ surroundings: Surroundings) throws(SkeinError) {
        self.request = request
        self.surroundings = surroundings
        database = try surroundings.openDatabase()
        let flags = try request.flags(from: database)
        launcher = Launcher(
            home: surroundings.home, database: database, starter: surroundings.relayStarter,
            environment: surroundings.environment, resuming: flags.earlier)
        let machine = try database.record(directory: Process.currentDirectory)
        // Any command may be an agent: the one used last here is looked for as the known ones are.
        let wanted = flags.agent ?? flags.earlier?.agent ?? machine.lastAnswers?.agent
        var session = SessionState(facts: surroundings.facts(wanted: wanted), machine: machine)
        surroundings.addAccount(to: &session)
        // Only somebody who is asked goes on with what was typed before.
        obstacle = Terminal.obstacle(environment: surroundings.environment)
        let isAsked =
            !request.isNonInteractive && !request.isDryRun && (obstacle ?? .dumb) == .dumb
        let kept = DraftStore(database, directory: session.facts.directory).drafts
        wrong = session.prefill(from: flags, drafts: isAsked ? kept : KeptDrafts())
        self.session = session
    }

    private func start() async throws(SkeinError) -> ExitCode {
        if request.isNonInteractive || request.isDryRun { return try await launchFromFlags() }
        let wantsPlain = request.isPlain || surroundings.configuration.plain == true
        if wantsPlain || obstacle == .dumb { return try await launchFromLines() }
        if let obstacle {
            Output.complain("\(obstacle.sentence) Going on as with --non-interactive.")
            return try await launchFromFlags()
        }
        if wrong.isEmpty, LaunchFlow.launch.current(in: session)?.screen == .handoff {
            return try await launch(session, welcomed: session.machine.welcomed)
        }
        return try await launchFromWizard()
    }

    private func launchFromFlags() async throws(SkeinError) -> ExitCode {
        var session = session
        FlagWalk.settleWhatTheModeAnswers(&session)
        if let refusal = FlagWalk.refusal(for: session, wrong: wrong) {
            tell(refusal)
            return refusal.error.exit
        }
        if request.isDryRun {
            let plan = try launcher.prepare(session, welcomed: false, now: Surroundings.now)
            DryRun(plan, surroundings.home).tell(json: request.wantsJSON)
            return .ok
        }
        return try await launch(session, welcomed: session.machine.welcomed)
    }

    private func launchFromLines() async throws(SkeinError) -> ExitCode {
        var walk = PlainWalk(session, wrong: wrong)
        let answered = walk.run(
            ask: { prompt in
                Output.line(prompt.joined(separator: "\n"))
                return StandardInput.line()
            },
            find: surroundings.find(agent:))
        guard answered else {
            Output.complain("Left before the end; nothing was made")
            return .cancelled
        }
        return try await launch(walk.session, welcomed: true)
    }

    private func launchFromWizard() async throws(SkeinError) -> ExitCode {
        let theme = ThemeChoice.load(flag: request.theme, surroundings)
        let wizard = try await WizardRun(
            session: session, wrong: wrong, theme: theme,
            surroundings: surroundings, handOff: .launch(launcher, database))
        switch await wizard.outcome() {
        case .launch(let plan):
            Output.line(Farewell.launched(plan))
            throw Exec.replace(with: plan.command)
        case .left(let kept, let madeMesh):
            Output.line(Farewell.left(kept: kept, madeMesh: madeMesh))
            return .cancelled
        case .standIn:
            return .ok
        }
    }

    private func launch(_ session: SessionState, welcomed: Bool) async throws(SkeinError) -> ExitCode {
        let plan = try launcher.prepare(session, welcomed: welcomed, now: Surroundings.now)
        try launcher.keep(plan)
        try DraftStore(database, directory: session.facts.directory).forget()
        do throws(SkeinError) {
            try await launcher.register(plan)
        } catch {
            guard plan.isNewMesh else { throw error }
            let slug = plan.membership.slug
            throw SkeinError(
                error.code, error.message,
                hint: "The mesh \(slug) was made: go on with --mesh \(slug)")
        }
        throw Exec.replace(with: plan.command)
    }

    private func tell(_ refusal: Refusal) {
        if request.wantsJSON {
            let missing = refusal.gaps.map {
                FailureEnvelope.Missing(
                    flag: $0.flag, reason: $0.reason, choices: $0.choices?.values ?? [])
            }
            Output.line(FailureEnvelope(refusal.error, missing: missing).line)
        } else {
            Output.complain(Output.shown(refusal.lines.joined(separator: "\n")))
        }
    }
}

/// The one line that stays in the scrollback.
enum Farewell {
    static func launched(_ plan: LaunchPlan) -> String {
        let record = plan.record
        let line =
            "skein: \(record.name) (\(record.role)) on \(plan.membership.slug) runs "
            + plan.command.shortLine
        return ([line] + plan.command.notes.map { "skein: \($0)" }).map { Output.shown($0) }
            .joined(separator: "\n")
    }

    static func left(kept: Bool?, madeMesh: String?) -> String {
        let made = madeMesh.map { "; the mesh \(Output.shown($0)) was made" }
        return switch kept {
        case true:
            "skein: nothing was launched; what was typed is kept for the next run" + (made ?? "")
        case false: "skein: nothing was launched; what was typed is forgotten" + (made ?? "")
        default: "skein: nothing was launched" + (made ?? ", nothing was made")
        }
    }
}
