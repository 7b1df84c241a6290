import ArgumentParser
import Mesh
import MeshProtocol
import RelayClient

/// `skein sync`: sends what waits and takes what came, now.
struct SyncVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Send what waits and take what came, now.")
    static let takesWords = false

    @Option(name: .long, help: "How long to wait at most: 10, 30s, 5m.")
    var wait = "10"
    @OptionGroup var rows: RowOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let seconds = try WaitSpan.seconds(wait, flag: "--wait")
        let desk = try Desk()
        let mesh = try rows.at.mesh.map { name throws(SkeinError) in
            try desk.membership(called: name).mesh
        }
        let relay = try desk.relay()
        let meshes = try await relay.ask(
            SyncMail(mesh: mesh, seconds: seconds), limit: .seconds(seconds + 15))
        var waiting = meshes.reduce(0) { $0 + $1.mail.waiting }
        if waiting > 0 {
            // What waits for its time, and what is another's, is not late.
            let own = try await relay.ask(ListQueue(mesh: mesh))
            waiting = own.count { $0.state == .waiting }
        }
        if waiting > 0 {
            throw SkeinError(
                .notInTime, waiting == 1 ? "1 message still waits" : "\(waiting) messages still wait",
                hint: "See skein queue, and skein relay status")
        }
        try Output.rows("sync", meshes.map(HealthRow.init), called: "meshes", rows) {
            () throws(SkeinError) in
            (["Nothing waits to be sent."] + meshes.map(HealthText.line)).joined(separator: "\n")
        }
        return .ok
    }
}
