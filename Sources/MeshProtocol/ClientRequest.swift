/// A frame from a client that asks for something, one type each. To add one: write its type and
/// its answer's, name them in `ClientRequests.all` and `ServerAnswers.all`, and say in the broker
/// what is done (`BrokerVerb`).
public protocol ClientRequest: Codable, Equatable, Sendable {
    /// The frame's `type`.
    static var type: String { get }
}

/// A frame from a broker that answers or tells something, one type each.
public protocol ServerAnswer: Codable, Equatable, Sendable {
    /// The frame's `type`.
    static var type: String { get }
}

extension ClientRequest {
    func equals(_ other: any ClientRequest) -> Bool { other as? Self == self }
}

extension ServerAnswer {
    func equals(_ other: any ServerAnswer) -> Bool { other as? Self == self }
}

public enum ClientRequests {
    public static let all: [any ClientRequest.Type] = [
        SetStats.self, SetHookStatus.self, SetProfile.self, SetState.self, GetState.self, ListState.self,
        Remember.self, Recall.self, Forget.self, GetMeshInfo.self, QueryAudit.self,
        VerifyAudit.self, Kick.self, Disconnect.self, Ban.self, Unban.self, ListBans.self,
        CreateWebhook.self, ListWebhooks.self, DeleteWebhook.self, KeepInvite.self,
        ListInvites.self, RevokeInvite.self, ListMembers.self, ChangeMember.self,
        ChangeMesh.self, SetGrants.self, ListGrants.self, GetMessageStatus.self,
        PullInbox.self, KeepInviteTerms.self, GetAddress.self,
    ]

    static let byType = Dictionary(uniqueKeysWithValues: all.map { ($0.type, $0) })
}

public enum ServerAnswers {
    public static let all: [any ServerAnswer.Type] = [
        StateChange.self, StateResult.self, StateList.self, MemoryStored.self,
        MemoryResults.self, MeshInfo.self, AuditResult.self, AuditVerification.self,
        KickAnswer.self, DisconnectAnswer.self, BanAnswer.self, UnbanAnswer.self,
        BanList.self, WebhookAnswer.self, WebhookList.self, InviteKept.self, InviteList.self,
        MemberList.self, GrantList.self, MessageStatusResult.self, ReceiptFrame.self, InboxPage.self,
        BrokerAddress.self,
    ]

    static let byType = Dictionary(uniqueKeysWithValues: all.map { ($0.type, $0) })
}
