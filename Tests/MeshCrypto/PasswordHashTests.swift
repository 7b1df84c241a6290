import Foundation
import MeshCrypto
import Testing

@Suite("Passwords as they are kept")
struct PasswordHashTests {
    static let passwords = ["correct horse battery", "", "contraseña larga 🪿", "a\u{0}b and more"]

    @Test("a password fits its own hash and no other", arguments: passwords)
    func fits(_ password: String) throws {
        let hash = try #require(PasswordHash.make(of: password, cost: .least))
        #expect(hash.hasPrefix("$argon2id$v=19$"))
        #expect(!hash.contains(password) || password.isEmpty)
        #expect(PasswordHash.isValid(password, for: hash))
        for other in Self.passwords + [password + " ", "a"] where other != password {
            #expect(!PasswordHash.isValid(other, for: hash))
        }
    }

    @Test("the same password has another hash each time")
    func salted() {
        let hashes = (0..<4).map { _ in PasswordHash.make(of: "the same one", cost: .least) }
        #expect(Set(hashes).count == 4)
    }

    @Test("what people wait for costs 64 MiB")
    func cost() {
        #expect(PasswordHash.Cost.interactive.memory == 64 << 20)
        #expect(PasswordHash.Cost.interactive.passes >= 2)
    }

    @Test("what is no hash fits nothing")
    func none() throws {
        let hash = try #require(PasswordHash.make(of: "password", cost: .least))
        let broken = [
            "", "password", String(hash.dropLast()), hash + "A", String(repeating: "$", count: 4096),
            hash.replacingOccurrences(of: "argon2id", with: "argon2i"),
        ]
        for text in broken { #expect(!PasswordHash.isValid("password", for: text), "\(text)") }
    }

    @Test("more memory than there is, is told")
    func tooMuch() {
        #expect(PasswordHash.make(of: "x", cost: .init(passes: 1, memory: .max)) == nil)
    }
}
