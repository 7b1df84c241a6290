import Foundation
import MeshCrypto
import Testing

@Suite("Sealed archives")
struct SealedArchiveTests {
    static let passphrase = "correct horse battery"
    static let cheap = SealedArchive.Cost(passes: 1, kibibytes: 64)

    /// Made once by PyNaCl: salt 00 … 0f, nonce 00 … 17, two passes over 8 MiB.
    static let vector =
        "534b45494e42414b010200000000200000000102030405060708090a0b0c0d0e0f0001020304050607"
        + "08090a0b0c0d0e0f10111213141516178c2ca560d00e61fe75821c1c6910d9c722806a5387828462"
        + "2923d3c5443406d4a28e27eab9976dffdb2d1969b846315a580be4afd76fe6b559"

    private func fault(_ archive: [UInt8], _ passphrase: String = passphrase)
        -> SealedArchive.Fault?
    {
        do throws(SealedArchive.Fault) {
            _ = try SealedArchive.open(archive, passphrase: passphrase)
            return nil
        } catch {
            return error
        }
    }

    /// With its digest made right again.
    private func healed(_ archive: [UInt8]) -> [UInt8] {
        let sealed = Array(archive.dropLast(32))
        return sealed + SHA256.of(sealed)
    }

    @Test("what another implementation has sealed is opened")
    func opensVector() throws {
        let archive = try #require(Hex.bytes(Self.vector))
        #expect(
            try SealedArchive.open(archive, passphrase: Self.passphrase)
                == Array("backup ü".utf8))
        #expect(fault(archive, "correct horse batterz") == .wrongPassphrase)
        #expect(fault(archive, "") == .wrongPassphrase)
    }

    @Test("what is sealed is opened, twice never the same", arguments: [0, 1, 100_000])
    func roundTrip(count: Int) throws {
        let contents = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let one = try SealedArchive.seal(contents, passphrase: Self.passphrase, cost: Self.cheap)
        let two = try SealedArchive.seal(contents, passphrase: Self.passphrase, cost: Self.cheap)
        #expect(one != two)
        #expect(try SealedArchive.open(one, passphrase: Self.passphrase) == contents)
    }

    @Test("a passphrase has 12 characters or more, as a person counts them")
    func short() throws {
        for passphrase in ["", "elevenchars", "e\u{301}\u{302}\u{303}levenchars"] {
            #expect(throws: SealedArchive.Fault.shortPassphrase) {
                try SealedArchive.seal([1], passphrase: passphrase, cost: Self.cheap)
            }
        }
        _ = try SealedArchive.seal([1], passphrase: "twelve chars", cost: Self.cheap)
    }

    @Test("what is no archive, or one that was changed or cut, is told as such")
    func damaged() throws {
        let archive = try SealedArchive.seal(
            [1, 2, 3], passphrase: Self.passphrase, cost: Self.cheap)
        #expect(fault([]) == .foreign)
        #expect(fault(Array("PK\u{3}\u{4} a zip of the wrong kind".utf8)) == .foreign)
        for place in archive.indices {
            var changed = archive
            changed[place] ^= 0x40
            let told = fault(changed)
            let expected: SealedArchive.Fault =
                place < 8 ? .foreign : place == 8 ? .newer : .damaged
            #expect(told == expected, "byte \(place)")
        }
        for count in 8..<archive.count {
            #expect(fault(Array(archive.prefix(count))) == .damaged, "\(count) bytes")
        }
        #expect(fault(archive + [0]) == .damaged)
    }

    @Test("what its digest does not show, the box does: the header is sealed, too")
    func forged() throws {
        let archive = try SealedArchive.seal(
            [1, 2, 3], passphrase: Self.passphrase, cost: Self.cheap)
        for place in [9, 13, 17, 40, 57, archive.count - 33] {
            var changed = archive
            changed[place] ^= 2
            #expect(fault(healed(changed)) == .wrongPassphrase, "byte \(place)")
        }
    }

    @Test("a file that asks for absurd memory or time is refused before it gets any")
    func absurd() throws {
        let archive = try SealedArchive.seal([1], passphrase: Self.passphrase, cost: Self.cheap)
        let costs: [(place: Int, bytes: [UInt8])] = [
            (9, [0xff, 0xff, 0xff, 0xff]), (9, [0, 0, 0, 0]), (9, [17, 0, 0, 0]),
            (13, [0xff, 0xff, 0xff, 0xff]), (13, [1, 0, 16, 0]), (13, [7, 0, 0, 0]),
        ]
        for cost in costs {
            var changed = archive
            changed.replaceSubrange(cost.place..<(cost.place + 4), with: cost.bytes)
            #expect(fault(healed(changed)) == .damaged, "\(cost)")
        }
        var older = archive
        older[8] = 0
        #expect(fault(healed(older)) == .damaged)
    }
}
