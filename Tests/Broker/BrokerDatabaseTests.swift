import BrokerEngine
import Database
import Foundation
import Mesh
import MeshCrypto
import MeshProtocol
import Testing

@Suite("A broker's store")
struct BrokerDatabaseTests {
    static func mesh(_ owner: SigningKeys, id: String = "m") -> BrokerMesh {
        BrokerMesh(
            id: MeshID(rawValue: id), name: "Flock’s; DROP TABLE mesh", slug: "flock",
            ownerKey: owner.publicKey, createdAt: Moment(milliseconds: 5))
    }

    static func founder(_ keys: SigningKeys, id: String = "n", mesh: String = "m") -> BrokerMember {
        BrokerMember(
            id: MemberID(rawValue: id), mesh: MeshID(rawValue: mesh), publicKey: keys.publicKey,
            displayName: "名前", permission: .admin, joinedAt: Moment(milliseconds: 6))
    }

    /// Runs `work` with a path in a directory that is removed after.
    static func withPath(_ work: (String) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("skein-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try work(directory.appendingPathComponent("broker.db").path)
    }

    @Test("what was made is there after a restart, as it was made, once")
    func restart() throws {
        try Self.withPath { path in
            let keys = SigningKeys.generate()
            let first = try BrokerDatabase.open(at: path)
            try first.performBlocking { try $0.ensure(Self.mesh(keys), founder: Self.founder(keys)) }
            first.close()
            let second = try BrokerDatabase.open(at: path)
            defer { second.close() }
            var renamed = Self.mesh(keys)
            renamed.name = "Another"
            try second.performBlocking { try $0.ensure(renamed, founder: Self.founder(keys)) }
            #expect(try second.performBlocking { try $0.meshes() } == [Self.mesh(keys)])
            #expect(try second.performBlocking { try $0.members() } == [Self.founder(keys)])
        }
    }

    @Test("what belongs to somebody else is not taken over")
    func conflicts() throws {
        try Self.withPath { path in
            let (keys, other) = (SigningKeys.generate(), SigningKeys.generate())
            let database = try BrokerDatabase.open(at: path)
            defer { database.close() }
            try database.performBlocking { try $0.ensure(Self.mesh(keys), founder: Self.founder(keys)) }
            let attempts = [
                (Self.mesh(other), Self.founder(keys)),
                (Self.mesh(keys), Self.founder(other)),
                (Self.mesh(keys), Self.founder(keys, id: "another")),
                (Self.mesh(other, id: "m2"), Self.founder(other, mesh: "m2")),
            ]
            for (mesh, founder) in attempts {
                let error = #expect(throws: SkeinError.self) {
                    try database.performBlocking { try $0.ensure(mesh, founder: founder) }
                }
                #expect(error?.code == .meshExists)
            }
            // A refused one leaves nothing behind.
            #expect(try database.performBlocking { try $0.meshes() } == [Self.mesh(keys)])
            #expect(try database.performBlocking { try $0.members() } == [Self.founder(keys)])
        }
    }

    @Test("a damaged store is refused by name and left where it is")
    func damaged() throws {
        try Self.withPath { path in
            let bytes = Data("This is no database, but somebody may want it back. ".utf8)
            let damaged = Data((0..<100).flatMap { _ in bytes })
            try damaged.write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: SkeinError.self) { try BrokerDatabase.open(at: path) }
            #expect(error?.code == .storeCorrupt)
            #expect(error?.message.contains(path) == true)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == damaged)
        }
    }
}
