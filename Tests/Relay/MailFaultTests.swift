import Foundation
import Mesh
import MeshCrypto
import MeshProtocol
import RelayClient
import TestSupport
import Testing

@testable import Relay

/// What must not lose or repeat a message.
@Suite("Mail when something breaks", .timeLimit(.minutes(2)))
struct MailFaultTests {
    @Test("what was accepted is sent by the next relay, once, and shown once")
    func senderKilled() async throws {
        try await MailMesh.two { mesh, ada, bob in
            let launch = try await bob.launch("builder")
            let key = try #require(
                try await launch.client.peers(mesh: mesh.id).first { $0.name == "builder" }?.id)
            await mesh.stop()
            let person = try await ada.person()
            let sent = try await person.send("kept", to: key, in: mesh.id)
            let report = try await person.report(sent.id)
            #expect(report.state == .waiting && report.reason != nil)
            #expect(report.recipients.map(\.key) == [key])
            try await ada.killRelay()
            try await mesh.start()
            let again = try await ada.person()
            // Asked once more under the same id, it is the same message.
            try await again.send("kept", to: key, in: mesh.id, id: sent.id)
            #expect(try await again.report(sent.id, awaiting: .stored).state == .sent)
            #expect(try await launch.client.read(1).map(\.text) == ["kept"])
            #expect(try await launch.client.inbox(seconds: 0).isEmpty)
        }
    }

    // Not in order: what comes before the launch is back itself comes by the observer's link.
    @Test("a broker that is down and up again is given what waited, each message once")
    func brokerDown() async throws {
        try await MailMesh.two { mesh, ada, bob in
            let launch = try await bob.launch("builder")
            let one = try await ada.launch("one")
            try await one.client.send("0", to: "builder", in: mesh.id)
            #expect(try await launch.client.read(1).map(\.text) == ["0"])
            await mesh.stop()
            for number in 1...50 {
                try await one.client.send("\(number)", to: "builder", in: mesh.id)
            }
            let waiting = try await one.client.ask(ListQueue())
            #expect(waiting.count == 50 && waiting.allSatisfy { $0.state == .waiting })
            // What waits for a broker can be cancelled.
            _ = try await one.client.ask(CancelMessage(waiting[9].id))
            try await mesh.start()
            let expected = (1...50).filter { $0 != 10 }.map { "\($0)" }
            let read = try await launch.client.read(49).map(\.text)
            #expect(read.sorted() == expected.sorted(), "\(read)")
            #expect(try await one.client.ask(ListQueue()).isEmpty)
        }
    }

    @Test("what was pushed to a relay that died before it was shown is shown by the next, once")
    func receiverKilled() async throws {
        try await MailMesh.two { mesh, ada, bob in
            let launch = try await bob.launch("builder")
            let person = try await ada.person()
            for number in 0..<30 {
                try await person.send("\(number)", to: "builder", in: mesh.id)
            }
            _ = try await launch.client.inbox()
            try await bob.killRelay()
            let again = try await launch.again()
            #expect(try await again.client.read(30).map(\.text) == (0..<30).map { "\($0)" })
            #expect(try await again.client.inbox(seconds: 0).isEmpty)
        }
    }

    @Test("that it was shown while the broker was away is told by the next relay")
    func shownUntold() async throws {
        try await MailMesh.two { mesh, ada, bob in
            let launch = try await bob.launch("builder")
            let person = try await ada.person()
            let sent = try await person.send("hello", to: "builder", in: mesh.id)
            let taken = try await launch.client.inbox()
            #expect(taken.map(\.text) == ["hello"])
            let before = try await person.report(sent.id, awaiting: .acked)
            #expect(before.recipients.first?.times[.shown] == nil)
            await mesh.stop()
            // Whether the relay has seen by then that the broker is gone or not.
            _ = try await launch.client.ask(ConfirmShown(taken.map(\.key)))
            try await bob.killRelay()
            try await mesh.start()
            let again = try await launch.again()
            #expect(try await again.client.inbox(seconds: 0).isEmpty)
            _ = try await person.ask(SyncMail(seconds: 5))
            let after = try await person.report(sent.id, awaiting: .shown)
            #expect(after.recipients.first?.times[.shown] != nil, "\(after)")
        }
    }

    @Test("what nobody can get is dead, says why, and can be tried again or cancelled")
    func dead() async throws {
        try await MailMesh.two { mesh, ada, _ in
            let person = try await ada.person()
            let nobody = SigningKeys.generate().publicKey.hex
            let sent = try await person.send("hello", to: nobody, in: mesh.id)
            let report = try await person.report(sent.id, awaiting: .stored)
            #expect(report.state == .dead)
            #expect(report.reason == "nobody in the mesh has that key any more")
            // No point of the curve: others' clients ended with it.
            let notAKey = String(repeating: "f", count: 64)
            let other = try await person.send("hello", to: notAKey, in: mesh.id)
            #expect(try await person.report(other.id, awaiting: .stored).state == .dead)
            #expect(try await person.status().meshes.map(\.mail.dead) == [2])
            _ = try await person.ask(RetryMessage(sent.id))
            #expect(try await person.report(sent.id, awaiting: .stored).state == .dead)
            for id in [sent.id, other.id] { _ = try await person.ask(CancelMessage(id)) }
            #expect(try await person.ask(ListQueue()).isEmpty)
        }
    }

    @Test("what has a time waits for it")
    func scheduled() async throws {
        try await MailMesh.two { mesh, ada, bob in
            let launch = try await bob.launch("builder")
            let person = try await ada.person()
            let later = RelayProcess.systemNow().advanced(byMilliseconds: 1500)
            let sent = try await person.send("later", to: "builder", in: mesh.id, notBefore: later)
            try await person.send("now", to: "builder", in: mesh.id)
            #expect(try await person.report(sent.id).state == .scheduled)
            #expect(try await launch.client.read(2).map(\.text) == ["now", "later"])
            #expect(RelayProcess.systemNow() >= later)
        }
    }

    @Test("what was lent and not shown is offered again when the connection ends")
    func loans() async throws {
        try await MailMesh.two { mesh, ada, bob in
            let launch = try await bob.launch("builder")
            try await ada.person().send("hello", to: "builder", in: mesh.id)
            let first = try await launch.again()
            #expect(try await first.client.inbox().map(\.text) == ["hello"])
            #expect(try await launch.client.inbox(seconds: 0).isEmpty)
            // The second waits until the first one's connection ends.
            async let offered = launch.client.inbox()
            first.client.close()
            #expect(try await offered.map(\.text) == ["hello"])
        }
    }

    @Test("what a launch leaves in the outbox goes as its own, and what answers it is the person's")
    func endedLaunch() async throws {
        try await MailMesh.two { mesh, ada, bob in
            let launch = try await bob.launch("builder")
            let one = try await ada.launch("one")
            try await one.client.send("0", to: "builder", in: mesh.id)
            let first = try #require(try await launch.client.read(1).first)
            await mesh.stop()
            try await one.client.send("last words", to: "builder", in: mesh.id)
            let watch = try await ada.person()
            one.process.end()
            while try await watch.status().launches > 0 {}
            try await mesh.start()
            let words = try #require(try await launch.client.read(1).first)
            #expect(words.text == "last words" && words.sender.key == first.sender.key)
            #expect(words.sender.trust == .attested && words.sender.author == .agent)
            let names = try await launch.client.peers(mesh: mesh.id).map(\.name)
            #expect(!names.contains("one"))
            try await launch.client.send("answer", to: first.sender.key, in: mesh.id)
            #expect(try await watch.read(1).map(\.text) == ["answer"])
        }
    }
}
