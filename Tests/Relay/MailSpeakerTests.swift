import Foundation
import Home
import Mesh
import MeshProtocol
import RelayClient
import TestSupport
import Testing

@testable import Relay

@Suite("Whose mail it is", .timeLimit(.minutes(2)))
struct MailSpeakerTests {
    @Test("a launch takes no inbox but its own, and does nothing that is the person's")
    func isolation() async throws {
        try await MailMesh.two { mesh, ada, bob in
            let one = try await ada.launch("one")
            let two = try await ada.launch("two")
            let sender = try await bob.person()
            try await sender.send("for two", to: "two", in: mesh.id)
            try await sender.send("for the person", to: ada.membership.memberKey.hex, in: mesh.id)
            let person = try await ada.person()
            let persons = try await person.inbox(keeps: true)
            let twos = try await two.client.inbox(keeps: true)
            #expect(persons.map(\.text) == ["for the person"])
            #expect(twos.map(\.text) == ["for two"])
            #expect(try await one.client.inbox(seconds: 0).isEmpty)
            for key in (persons + twos).map(\.key) {
                await refuses(one.client, ConfirmShown([key]), .forbidden)
            }
            let sent = try await two.client.send("x", to: "one", in: mesh.id)
            await refuses(one.client, FindMessage(sent.id.rawValue), .messageNotFound)
            await refuses(one.client, CancelMessage(sent.id), .messageNotFound)
            await refuses(one.client, SetMailMode(mode: .off, launch: two.record.id), .forbidden)
            let grants = SetGrants(grants: [:])
            await refuses(one.client, AskBroker(mesh: mesh.id, .request(grants)), .forbidden)
            await refuses(
                one.client, MarkVerified(bob.membership.memberKey.hex, mesh: mesh.id), .forbidden)
            await refuses(one.client, StopRelay(), .forbidden)
            // A token that is not its own makes nobody another.
            let forged = try await RelayClient.connect(
                home: ada.harness.home, starting: nil,
                as: LaunchProof(id: two.record.id, token: "a token that was guessed"))
            await refuses(forged, TakeInbox(), .forbidden)
        }
    }

    /// As an agent that clears its environment: this process is the launch's.
    @Test("what runs inside a launch is the launch, whatever it says")
    func ancestry() async throws {
        try await MailMesh.two { mesh, ada, bob in
            let key = ada.membership.memberKey.hex
            try await bob.person().send("for the person", to: key, in: mesh.id)
            let person = try await ada.person()
            #expect(try await person.inbox(keeps: true).count == 1)
            let process = try SleepingProcess()
            var record = try ada.harness.launch("inside", in: ada.membership, process: process)
            let own = try #require(RunningProcess.current)
            (record.pid, record.processStart) = (own.pid, own.start)
            try await person.register(record, token: RelayHarness.token)
            let inside = try await ada.person()
            #expect(try await inside.inbox(seconds: 0).isEmpty)
            await refuses(inside, StopRelay(), .forbidden)
            await refuses(inside, AskBroker(mesh: mesh.id, .request(ListBans())), .forbidden)
            kill(person.greeting.pid, SIGKILL)
            await #expect(throws: SkeinError.self) { while true { _ = try await person.status() } }
            // Nobody to start again: the launch would keep the next relay from ending.
            record.processStart -= 1
            try ada.harness.store(record)
        }
    }

    @Test("a person's status is refused with what to do instead; a launch's stays over a restart")
    func presence() async throws {
        try await MailMesh.two { mesh, ada, _ in
            let person = try await ada.person()
            await refuses(person, AskBroker(mesh: mesh.id, .setStatus(.dnd)), .relayRefused)
            let one = try await ada.launch("one")
            for verb in [
                ClientFrame.Verb.setSummary("reviewing"),
                .joinGroup(GroupMembership(name: "frontend")),
            ] {
                _ = try await one.client.ask(AskBroker(mesh: mesh.id, verb))
            }
            _ = try await one.client.ask(SetMailMode(mode: .inbox, policy: .quiet))
            try await ada.killRelay()
            let again = try await one.again()
            let mode = try await again.client.ask(SetMailMode())
            #expect(mode == MailMode(mode: .inbox, policy: .quiet))
            _ = try await again.client.ask(SyncMail())
            let peer = try #require(try await again.client.peers(mesh: mesh.id).first)
            #expect(peer.summary == "reviewing")
            #expect(peer.groups.map(\.name).contains("frontend"))
        }
    }

    @Test(
        "A↔B loops: two agents that answer each other without end are stopped, until a person writes"
    )
    func loop() async throws {
        try await MailMesh.two { mesh, ada, bob in
            let one = try await ada.launch("one")
            let two = try await bob.launch("two")
            var (speaker, hearer) = (one, two)
            var sent = 0
            var stop: SkeinError?
            while stop == nil, sent < 40 {
                let to = speaker.record.name == "one" ? "two" : "one"
                do { try await speaker.client.send("\(sent)", to: to, in: mesh.id) } catch {
                    stop = error as? SkeinError
                    break
                }
                #expect(try await hearer.client.read(1).map(\.text) == ["\(sent)"])
                sent += 1
                (speaker, hearer) = (hearer, speaker)
            }
            #expect(stop?.code == .loopStopped)
            // One opens, and eight answers pass.
            #expect(sent == 9)
            let word = try #require(try await hearer.client.read(1).first)
            #expect(word.sender.author == .relay)
            try await bob.person().send("go on", to: speaker.record.name, in: mesh.id)
            #expect(try await speaker.client.read(1).map(\.text) == ["go on"])
            try await speaker.client.send("on", to: hearer.record.name, in: mesh.id)
            #expect(try await hearer.client.read(1).map(\.text) == ["on"])
        }
    }

    private func refuses<Question: RelayQuestion>(
        _ client: RelayClient, _ question: Question, _ code: ErrorCode
    ) async {
        await #expect {
            try await client.ask(question)
        } throws: { ($0 as? SkeinError)?.code == code }
    }
}

@Suite("What is asked of brokers")
struct BrokerRequestRuleTests {
    @Test("every request has a rule")
    func exhaustive() {
        #expect(
            Set(BrokerRequestRule.ofRequests.keys) == Set(ClientRequests.all.map { $0.type }))
    }
}
