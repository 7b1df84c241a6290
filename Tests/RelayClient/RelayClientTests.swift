import Foundation
import Home
import Mesh
import MeshProtocol
import TestSupport
import Testing

@testable import RelayClient

@Suite("Speaking to the relay", .timeLimit(.minutes(1)))
struct RelayClientTests {
    @Test("looking for a relay makes nothing on disk")
    func looking() async throws {
        let directory = try TemporaryDirectory()
        let home = try Home(root: directory.path)
        await #expect {
            try await RelayClient.connect(home: home, starting: nil)
        } throws: { ($0 as? SkeinError)?.code == .relayUnreachable }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
    }

    @Test("a relay of another version, and a program that is none, are told")
    func versions() async throws {
        for (greeting, code) in [
            ("{\"protocolVersion\":99,\"programVersion\":\"9\",\"pid\":7}\n", .relayRefused),
            ("{\"protocolVersion\":99,\"news\":[]}\n", .relayRefused),
            ("SSH-2.0-x\n", .relayUnreachable),
            (String(repeating: "x", count: RelayClient.longestLine + 100_000), .relayUnreachable),
        ] as [(String, ErrorCode)] {
            let relay = try FakeRelay { $0.write(greeting) }
            await #expect {
                try await RelayClient.connect(home: relay.home, starting: nil)
            } throws: { ($0 as? SkeinError)?.code == code }
        }
    }

    @Test("a relay that says nothing is given up after the limit")
    func silent() async throws {
        let relay = try FakeRelay { _ in }
        await #expect {
            try await RelayClient.connect(
                home: relay.home, starting: nil, limit: .milliseconds(50))
        } throws: { ($0 as? SkeinError)?.code == .relayUnreachable }
    }

    @Test("a reply without end, one never given and one that is nonsense each fail their request")
    func badReplies() async throws {
        let greeting = FakeRelay.greeting
        for (answer, code) in [
            ("what?\n", ErrorCode.relayRefused), ("", .relayUnreachable),
            ("{\"id\":1,\"answer\":{}}\n", nil),
        ] as [(String, ErrorCode?)] {
            let relay = try FakeRelay { $0.write(greeting + answer) }
            let client = try await RelayClient.connect(home: relay.home, starting: nil)
            if let code {
                await #expect {
                    try await client.ask(RefreshMeshes(), limit: .milliseconds(50))
                } throws: { ($0 as? SkeinError)?.code == code }
            }
            client.close()
            await #expect(throws: SkeinError.self) { try await client.status() }
        }
    }

    @Test("a cancelled request ends at once")
    func cancelled() async throws {
        let relay = try FakeRelay { $0.write(FakeRelay.greeting) }
        let client = try await RelayClient.connect(home: relay.home, starting: nil)
        let task = Task { try await client.ask(AskStatus(), limit: .seconds(600)) }
        task.cancel()
        await #expect { try await task.value } throws: { ($0 as? SkeinError)?.code == .cancelled }
    }

    @Test("more events than are kept unread reach the watcher all the same, in order")
    func watch() async throws {
        let count = WatchBuffer.capacity * 4
        let relay = try FakeRelay { socket in
            socket.write(FakeRelay.greeting)
            socket.readLine()
            for id in 0..<count {
                let reply = RelayReply<Done>(
                    id: 1, event: .changed(PeerChanges(left: [String(id)])))
                let line = (try? JSONEncoder().encode(reply)) ?? Data()
                socket.write(String(decoding: line, as: UTF8.self) + "\n")
            }
            socket.finish()
        }
        let client = try await RelayClient.connect(home: relay.home, starting: nil)
        var seen: [String] = []
        do throws(SkeinError) {
            // The first one asked for on a connection has the id 1.
            for try await event in client.watch(mesh: MeshID(rawValue: "m")) {
                if case .changed(let changes) = event { seen += changes.left }
            }
            Issue.record("the end was not told")
        } catch {
            #expect(error.code == .relayUnreachable)
        }
        #expect(seen.count == count)
        let isInOrder = seen == (0..<count).map { String($0) }
        #expect(isInOrder)
    }
}
