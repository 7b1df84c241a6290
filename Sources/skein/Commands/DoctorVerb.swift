import ArgumentParser
import MeshProtocol

/// `skein doctor`: what is wrong here, and the one next step for each.
struct DoctorVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look at everything Skein stands on.",
        discussion: "It ends with 8 where something is broken, and changes nothing without --fix.")
    static let takesWords = false

    @Flag(name: .long, help: "Mend what can be mended without loss.")
    var fix = false
    @OptionGroup var common: CommonOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let desk = try Desk()
        if fix { try await desk.checkIsPerson("mend anything here") }
        let checks = await Doctor(desk, fixes: fix).look(
            now: Surroundings.now, directory: Process.currentDirectory)
        let broken = checks.count { $0.state == .broken }
        try Output.list("doctor", checks, called: "checks", common) { () throws(SkeinError) in
            let end =
                switch broken {
                case 0: "Nothing is broken."
                case 1: "One thing is broken."
                default: "\(broken) things are broken."
                }
            return (checks.map(\.text) + [end]).joined(separator: "\n")
        }
        return broken == 0 ? .ok : .internal
    }
}
