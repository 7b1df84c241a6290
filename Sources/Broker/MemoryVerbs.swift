import BrokerEngine
import Mesh
import MeshProtocol

extension Remember: BrokerVerb {
    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        guard !content.isEmpty, content.utf8.count <= FrameLimits.memory else {
            return registry.refuse(
                asker, .invalid("a memory has 1 to \(FrameLimits.memory) bytes"))
        }
        let (count, bytes) = FrameLimits.memoryTags
        let tags = tags ?? []
        guard tags.count <= count, tags.allSatisfy({ $0.utf8.count <= bytes }) else {
            return registry.refuse(
                asker, .invalid("a memory has at most \(count) tags of \(bytes) bytes"))
        }
        let mesh = asker.session.mesh
        let memory = MemoryRecord(
            id: registry.ids.base62(), content: content, tags: tags,
            rememberedBy: asker.member.displayName, rememberedAt: now.wall)
        registry.ask(for: asker) {
            try $0.remember(memory, in: mesh)
        } then: { registry, _, _ in
            registry.reply(MemoryStored(id: memory.id), to: asker)
        }
    }
}

extension Recall: BrokerVerb {
    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        guard query.utf8.count <= FrameLimits.memoryQuery else {
            return registry.refuse(
                asker, .invalid("a query has at most \(FrameLimits.memoryQuery) bytes"))
        }
        let query = query
        let mesh = asker.session.mesh
        registry.ask(for: asker) {
            try $0.recall(query, in: mesh, limit: FrameLimits.memoriesFound)
        } then: { registry, memories, _ in
            let results = MemoryResults(
                memories: memories.map {
                    MemoryResults.Memory(
                        id: $0.id, content: $0.content, tags: $0.tags,
                        rememberedBy: $0.rememberedBy, rememberedAt: $0.rememberedAt)
                })
            registry.reply(results, to: asker)
        }
    }
}

extension Forget: BrokerVerb {
    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        let id = memoryId
        let mesh = asker.session.mesh
        registry.change(for: asker) { transaction in
            try transaction.forget(memory: id, in: mesh)
                ? .success(()) : .failure(.notFound("the mesh has no such memory"))
        } then: { registry, _, _ in
            registry.reply(.ack(AckFrame(id: id, messageId: id)), to: asker)
        }
    }
}
