import Mesh
import MeshProtocol

/// Who may have the relay ask a mesh's broker for something. What changes the mesh, its members or
/// what others may do to the member is the person's: an agent is not its person.
enum BrokerRequestRule: Sendable {
    case anyone
    case person
    /// A launch says it of itself; the person is no peer that could have it.
    case launch
    /// The relay does it itself.
    case relay

    static let ofRequests: [String: BrokerRequestRule] = [
        SetStats.type: .launch, SetProfile.type: .launch,
        SetState.type: .anyone, GetState.type: .anyone, ListState.type: .anyone,
        Remember.type: .anyone, Recall.type: .anyone, Forget.type: .anyone,
        GetMeshInfo.type: .anyone, ListMembers.type: .anyone, GetMessageStatus.type: .anyone,
        ListGrants.type: .anyone,
        QueryAudit.type: .person, VerifyAudit.type: .person,
        Kick.type: .person, Disconnect.type: .person,
        Ban.type: .person, Unban.type: .person, ListBans.type: .person,
        CreateWebhook.type: .person, ListWebhooks.type: .person, DeleteWebhook.type: .person,
        KeepInvite.type: .person, ListInvites.type: .person, RevokeInvite.type: .person,
        ChangeMember.type: .person, ChangeMesh.type: .person, SetGrants.type: .person,
        PullInbox.type: .relay, SetHookStatus.type: .relay,
        KeepInviteTerms.type: .relay, GetAddress.type: .relay,
    ]

    init(_ verb: ClientFrame.Verb) {
        self =
            switch verb {
            case .listPeers: .anyone
            case .setStatus, .setSummary, .setVisible, .joinGroup, .leaveGroup: .launch
            case .request(let request): Self.ofRequests[type(of: request).type] ?? .relay
            case .hello, .watchPresence, .send, .clientAck, .unknown, .invalid: .relay
            }
    }

    func check(_ asker: Asker) throws(SkeinError) {
        switch (self, asker.speaker) {
        case (.anyone, _), (.person, .person), (.launch, .launch): return
        case (.person, .launch): throw Asker.notThePerson
        case (.launch, .person):
            throw SkeinError(
                .relayRefused, "the person has no status in a mesh, only launches have one",
                hint: "Run it inside a launch")
        case (.relay, _):
            throw SkeinError(.relayRefused, "that is not asked of a broker through the relay")
        }
    }
}
