import ArgumentParser
import Mesh
import MeshProtocol
import RelayClient

/// `skein inbox`: prints mail, and only when it was printed confirms it as shown.
struct InboxVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "inbox", abstract: "Read your mail; inside a launch, the launch's.")
    static let takesWords = false

    @Option(name: .long, help: "Where there is none, wait for it so long: 30, 30s, 5m.")
    var wait: String?
    @Flag(name: .shortAndLong, help: "Go on printing what comes.")
    var follow = false
    @Flag(name: .long, help: "Leave it unread.")
    var keep = false
    @Flag(name: .long, help: "Also what was shown before.")
    var all = false
    @Option(name: .long, help: "The most messages to print at once.")
    var limit = 50
    @OptionGroup var rows: RowOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let seconds = try checked()
        let desk = try Desk()
        let joined = try desk.memberships()
        let mesh = try rows.at.mesh.map { name throws(SkeinError) in
            try joined.called(name).mesh
        }
        var question = TakeInbox(
            mesh: mesh, limit: limit, seconds: seconds, includesShown: all, keeps: keep)
        var reader = InboxReader(
            desk: desk, rows: rows, follows: follow,
            meshes: joined.count > 1 && mesh == nil
                ? Dictionary(joined.map { ($0.mesh, $0.slug) }, uniquingKeysWith: { first, _ in first })
                : [:])
        guard follow else {
            let relay = try desk.relay()
            try await reader.take(question, from: relay)
            return .ok
        }
        var failures = 0
        while failures < 3 {
            // A relay that ended is followed by the next one.
            let relay = try desk.relay()
            do throws(SkeinError) {
                while true {
                    question.seconds = question.includesShown ? 0 : Self.followSpan
                    try await reader.take(question, from: relay)
                    question.includesShown = false
                    failures = 0
                }
            } catch {
                guard error.code == .relayUnreachable else { throw error }
                failures += 1
            }
        }
        throw SkeinError(.relayUnreachable, "The relay has stopped", hint: "Try again")
    }

    /// How long one question of `--follow` waits, in seconds.
    private static let followSpan = 60

    private func checked() throws(SkeinError) -> Int {
        guard !(follow && keep) else {
            throw SkeinError(
                .arguments, "--follow does not go with --keep",
                hint: "What is kept unread would be printed again and again")
        }
        guard !(follow && rows.wanted == .json) else {
            throw SkeinError(
                .arguments, "--follow prints no end, so it cannot be one object",
                hint: "Use --format jsonl")
        }
        guard (1...1000).contains(limit) else {
            throw SkeinError(
                .arguments, "--limit \(limit) is out of range", hint: "Give a number from 1 to 1000")
        }
        return try wait.map { text throws(SkeinError) in
            try WaitSpan.seconds(text, flag: "--wait")
        } ?? 0
    }
}

/// Prints one batch after the other.
struct InboxReader {
    let desk: Desk
    let rows: RowOptions
    /// More is printed later: nothing is said of what is not there.
    let follows: Bool
    /// Their names, where mail of several is printed.
    let meshes: [MeshID: String]
    private var hasPrinted = false

    init(desk: Desk, rows: RowOptions, follows: Bool, meshes: [MeshID: String]) {
        self.desk = desk
        self.rows = rows
        self.follows = follows
        self.meshes = meshes
    }

    /// What cannot be printed is not confirmed: it is offered again.
    mutating func take(_ question: TakeInbox, from relay: RelayCall) async throws(SkeinError) {
        let batch = try await relay.ask(question, limit: .seconds(question.seconds + 15))
        try print(batch)
        let new = batch.messages.filter { $0.shownAt == nil }.map(\.key)
        if !question.keeps, !new.isEmpty { _ = try await relay.ask(ConfirmShown(new)) }
    }

    private mutating func print(_ batch: InboxBatch) throws(SkeinError) {
        let now = Surroundings.now
        if rows.wanted != .text {
            return try Output.rows(
                "inbox", batch.messages.map(InboxRow.init), called: "messages",
                around: ["left": .integer(Int64(batch.left))], rows
            ) { () throws(SkeinError) in "" }
        }
        guard !batch.messages.isEmpty else {
            if !follows { try Output.put("There is no new mail.") }
            return
        }
        var parts = batch.messages.map {
            MailText.text($0, forAgent: desk.isInLaunch, meshes: meshes, at: now)
        }
        if batch.left > 0, !follows { parts.append(MailText.digest(left: batch.left)) }
        try Output.put((hasPrinted ? "\n" : "") + parts.joined(separator: "\n\n"))
        hasPrinted = true
    }
}
