import ArgumentParser
import Mesh
import MeshProtocol
import RelayClient

/// `skein events`: what happened on a mesh, a line each.
struct EventsVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Print what happened on a mesh, oldest first.")
    static let takesWords = false

    @Flag(name: .shortAndLong, help: "Go on printing what happens.")
    var follow = false
    @Option(name: .long, help: "The most events to print of what has happened.")
    var limit = 100
    @OptionGroup var rows: RowOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        try check()
        let desk = try Desk()
        try desk.refuseLaunch("read what happened")
        let membership = try desk.membership(called: rows.at.mesh)
        guard follow else {
            let question = ListEvents(mesh: membership.mesh, limit: limit)
            let page = try await desk.relay().ask(question)
            try Output.rows(
                "events", page.events.map(EventRow.init), called: "events",
                around: [
                    "mesh": .string(membership.slug), "has_more": .bool(page.hasMore),
                ], rows
            ) { () throws(SkeinError) in
                page.events.isEmpty
                    ? Output.shown("Nothing is kept of what happened on \(membership.name).")
                    : page.events.map(EventText.line).joined(separator: "\n")
            }
            return .ok
        }
        try await follow(membership.mesh, desk)
        throw SkeinError(.relayUnreachable, "The relay has stopped", hint: "Try again")
    }

    private func follow(_ mesh: MeshID, _ desk: Desk) async throws(SkeinError) {
        let client = try await desk.watching()
        let asking = try desk.relay()
        var last: Int64 = 0
        var isFirst = true
        for try await event in client.watch(mesh: mesh, topics: [.events]) {
            switch event {
            case .happened(let events): try print(events, after: &last)
            case .link:
                // A watch begins with it, and begins anew with it where events were left out.
                try await catchUp(asking, mesh, &last, isFirst: isFirst)
                isFirst = false
            default: break
            }
        }
    }

    private func catchUp(
        _ relay: RelayCall, _ mesh: MeshID, _ last: inout Int64, isFirst: Bool
    ) async throws(SkeinError) {
        let question = isFirst
            ? ListEvents(mesh: mesh, limit: limit) : ListEvents(mesh: mesh, after: last, limit: 5000)
        var page = try await relay.ask(question)
        try print(page.events, after: &last)
        while page.hasMore, !isFirst {
            page = try await relay.ask(ListEvents(mesh: mesh, after: last, limit: 5000))
            try print(page.events, after: &last)
        }
    }

    /// What was not printed yet.
    private func print(_ events: [MeshEvent], after last: inout Int64) throws(SkeinError) {
        for event in events where event.number > last {
            try Output.streamed(EventRow(event), rows) { EventText.line(event) }
            last = event.number
        }
    }

    private func check() throws(SkeinError) {
        guard !(follow && rows.wanted == .json) else {
            throw SkeinError(
                .arguments, "--follow prints no end, so it cannot be one object",
                hint: "Use --format jsonl")
        }
        guard (1...5000).contains(limit) else {
            throw SkeinError(
                .arguments, "--limit \(limit) is out of range", hint: "Give a number from 1 to 5000")
        }
    }
}
