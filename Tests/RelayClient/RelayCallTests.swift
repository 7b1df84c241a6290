import Foundation
import Home
import MeshProtocol
import TestSupport
import Testing

@testable import RelayClient

@Suite("A few questions and no thread", .timeLimit(.minutes(1)))
struct RelayCallTests {
    @Test("replies find their questions, also where they come in one piece or late")
    func replies() async throws {
        let relay = try FakeRelay {
            $0.write(
                FakeRelay.greeting + "{\"id\":1,\"answer\":{}}\n{\"id\":1,\"answer\":{}}\n"
                    + "{\"id\":2,\"failed\":{\"code\":\"E_FORBIDDEN\",\"message\":\"no\"}}\n")
        }
        let call = try RelayCall(home: relay.home, starting: nil)
        #expect(call.greeting.programVersion == "0")
        #expect(try await call.ask(RefreshMeshes()) == Done())
        await #expect {
            try await call.ask(RefreshMeshes())
        } throws: { ($0 as? SkeinError)?.code == .forbidden }
    }

    @Test(
        "nonsense, a reply without end, silence and the end of the relay are told",
        arguments: [
            ("what?\n", ErrorCode.relayRefused), ("{\"id\":1}\n", .relayRefused),
            (String(repeating: "x", count: RelayClient.longestLine + 100_000), .relayRefused), ("", .relayUnreachable),
        ])
    func failures(answer: String, code: ErrorCode) async throws {
        let relay = try FakeRelay { $0.write(FakeRelay.greeting + answer) }
        let call = try RelayCall(home: relay.home, starting: nil)
        let limit: Duration = answer.isEmpty ? .milliseconds(50) : .seconds(20)
        await #expect {
            try await call.ask(RefreshMeshes(), limit: limit)
        } throws: { ($0 as? SkeinError)?.code == code }
    }
}
