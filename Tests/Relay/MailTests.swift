import Foundation
import Mesh
import MeshProtocol
import RelayClient
import TestSupport
import Testing

@testable import Relay

/// Mail between relays, with real processes and a real broker.
@Suite("Mail", .timeLimit(.minutes(2)))
struct MailTests {
    @Test("two launches of one member write to each other by name, and see what was shown")
    func siblings() async throws {
        try await MailMesh.run { mesh in
            try await RelayHarness.run { harness in
                let home = try await MailHome(harness, "ada", in: mesh)
                let one = try await home.launch("one")
                let two = try await home.launch("two")
                let sent = try await one.client.send("hello", to: "two", in: mesh.id)
                #expect(sent.to.name == "two" && sent.to.isPresent && sent.notes == [])
                let mail = try await two.client.read(1)
                #expect(mail.map(\.text) == ["hello"])
                let message = try #require(mail.first)
                #expect(message.sender.name == "one" && message.sender.author == .agent)
                #expect(message.sender.trust == .attested)
                #expect(message.sender.memberKey == home.membership.memberKey.hex)
                #expect(message.key == InboxKey(mesh: mesh.id, id: sent.id, launch: two.record.id))
                let report = try await one.client.report(sent.id, awaiting: .shown)
                #expect(report.state == .sent && report.recipients.map(\.state) == [.shown])
                #expect(report.recipients.first?.times[.shown] != nil)
                #expect(report.recipients.first?.name == "two")
                try await two.client.send("back", to: message.sender.key, in: mesh.id)
                #expect(try await one.client.read(1).map(\.text) == ["back"])
            }
        }
    }

    @Test("two members' people and launches write to each other, in order and both ways")
    func members() async throws {
        try await MailMesh.two { mesh, ada, bob in
            let launch = try await bob.launch("builder")
            let person = try await ada.person()
            for number in 0..<20 {
                try await person.send("\(number)", to: "builder", in: mesh.id)
            }
            let mail = try await launch.client.read(20)
            #expect(mail.map(\.text) == (0..<20).map { "\($0)" })
            let sender = try #require(mail.first?.sender)
            #expect(sender.author == .person && sender.trust == .attested)
            // By the key it came from, and by the member's.
            try await launch.client.send("to your session", to: sender.key, in: mesh.id)
            try await launch.client.send(
                "to you", to: ada.membership.memberKey.hex, in: mesh.id)
            #expect(try await person.read(2).map(\.text) == ["to your session", "to you"])
        }
    }

    @Test("what answers the person finds it also after its relay was killed and away")
    func personAway() async throws {
        try await MailMesh.two { mesh, ada, bob in
            let launch = try await bob.launch("builder")
            try await ada.person().send("question", to: "builder", in: mesh.id)
            let question = try #require(try await launch.client.read(1).first)
            try await ada.killRelay()
            let sent = try await launch.client.send("answer", to: question.sender.key, in: mesh.id)
            let report = try await launch.client.report(sent.id, awaiting: .stored)
            #expect(report.state == .sent)
            #expect(try await ada.person().ask(SyncMail()).map(\.link) == [.live])
            #expect(try await ada.person().read(1).map(\.text) == ["answer"])
        }
    }
}
