import Foundation
import Mesh
import MeshProtocol
import TestSupport
import Testing

@testable import Database

@Suite("How far a message came")
struct MailReportTests {
    let directory: TemporaryDirectory
    let store: MailStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try MailStore.open(at: directory.path + "/mail.sqlite")
    }

    @Test("receipts gather by recipient, each once, before it is known to be stored, too")
    func receipts() async throws {
        try await store.enqueue(outgoing(1))
        #expect(try await store.note(receipt(1, .stored, at: 1), name: nil, in: mailMesh))
        try await store.noteStored(mailID(1), at: at(2))
        let told: [(ReceiptFrame, String?, MeshID, Bool)] = [
            (receipt(1, .pushed, at: 3), "Ada", mailMesh, true),
            (receipt(1, .pushed, at: 4), "Ada", mailMesh, false),
            (receipt(1, from: "s", .refused, at: 5), nil, mailMesh, true),
            (receipt(1, .shown, at: 6), nil, otherMesh, false),
            (receipt(2, .shown, at: 6), nil, mailMesh, false),
            (receipt(1, from: String(repeating: "k", count: 300), at: 6), nil, mailMesh, false),
        ]
        for (frame, name, mesh, isNew) in told {
            #expect(try await store.note(frame, name: name, in: mesh) == isNew)
        }
        let report = try await store.report(mailID(1).rawValue)
        #expect(report.state == .sent && report.target == outgoing(1).target)
        #expect(report.launch == LaunchID(rawValue: "l") && report.priority == .low)
        #expect(
            report.recipients == [
                MailReport.Recipient(
                    name: "Ada", key: "r", times: [.stored: at(1), .pushed: at(3)]),
                MailReport.Recipient(
                    name: "s", key: "s", times: [.refused: at(5)], reason: "no"),
            ])
        try await store.noteStored(mailID(1), at: at(9))
        #expect(try await store.report(mailID(1).rawValue) == report)
    }

    @Test("an id's beginning finds it where no other begins so")
    func prefixes() async throws {
        for number in [1, 2, 10_000_000, 20_000_000] { try await store.enqueue(outgoing(number)) }
        try await store.noteStored(mailID(2), at: at(9))
        #expect(try await store.report(mailID(1).rawValue.uppercased()).id == mailID(1))
        let found = try await store.report(String(mailID(10_000_000).rawValue.prefix(13)))
        #expect(found.id == mailID(10_000_000))
        let refused: [(String, ErrorCode)] = [
            ("01900000", .arguments), ("0190000", .messageNotFound), ("", .messageNotFound),
            ("01900000'--", .messageNotFound), ("%%%%%%%%", .messageNotFound),
            (String(repeating: "0", count: 65), .messageNotFound),
            ("ffffffff", .messageNotFound),
        ]
        for (id, code) in refused {
            await #expect("\(id)") {
                try await store.report(id)
            } throws: { ($0 as? SkeinError)?.code == code }
        }
        await #expect {
            try await store.report("01900000")
        } throws: { error in
            let message = (error as? SkeinError)?.message ?? ""
            return message.contains(mailID(1).rawValue) && message.contains(mailID(2).rawValue)
        }
    }

    @Test("the queue lists what waits and what is dead, oldest first, of one mesh or all")
    func queue() async throws {
        try await store.enqueue(outgoing(1, at: 30))
        try await store.enqueue(outgoing(2, at: 10))
        try await store.enqueue(outgoing(3, mesh: otherMesh, at: 20))
        try await store.noteDead(mailID(2), reason: "no", at: at(9))
        #expect(try await store.queue(of: nil, limit: 9).map(\.id) == [2, 3, 1].map(mailID))
        #expect(try await store.queue(of: nil, limit: 1).map(\.state) == [.dead])
        #expect(try await store.queue(of: mailMesh, limit: 9).map(\.id) == [2, 1].map(mailID))
        #expect(try await store.queue(of: nil, limit: -1) == [])
    }
}
