import Mesh
import MeshProtocol
import Testing

@testable import Broker

@Suite("Changing a mesh")
struct MeshVerbsTests {
    @Test("an admin renames it; its id and slug stay")
    func rename() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        #expect(world.refusal(ChangeMesh(name: " Ours "), from: ada) == nil)
        let mesh = try #require(world.registry.roster.mesh(VerbWorld.mesh))
        #expect(mesh.name == "Ours" && mesh.slug == "mesh")
        #expect(world.store.contents.meshes[VerbWorld.mesh] == mesh)
        #expect(world.store.log.last?.payload == ["name": "Ours"])
    }

    @Test(
        "what is no change is refused",
        arguments: [
            ChangeMesh(), ChangeMesh(name: ""), ChangeMesh(name: String(repeating: "x", count: 65)),
            ChangeMesh(name: "a\u{202e}"),
        ])
    func bad(request: ChangeMesh) throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        #expect(world.refusal(request, from: ada) == "invalid_argument")
        #expect(world.store.events.isEmpty)
    }

    @Test("what is archived stays so since the first time")
    func archivedAgain() throws {
        let mesh = try #require(try VerbWorld().registry.roster.mesh(VerbWorld.mesh))
        var changed = mesh
        _ = try ChangeMesh(archived: true).apply(to: &changed, at: Moment(milliseconds: 5))
        _ = try ChangeMesh(archived: true, stateWrite: .admin)
            .apply(to: &changed, at: Moment(milliseconds: 9))
        #expect(changed.archivedAt == Moment(milliseconds: 5))
        #expect(changed.policy.stateWrite == .admin)
        _ = try ChangeMesh(archived: false).apply(to: &changed, at: Moment(milliseconds: 9))
        #expect(changed.archivedAt == nil)
    }

    @Test("a member changes nothing")
    func members() throws {
        var world = try VerbWorld()
        let bob = world.join(.bob).socket
        #expect(world.refusal(ChangeMesh(archived: true), from: bob) == "forbidden")
        #expect(world.registry.roster.mesh(VerbWorld.mesh)?.archivedAt == nil)
    }

    @Test("who archives it is told, everybody is put out, and nobody comes in any more")
    func archive() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        let old = world.join(.bob, skein: false).socket
        let observer = world.join(.cyd, observer: true).socket
        let (answer, effects) = world.ask(ChangeMesh(archived: true), from: ada)
        #expect(answer == .ack(AckFrame(id: "q")))
        for socket in [ada, old, observer] {
            #expect(effects.closing(of: socket) == .close(socket, code: 1008, reason: "archived"))
        }
        #expect(effects.pushes(.peerLeft, to: old).isEmpty)
        #expect(world.registry.tables.isEmpty)
        #expect(world.store.contents.presences.count == 2)
        for who in VerbWorld.Who.allCases {
            let (socket, effects) = world.join(who)
            #expect(
                effects.closing(of: socket) == .close(socket, code: 1008, reason: "unauthorized"))
        }
        world.restart()
        let (socket, after) = world.join(.ada)
        #expect(after.closing(of: socket) != nil)
    }
}
