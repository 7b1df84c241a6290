import Foundation
import Mesh
import MeshProtocol
import RelayClient
import TestSupport
import Testing

@testable import Relay

@Suite("What is told of mail", .timeLimit(.minutes(2)))
struct MailWatchTests {
    @Test("a watcher is told its own mail and receipts, and the mesh's state")
    func watches() async throws {
        try await MailMesh.two { mesh, ada, bob in
            let launch = try await bob.launch("builder")
            let watcher = try await ada.harness.connect()
            var events = watcher.watch(mesh: mesh.id, topics: [.mail, .receipts, .state])
                .makeAsyncIterator()
            let person = try await ada.person()
            let sent = try await person.send("hello", to: "builder", in: mesh.id)
            _ = try await launch.client.read(1)
            let states = try await collect(&events, until: .shown)
            #expect(states.contains(.pushed) && states.contains(.shown))
            let reply = ada.membership.memberKey.hex
            try await launch.client.send("back", to: reply, in: mesh.id)
            while try await unread(&events) != 1 {}
            _ = try await person.read(1)
            while try await unread(&events) != 0 {}
            let change = SetState(key: "build", value: .string("green"))
            _ = try await launch.client.ask(AskBroker(mesh: mesh.id, .request(change)))
            while true {
                guard case .state(let told)? = try await events.next() else { continue }
                #expect(told.key == "build" && told.value == .string("green"))
                break
            }
            let report = try await person.report(sent.id)
            #expect(report.recipients.count == 1)
        }
    }

    @Test("low mail comes when the inbox is looked at")
    func low() async throws {
        try await MailMesh.two { mesh, ada, bob in
            let launch = try await bob.launch("builder")
            let person = try await ada.person()
            let sent = try await person.send("in no hurry", to: "builder", in: mesh.id, priority: .low)
            #expect(try await person.report(sent.id, awaiting: .stored).state == .sent)
            #expect(try await launch.client.inbox(seconds: 0).map(\.text) == ["in no hurry"])
        }
    }

    private func collect(
        _ events: inout RelayWatch.AsyncIterator, until last: DeliveryState
    ) async throws -> Set<DeliveryState> {
        var states: Set<DeliveryState> = []
        while !states.contains(last) {
            guard let event = try await events.next() else { throw CancellationError() }
            if case .receipt(let receipt) = event { states.insert(receipt.state) }
        }
        return states
    }

    private func unread(_ events: inout RelayWatch.AsyncIterator) async throws -> Int {
        while true {
            guard let event = try await events.next() else { throw CancellationError() }
            if case .mail(let counts) = event { return counts.unread }
        }
    }
}
