import BrokerEngine
import Mesh
import MeshProtocol
import Testing

private func memory(
    _ id: String, _ content: String, tags: [String] = [], at time: Int64 = 1
) -> MemoryRecord {
    MemoryRecord(
        id: id, content: content, tags: tags, rememberedBy: "Ada", rememberedAt: .at(time))
}

extension BrokerStore {
    fileprivate func remember(_ memories: [MemoryRecord], in mesh: MeshID = .flock) async throws {
        try await perform { for each in memories { try $0.remember(each, in: mesh) } }
    }

    fileprivate func recall(
        _ query: String, in mesh: MeshID = .flock, limit: Int = 20
    ) async throws -> [String] {
        try await perform { try $0.recall(query, in: mesh, limit: limit).map(\.id) }
    }
}

extension StoreContract {
    static let stateChecks: [Check<any BrokerStore>] = [
        Check("every value of JSON is kept as it is") { store in
            let values: [JSONValue] = [
                nil, true, false, 0, .integer(.max), .integer(.min), .number(1.5), "",
                "'; DROP TABLE state; --\u{0}\n🪿", [], [1, "a", nil], [:],
                ["b": 1, "a": ["c": [nil]]],
            ]
            for (index, value) in values.enumerated() {
                let entry = StateEntry(
                    key: "k’\(index)", value: value, updatedBy: "名前", updatedAt: .at(Int64(index)))
                try await store.perform { try $0.setState(entry, in: .flock) }
                #expect(try await store.perform { try $0.state(entry.key, in: .flock) } == entry)
            }
            let count = try await store.perform { try $0.states(in: .flock).count }
            #expect(count == values.count)
        },
        Check("state is listed by key, replaced, and each mesh's own") { store in
            @Sendable func entry(_ key: String, _ value: JSONValue) -> StateEntry {
                StateEntry(key: key, value: value, updatedBy: "Ada", updatedAt: .at(1))
            }
            try await store.perform { transaction in
                for key in ["b", "a", "c", ""] {
                    try transaction.setState(entry(key, "old"), in: .flock)
                }
                try transaction.setState(entry("a", "other"), in: .other)
                try transaction.setState(entry("b", "new"), in: .flock)
            }
            let (listed, missing, other) = try await store.perform { transaction in
                (
                    try transaction.states(in: .flock), try transaction.state("x", in: .flock),
                    try transaction.states(in: .other)
                )
            }
            #expect(listed == [entry("", "old"), entry("a", "old"), entry("b", "new"), entry("c", "old")])
            #expect(missing == nil)
            #expect(other == [entry("a", "other")])
        },
    ]

    static let memoryChecks: [Check<any BrokerStore>] = [
        Check("a memory is found as it was remembered, by its words and tags") { store in
            let kept = memory("1", "Die Gänse fliegen\nat dawn", tags: ["bird watch", "日記"], at: 7)
            try await store.remember([kept])
            for query in ["dawn", "GÄNSE", "watch", "日記", "fliegen nothing", " dawn\t"] {
                let found = try await store.perform {
                    try $0.recall(query, in: .flock, limit: 20)
                }
                #expect(found == [kept], "\(query)")
            }
            #expect(try await store.recall("nothing") == [])
        },
        Check("the best match comes first, the newest where there is no word") { store in
            let filler = (0..<30).map { memory("f\($0)", "plain filler number \($0)", at: Int64($0)) }
            try await store.remember(filler)
            try await store.remember([
                memory("once", "the deploy key is in the vault, and many other words follow it"),
                memory("both", "rotate the deploy key: the key, the deploy"),
                memory("none", "lunch at noon", at: 100),
            ])
            #expect(try await store.recall("deploy key") == ["both", "once"])
            #expect(try await store.recall("deploy key", limit: 1) == ["both"])
            #expect(try await store.recall("filler", limit: 5).count == 5)
            #expect(try await store.recall("deploy", limit: 0) == [])
            for empty in ["", "   ", "\n\t"] {
                #expect(try await store.recall(empty, limit: 3) == ["none", "f29", "f28"])
            }
        },
        Check("a query is text: nothing in it is a language, and nothing in it fails") { store in
            try await store.remember([memory("1", "alpha beta"), memory("2", "gamma")])
            let nothing = [
                "content:delta", "NOT", "AND", "OR", "NEAR(x y)", "*", "^", "\"", "\"\"", "(", ")",
                "-", "+", "{", "}", ":", "'", ";", "\u{0}", "\u{1}", "\\", "%", "_", "--", "/*",
                "'; DROP TABLE memory; --", "\" OR content MATCH \"x", "\u{202e}", "🪿", "col : x",
                String(repeating: "(", count: 5000), String(repeating: "\" ", count: 5000),
                (0..<5000).map { "w\($0)" }.joined(separator: " "),
                String(repeating: "x", count: 100_000),
            ]
            for query in nothing {
                #expect(try await store.recall(query) == [], "\(query.prefix(40))")
            }
            let found: [(String, [String])] = [
                ("alpha AND gamma", ["1", "2"]), ("alpha NOT beta", ["1"]),
                ("\"alpha", ["1"]), ("alpha*", ["1"]), ("^beta", ["1"]), ("content:alpha", ["1"]),
                ("alpha\u{0}gamma", ["1", "2"]), ("(gamma", ["2"]), ("-gamma", ["2"]),
            ]
            for (query, expected) in found {
                #expect(try await store.recall(query).sorted() == expected, "\(query)")
            }
        },
        Check("what is forgotten is gone, and only that") { store in
            try await store.remember([memory("1", "alpha one"), memory("2", "alpha two")])
            try await store.remember([memory("1", "alpha other")], in: .other)
            func forget(_ id: String, _ mesh: MeshID) async throws -> Bool {
                try await store.perform { try $0.forget(memory: id, in: mesh) }
            }
            #expect(try await forget("2", .other) == false)
            #expect(try await forget("none", .flock) == false)
            #expect(try await forget("1", .flock))
            #expect(try await forget("1", .flock) == false)
            #expect(try await store.recall("alpha") == ["2"])
            #expect(try await store.recall("one") == [])
            #expect(try await store.recall("") == ["2"])
            #expect(try await store.recall("alpha", in: .other) == ["1"])
            let counts = try await store.perform {
                [try $0.memoryCount(in: .flock), try $0.memoryCount(in: .other)]
            }
            #expect(counts == [1, 1])
            try await store.remember([memory("1", "again")])
            #expect(try await store.recall("again alpha").sorted() == ["1", "2"])
        },
    ]
}
