import Foundation
import Home
import Mesh
import MeshProtocol
import RelayClient
import TestSupport
import Testing

@testable import Relay

@Suite("What happened on a mesh", .timeLimit(.minutes(2)))
struct HistoryTests {
    @Test("mail on its way, and who comes and goes, is told once and kept, in one order")
    func mail() async throws {
        try await MailMesh.two { mesh, ada, bob in
            let launch = try await bob.launch("builder")
            let watcher = try await ada.harness.connect()
            var events = watcher.watch(mesh: mesh.id, topics: [.events]).makeAsyncIterator()
            let person = try await ada.person()
            let token = "ghp_" + String(repeating: "aB3", count: 12)
            let sent = try await person.send(
                "use \(token) " + String(repeating: "é", count: 400), to: "builder", in: mesh.id)
            _ = try await launch.client.read(1)
            let set = SetState(key: "build", value: .string("green"))
            _ = try await launch.client.ask(AskBroker(mesh: mesh.id, .request(set)))
            var told: [MeshEvent] = []
            while !told.contains(where: { $0.what == .state(key: "build", value: "green") })
                || !told.contains(where: { $0.tells(.stored, of: sent.id) })
                || !told.contains(where: { $0.tells(.shown, of: sent.id) })
            {
                guard case .happened(let some) = try await next(&events) else { continue }
                told += some
            }
            let out = try #require(told.first { if case .sent = $0.what { true } else { false } })
            guard case .sent(sent.id, "builder", .next, let excerpt) = out.what else {
                Issue.record("\(out.what)")
                return
            }
            #expect(excerpt.hasPrefix("use [redacted] é") && excerpt.utf8.count <= 160)
            let states = told.compactMap {
                if case .delivery(sent.id, _, let state) = $0.what { state } else { nil }
            }
            #expect(Set(states).count == states.count)
            let numbers = told.map(\.number)
            #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
            // What was told is what is kept.
            let first = try #require(numbers.first)
            let page = try await person.ask(ListEvents(mesh: mesh.id, after: first - 1))
            #expect(Array(page.events.prefix(told.count)) == told)

            // The other end knows that it came, and the person there may see it; a launch may not.
            let there = try await bob.person().ask(ListEvents(mesh: mesh.id))
            #expect(
                there.events.contains {
                    if case .received(sent.id, by: "builder", .next, _) = $0.what { true } else { false }
                })
            for question in [true, false] {
                await #expect {
                    if question {
                        _ = try await launch.client.ask(ListEvents())
                    } else {
                        _ = try await launch.client.ask(AskPast(mesh: mesh.id, .before(1)))
                    }
                } throws: { ($0 as? SkeinError)?.code == .forbidden }
            }
            await #expect {
                for try await _ in launch.client.watch(mesh: mesh.id, topics: [.events]) {}
            } throws: { ($0 as? SkeinError)?.code == .forbidden }
        }
    }

    @Test("the past is who was there then; while nobody looked, and after a crash, it is not live")
    func past() async throws {
        try await RelayHarness.run { harness in
            let membership = try harness.joinMesh()
            let process = try SleepingProcess()
            let launch = try harness.launch("dev-1", in: membership, process: process)
            let first = try await harness.connect()
            await #expect {
                try await first.ask(AskPast(mesh: membership.mesh, .before(1)))
            } throws: { ($0 as? SkeinError)?.code == .notThere }
            var events = try await harness.connect().watch(
                mesh: membership.mesh, topics: [.events, .presence]).makeAsyncIterator()
            // Who is there before anybody is known to be there has not come.
            while true { if case .snapshot = try await next(&events) { break } }
            try await first.register(launch, token: RelayHarness.token)
            let joined = try await wait(&events) { $0.what == .joined }
            #expect(joined.name == "dev-1")
            let now = RelayProcess.systemNow()
            let live = try await first.ask(AskPast(mesh: membership.mesh, .at(now)))
            #expect(live.peers == (try await first.peers(mesh: membership.mesh)))
            #expect(live.link == .live && live.number > joined.number)
            let before = try await first.ask(AskPast(mesh: membership.mesh, .before(live.number)))
            #expect(before.peers.isEmpty && before.number < live.number)
            #expect(openToOthers(harness.directory.path) == [])

            // Written, then killed: nobody could say that the link had ended.
            _ = try await first.ask(ListEvents())
            kill(first.greeting.pid, SIGKILL)
            await #expect(throws: SkeinError.self) { while true { _ = try await first.status() } }
            process.end()
            let second = try await harness.connect()
            let gap = try await second.ask(AskPast(mesh: membership.mesh, .at(RelayProcess.systemNow())))
            #expect(gap.link != .live && gap.peers == live.peers)
            // The same past as before.
            let again = try await second.ask(AskPast(mesh: membership.mesh, .before(gap.number)))
            #expect(again.number == live.number && again.peers == live.peers && again.link == .live)
            try await second.stop()
        }
    }

    @Test("where the history is switched off, what happens is told and no file is kept")
    func off() async throws {
        try await RelayHarness.run { harness in
            let membership = try harness.joinMesh()
            try Data("old".utf8).write(
                to: URL(fileURLWithPath: harness.home.historyDatabasePath))
            let client = try await harness.connect(options: ["--no-history"])
            var events = try await harness.connect().watch(
                mesh: membership.mesh, topics: [.events]).makeAsyncIterator()
            let change = SetState(key: "a", value: .integer(1))
            _ = try await client.ask(AskBroker(mesh: membership.mesh, .request(change)))
            let told = try await wait(&events) { $0.what == .state(key: "a", value: "1") }
            #expect(try await client.ask(ListEvents()).events.contains(told))
            #expect(!FileManager.default.fileExists(atPath: harness.home.historyDatabasePath))
        }
    }

    private func wait(
        _ events: inout RelayWatch.AsyncIterator, for isMeant: (MeshEvent) -> Bool
    ) async throws -> MeshEvent {
        while true {
            guard case .happened(let some) = try await next(&events) else { continue }
            if let found = some.first(where: isMeant) { return found }
        }
    }

    private func next(_ events: inout RelayWatch.AsyncIterator) async throws -> RelayEvent {
        guard let event = try await events.next() else { throw CancellationError() }
        return event
    }
}

extension MeshEvent {
    fileprivate func tells(_ state: DeliveryState, of id: MessageID) -> Bool {
        if case .delivery(id, _, state) = what { true } else { false }
    }
}
