import Mesh
import MeshProtocol

/// A connection over which the relay can be asked.
public protocol RelayAsking: Sendable {
    var greeting: RelayGreeting { get }

    /// A reply that says `failed` is thrown.
    nonisolated(nonsending) func ask<Question: RelayQuestion>(
        _ question: Question, limit: Duration
    ) async throws(SkeinError) -> Question.Answer
}

extension RelayAsking {
    public nonisolated(nonsending) func ask<Question: RelayQuestion>(
        _ question: Question
    ) async throws(SkeinError) -> Question.Answer {
        try await ask(question, limit: .seconds(15))
    }

    public nonisolated(nonsending) func status() async throws(SkeinError) -> RelayStatus {
        try await ask(AskStatus())
    }

    public nonisolated(nonsending) func peers(mesh: MeshID) async throws(SkeinError) -> [Peer] {
        try await ask(ListPeers(mesh: mesh))
    }

    /// Returns when the broker has acknowledged the launch's hello.
    public nonisolated(nonsending) func register(
        _ launch: LaunchRecord, token: String
    ) async throws(SkeinError) {
        _ = try await ask(RegisterLaunch(launch, token: token))
    }

    /// A mesh was made or left.
    public nonisolated(nonsending) func refresh() async throws(SkeinError) {
        _ = try await ask(RefreshMeshes())
    }
}
