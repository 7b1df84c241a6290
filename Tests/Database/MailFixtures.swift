import Mesh
import MeshProtocol

@testable import Database

let mailMesh = MeshID(rawValue: "m1")
let otherMesh = MeshID(rawValue: "m2")

func at(_ milliseconds: Int64) -> Moment { Moment(milliseconds: milliseconds) }

/// An id that is made from a small number, in the order of the numbers.
func mailID(_ number: Int) -> MessageID {
    var digits = String(number)
    while digits.count < 12 { digits = "0" + digits }
    let start = "0190\(digits.prefix(4))-\(digits.dropFirst(4).prefix(4))"
    return MessageID(rawValue: "\(start)-7000-8000-\(digits)")
}

func outgoing(
    _ number: Int, mesh: MeshID = mailMesh, kind: OutgoingMail.Kind = .message,
    text: String = "hello", at created: Int64? = nil, notBefore: Int64? = nil
) -> OutgoingMail {
    OutgoingMail(
        id: mailID(number), mesh: mesh, launch: LaunchID(rawValue: "l"), kind: kind,
        target: ResolvedTarget(
            spec: "spec", name: "Ada", memberKey: "key", isPresent: true),
        priority: .low, text: text, author: .agent, hops: 3, answers: mailID(900),
        createdAt: at(created ?? Int64(number)), notBefore: notBefore.map { at($0) })
}

func incoming(
    _ number: Int, mesh: MeshID = mailMesh, launch: String? = "l",
    priority: MessagePriority = .next, from key: String = "session", shown: Int64? = nil
) -> InboxMessage {
    InboxMessage(
        key: inboxKey(number, mesh: mesh, launch: launch),
        sender: MessageSender(
            name: "Bob", key: key, memberKey: "member", author: .agent, trust: .verified),
        target: "@all", priority: priority, text: "text \u{1F600} \(number)", hops: 2,
        answers: mailID(901), createdAt: at(Int64(number)), receivedAt: at(Int64(number) + 1),
        shownAt: shown.map { at($0) })
}

func inboxKey(_ number: Int, mesh: MeshID = mailMesh, launch: String? = "l") -> InboxKey {
    InboxKey(mesh: mesh, id: mailID(number), launch: launch.map { LaunchID(rawValue: $0) })
}

func receipt(
    _ number: Int, from recipient: String = "r", _ state: DeliveryState = .pushed, at time: Int64
) -> ReceiptFrame {
    ReceiptFrame(
        messageID: mailID(number).rawValue, recipient: recipient, state: state, at: at(time),
        reason: state == .refused ? "no" : nil)
}

extension MailStore {
    func takeForLaunch(
        _ limit: Int = 100, loan: Int? = nil, mesh: MeshID? = nil, shown: Bool = false,
        priorities: [MessagePriority]? = nil, launch: String? = "l"
    ) async throws -> (numbers: [String], left: Int) {
        let batch = try await take(
            for: launch.map { LaunchID(rawValue: $0) }, mesh: mesh, limit: limit,
            loan: loan.map { LoanNumber(number: $0) }, includesShown: shown,
            priorities: priorities)
        return (batch.messages.map { String($0.text.split(separator: " ").last ?? "") }, batch.left)
    }

    func leaseNow(_ now: Int64, until: Int64 = 1_000_000, limit: Int = 100) async throws
        -> [MessageID]
    {
        try await lease(of: mailMesh, at: at(now), until: at(until), limit: limit).map(\.id)
    }
}
