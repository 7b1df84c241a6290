import Home
import Launch
import Mesh
import MeshProtocol

/// What `--dry-run` prints: the command, the environment it adds, the files it would touch.
struct DryRun {
    private let plan: LaunchPlan
    private let files: [String]

    init(_ plan: LaunchPlan, _ home: Home) {
        self.plan = plan
        let key = "\(home.memberKeysDirectory)/\(plan.membership.mesh.rawValue).key"
        files = [home.machineDatabasePath] + (plan.isNewMesh ? [key, home.brokerDatabasePath] : [])
    }

    func tell(json: Bool) {
        if json {
            Output.line(Envelope(command: "launch", data: report).line)
            return
        }
        Output.line("Would run, in \(Output.shown(plan.command.directory)):")
        Output.line("  " + Output.shown(plan.command.line))
        Output.line("With, in its environment:")
        for (name, value) in plan.command.added.sorted(by: { $0.key < $1.key }) {
            Output.line("  " + Output.shown("\(name)=\(ShellWord.quoted(value))"))
        }
        Output.line("And write:")
        for file in files { Output.line("  " + Output.shown(file)) }
        for note in plan.command.notes { Output.line(Output.shown("Note: \(note)")) }
    }

    private var report: Report {
        Report(
            program: plan.command.path, arguments: plan.command.arguments,
            directory: plan.command.directory, environment: plan.command.added, files: files,
            mesh: plan.membership.slug, new_mesh: plan.isNewMesh, name: plan.record.name,
            role: plan.record.role, groups: plan.record.groups.map(\.name),
            agent: plan.record.agent, notes: plan.command.notes)
    }

    private struct Report: Encodable {
        var program: String
        var arguments: [String]
        var directory: String
        var environment: [String: String]
        var files: [String]
        var mesh: String
        var new_mesh: Bool
        var name: String
        var role: String
        var groups: [String]
        var agent: String
        var notes: [String]
    }
}
