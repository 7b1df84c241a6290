import ArgumentParser
import Mesh
import MeshProtocol

/// `skein remember`: something every member may need later.
struct RememberVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "remember", abstract: "Keep a text in the mesh for later.")

    @Argument(help: "The text; - reads standard input.")
    var text: [String] = []
    @Option(name: .long, help: "Words to find it by, for example deploy,fly.")
    var tags: String?
    @OptionGroup var mesh: MeshOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let content = try BodyText.read(text, what: "A memory", limit: 32 << 10)
        let line = try Desk().line(mesh.mesh)
        let stored: MemoryStored = try await line.answer(
            Remember(content: content, tags: tags?.split(separator: ",").map { String($0) }))
        try Output.report("remember", ["id": stored.id], mesh.common) { () throws(SkeinError) in
            Output.shown("Kept as \(stored.id).")
        }
        return .ok
    }
}

/// `skein recall`: finds what was remembered.
struct RecallVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "recall", abstract: "Find what the mesh remembers; the best comes first.")

    @Argument(help: "What to look for.")
    var query: [String]
    @OptionGroup var rows: RowOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let line = try Desk().line(rows.at.mesh)
        let found: MemoryResults = try await line.answer(
            Recall(query: query.joined(separator: " ")))
        try Output.rows(
            "recall", found.memories.map(Row.init), called: "memories",
            around: ["mesh": .string(line.membership.slug)], rows
        ) { () throws(SkeinError) in
            found.memories.isEmpty
                ? "The mesh remembers nothing of that."
                : found.memories.map { Self.text($0, at: Surroundings.now) }
                    .joined(separator: "\n\n")
        }
        return .ok
    }

    static func text(_ memory: MemoryResults.Memory, at now: Moment) -> String {
        let age = ReceiptTable.age(memory.rememberedAt.moment, at: now)
        let tags = memory.tags.isEmpty ? "" : "  [" + memory.tags.joined(separator: ", ") + "]"
        let head = Output.shown("\(memory.id)  by \(memory.rememberedBy), \(age)\(tags)")
        return ([head] + MailText.lines(memory.content).map { "  " + $0 }).joined(separator: "\n")
    }

    private struct Row: Encodable {
        var id: String
        var content: String
        var tags: [String]
        var remembered_by: String
        var remembered_at: String

        init(_ memory: MemoryResults.Memory) {
            id = memory.id
            content = memory.content
            tags = memory.tags
            remembered_by = memory.rememberedBy
            remembered_at = memory.rememberedAt.description
        }
    }
}

/// `skein forget`: takes something remembered away.
struct ForgetVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "forget", abstract: "Take away what the mesh remembers.")

    @Argument(help: "Its id, from skein recall.")
    var id: String
    @OptionGroup var mesh: MeshOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let line = try Desk().line(mesh.mesh)
        do throws(SkeinError) {
            _ = try await line.ask(.request(Forget(memoryID: id)))
        } catch {
            guard error.code == .notThere else { throw error }
            throw SkeinError(
                .notThere, "The mesh \(line.membership.slug) remembers nothing by the id \(id)",
                hint: "See skein recall", subject: id)
        }
        try Output.report("forget", ["id": id], mesh.common) {
            () throws(SkeinError) in "It is forgotten."
        }
        return .ok
    }
}
