import Foundation
import Mesh
import MeshProtocol

/// What the relay does when it is asked one thing. To add one: conform the question's type to
/// this in a file of its subject, and name it in `RelayDeeds.all`.
protocol RelayDeed: RelayQuestion {
    func perform(_ relay: RelayServer, for asker: Asker) async throws(SkeinError) -> Answer
}

enum RelayDeeds {
    static let all: [any RelayDeed.Type] = [
        AskStatus.self, StopRelay.self, RefreshMeshes.self, RegisterLaunch.self, WhoAmI.self,
        ListPeers.self,
        InviteOrder.self, ListMeshInvites.self, RevokeMeshInvite.self,
        SendMessage.self, FindMessage.self, TakeInbox.self, ConfirmShown.self, ListQueue.self,
        RetryMessage.self, CancelMessage.self, SyncMail.self, SetMailMode.self,
        AskBroker.self, ResolveTarget.self, AskSafetyNumber.self, MarkVerified.self,
        TellHook.self, ListEvents.self, AskPast.self,
    ]

    static let byWord = Dictionary(uniqueKeysWithValues: all.map { ($0.word, $0) })

    /// The reply to one line, encoded.
    static func reply(
        to deed: any RelayDeed.Type, _ head: RelayRequestHead, line: Data, on relay: RelayServer,
        for asker: Asker
    ) async -> Data? {
        await reply(deed, head, line, relay, asker)
    }

    private static func reply<Deed: RelayDeed>(
        _ type: Deed.Type, _ head: RelayRequestHead, _ line: Data, _ relay: RelayServer,
        _ asker: Asker
    ) async -> Data? {
        let reply: RelayReply<Deed.Answer>
        do throws(SkeinError) {
            guard let request = try? JSONDecoder().decode(RelayRequest<Deed>.self, from: line) else {
                throw SkeinError(.relayRefused, "\(Deed.word) was asked in a way nobody asks it")
            }
            if Deed.isForPersonOnly, case .launch = asker.speaker { throw Asker.notThePerson }
            try await relay.checkIsRunning()
            reply = RelayReply(id: head.id, answer: try await request.with.perform(relay, for: asker))
        } catch {
            reply = RelayReply(id: head.id, failed: error)
        }
        return try? JSONEncoder().encode(reply)
    }
}

/// Who asks: the person, or whatever runs inside a launch; and over which connection.
struct Asker: Sendable {
    enum Speaker: Hashable, Sendable {
        case person
        case launch(LaunchID)
    }

    var speaker: Speaker
    /// What is lent to a connection goes back when it ends.
    var connection: ConnectionNumber

    var launch: LaunchID? {
        if case .launch(let id) = speaker { id } else { nil }
    }

    static let notThePerson = SkeinError(
        .forbidden, "a launch may not do that: an agent is not the person",
        hint: "Do it in a terminal of your own")
}

/// Tells the connections to the relay's socket apart.
struct ConnectionNumber: Hashable, Sendable {
    var number: Int
}
