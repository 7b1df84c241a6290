import BrokerEngine
import Foundation
import Mesh
import MeshProtocol

extension MemoryTransaction: SharedRecords {
    func setState(_ entry: StateEntry, in mesh: MeshID) throws {
        set(\.states, Place(mesh, entry.key), entry)
    }

    func state(_ key: String, in mesh: MeshID) throws -> StateEntry? {
        contents.states[Place(mesh, key)]
    }

    func states(in mesh: MeshID) throws -> [StateEntry] {
        contents.states.filter { $0.key.mesh == mesh }.map(\.value).sorted { $0.key < $1.key }
    }

    func remember(_ memory: MemoryRecord, in mesh: MeshID) throws {
        let place = Place(mesh, memory.id)
        guard contents.memories[place] == nil else {
            throw SkeinError(.internal, "there is a memory of that id")
        }
        set(
            \.memories, place,
            MemoryContents.Memory(number: nextMemory(), mesh: mesh, record: memory))
    }

    func recall(_ query: String, in mesh: MeshID, limit: Int) throws -> [MemoryRecord] {
        let memories = contents.memories.values.filter { $0.mesh == mesh }
        let best: [MemoryContents.Memory]
        if query.allSatisfy(\.isWhitespace) {
            best = memories.sorted {
                ($0.record.rememberedAt, $0.number) > ($1.record.rememberedAt, $1.number)
            }
        } else {
            let wanted = Set(Self.words(query))
            best = memories.map { memory in
                let text = [memory.record.content] + memory.record.tags
                return (memory, text.flatMap(Self.words).count(where: wanted.contains))
            }
            .filter { $1 > 0 }
            .sorted { ($0.1, $0.0.number) > ($1.1, $1.0.number) }
            .map(\.0)
        }
        return best.prefix(max(0, limit)).map(\.record)
    }

    /// As it is looked up: without case and accents.
    private static func words(_ text: String) -> [String] {
        text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
            .split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }

    func forget(memory id: String, in mesh: MeshID) throws -> Bool {
        let place = Place(mesh, id)
        guard contents.memories[place] != nil else { return false }
        set(\.memories, place, nil)
        return true
    }

    func memoryCount(in mesh: MeshID) throws -> Int {
        contents.memories.keys.count { $0.mesh == mesh }
    }
}
