import Mesh
import MeshProtocol
import Testing

@testable import Broker

@Suite("Memories")
struct MemoryVerbsTests {
    @Test("what is remembered is recalled, and gone when it is forgotten")
    func life() throws {
        var world = try VerbWorld()
        let bob = world.join(.bob, skein: false).socket
        let ada = world.join(.ada).socket
        guard
            case .answer(let stored) = world.ask(
                Remember(content: "the gate is green", tags: ["ci"]), from: bob
            ).answer, let id = (stored as? MemoryStored)?.id
        else {
            Issue.record("not stored")
            return
        }
        #expect(id.count == 32)
        let memory = MemoryResults.Memory(
            id: id, content: "the gate is green", tags: ["ci"], rememberedBy: "Bob",
            rememberedAt: world.now.wall)
        #expect(
            world.ask(Recall(query: "gate"), from: ada).answer
                == .answer(MemoryResults(memories: [memory])))
        #expect(
            world.ask(Forget(memoryID: id), from: bob).answer
                == .ack(AckFrame(id: id, messageId: id, queued: false)))
        #expect(world.refusal(Forget(memoryID: id), from: bob) == "not_found")
        #expect(
            world.ask(Recall(query: "gate"), from: ada).answer
                == .answer(MemoryResults(memories: [])))
    }

    @Test("twenty are found at most")
    func twenty() throws {
        var world = try VerbWorld()
        let bob = world.join(.bob).socket
        for number in 0..<25 { _ = world.ask(Remember(content: "m \(number)"), from: bob) }
        guard case .answer(let found) = world.ask(Recall(query: "m"), from: bob).answer else {
            Issue.record("no answer")
            return
        }
        #expect((found as? MemoryResults)?.memories.count == 20)
    }

    @Test(
        "what is too large is not remembered",
        arguments: [
            (FrameLimits.memory, 32, 64, nil), (FrameLimits.memory + 1, 0, 0, "invalid_argument"),
            (0, 0, 0, "invalid_argument"), (1, 33, 1, "invalid_argument"),
            (1, 1, 65, "invalid_argument"),
        ] as [(Int, Int, Int, String?)])
    func bounds(content: Int, tags: Int, tag: Int, refusal: String?) throws {
        var world = try VerbWorld()
        let bob = world.join(.bob).socket
        let request = Remember(
            content: String(repeating: "c", count: content),
            tags: Array(repeating: String(repeating: "t", count: tag), count: tags))
        #expect(world.refusal(request, from: bob) == refusal)
        let count = try world.store.performNow { try $0.memoryCount(in: VerbWorld.mesh) }
        #expect(count == (refusal == nil ? 1 : 0))
    }

    @Test("a query is bounded")
    func query() throws {
        var world = try VerbWorld()
        let bob = world.join(.bob).socket
        let long = String(repeating: "q", count: FrameLimits.memoryQuery + 1)
        #expect(world.refusal(Recall(query: long), from: bob) == "invalid_argument")
    }
}
