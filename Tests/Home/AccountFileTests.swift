import Foundation
import Mesh
import TestSupport
import Testing

@testable import Home

@Suite("Who is signed in")
struct AccountFileTests {
    private static func file(_ name: String, _ token: AccountToken) -> AccountFile {
        AccountFile(
            account: SignedInAccount(
                server: "https://broker.example", id: name, email: "\(name)@example.org",
                name: "A “\(name)”"), token: token, issuedAt: Moment(milliseconds: 1000),
            expiresAt: Moment(milliseconds: 101_000))
    }

    private static func token() -> AccountToken {
        AccountToken.make(.session) { UInt8.random(in: .min ... .max) }
    }

    @Test("is kept in a file of the owner's own, and read back")
    func kept() throws {
        let directory = try TemporaryDirectory()
        let home = try Home(root: directory.path + "/home")
        #expect(try home.signedIn() == nil)
        let file = Self.file("ada", Self.token())
        try home.changeAccount { before in
            #expect(before == nil)
            return file
        }
        #expect(try home.signedIn() == file)
        let attributes = try FileManager.default.attributesOfItem(atPath: home.accountPath)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        var endless = file
        endless.expiresAt = nil
        try home.changeAccount { _ in endless }
        #expect(try home.signedIn() == endless)
    }

    @Test("only the token that is meant is forgotten")
    func forgotten() throws {
        let directory = try TemporaryDirectory()
        let home = try Home(root: directory.path + "/home")
        let (old, new) = (Self.token(), Self.token())
        #expect(try !home.forgetAccount(old))
        try home.changeAccount { _ in Self.file("ada", new) }
        #expect(try !home.forgetAccount(old))
        #expect(try home.signedIn()?.token == new)
        #expect(try home.forgetAccount(new))
        #expect(try home.signedIn() == nil)
    }

    @Test(
        "a damaged file is moved aside and is nobody",
        arguments: ["", "{}", "no", #"{"version":1,"server":"x","token":"sk_session_x"}"#])
    func damaged(text: String) throws {
        let directory = try TemporaryDirectory()
        let home = try Home(root: directory.path + "/home")
        try home.prepare()
        try Data(text.utf8).write(to: URL(fileURLWithPath: home.accountPath))
        #expect(try home.signedIn() == nil)
        #expect(FileManager.default.fileExists(atPath: home.accountPath + ".damaged"))
    }

    @Test("of many who sign in at once one stands, whole, and each sees who was before")
    func atOnce() async throws {
        let directory = try TemporaryDirectory()
        let home = try Home(root: directory.path + "/home")
        try home.prepare()
        let seen = try await withThrowingTaskGroup(of: String?.self) { group in
            for number in 0..<12 {
                group.addTask {
                    var before: String?
                    try home.changeAccount { found in
                        before = found?.account.id
                        return Self.file("\(number)", Self.token())
                    }
                    return before
                }
            }
            return try await group.reduce(into: [String?]()) { $0.append($1) }
        }
        let last = try #require(try home.signedIn()?.account.id)
        // A chain: everybody but the last was somebody's before.
        #expect(Set(seen.compactMap { $0 } + [last]) == Set((0..<12).map(String.init)))
        #expect(seen.count { $0 == nil } == 1)
    }

    @Test(
        "half of its life makes a token old",
        arguments: [(1000, false), (50_000, false), (52_000, true), (200_000, true)])
    func ageing(at now: Int64, isOld: Bool) {
        #expect(Self.file("ada", Self.token()).isAgeing(at: Moment(milliseconds: now)) == isOld)
    }
}
