import Foundation
import Mesh
import MeshProtocol
import RelayClient
import TestSupport
import Testing

@testable import Relay

@Suite("Mail to groups", .timeLimit(.minutes(2)))
struct MailGroupTests {
    /// Those who are away read it by their member's key when they come.
    @Test("everybody in the group reads it, present or away, and nobody else")
    func absent() async throws {
        try await MailMesh.run { mesh in
            try await RelayHarness.run { first in
                try await RelayHarness.run { second in
                    let backend = [GroupMembership(name: "backend")]
                    let ada = try await MailHome(first, "ada", in: mesh)
                    let bob = try await MailHome(second, "bob", in: mesh, groups: backend)
                    let inside = try await ada.launch(
                        "inside", groups: [GroupMembership(name: "backend/api")])
                    let outside = try await ada.launch("outside")
                    let sent = try await outside.client.send("all hands", to: "@backend", in: mesh.id)
                    let mail = try await inside.client.read(1)
                    #expect(mail.map(\.text) == ["all hands"])
                    #expect(mail.first?.sender.trust == .attested)
                    #expect(mail.first?.target == "@backend")
                    #expect(try await outside.client.report(sent.id, awaiting: .stored).state == .sent)
                    let late = try await bob.person()
                    _ = try await late.ask(SyncMail())
                    let bobs = try await late.read(1)
                    #expect(bobs.map(\.text) == ["all hands"])
                    #expect(bobs.first?.sender.name == "outside")
                    let report = try await outside.client.report(sent.id, awaiting: .shown)
                    #expect(report.recipients.count == 2)
                    #expect(report.recipients.allSatisfy { $0.times[.shown] != nil })
                    #expect(try await outside.client.inbox(seconds: 0).isEmpty)
                    #expect(try await ada.person().inbox(seconds: 0).isEmpty)
                }
            }
        }
    }

    @Test("everybody hears what is for everybody, the sender's siblings, too")
    func everyone() async throws {
        try await MailMesh.two { mesh, ada, bob in
            let one = try await ada.launch("one")
            let two = try await ada.launch("two")
            let three = try await bob.launch("three")
            try await one.client.send("hello all", to: "*", in: mesh.id)
            #expect(try await two.client.read(1).map(\.text) == ["hello all"])
            #expect(try await three.client.read(1).map(\.text) == ["hello all"])
        }
    }
}
