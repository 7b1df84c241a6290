import BrokerEngine
import Mesh
import MeshProtocol
import Testing

private func event(
    _ type: String, _ payload: JSONValue = [:], in mesh: MeshID = .flock, at time: Int64 = 0
) -> AuditEvent {
    AuditEvent(mesh: mesh, type: type, actor: "Ada", payload: payload, at: .at(time))
}

extension BrokerStore {
    fileprivate func audit(_ events: [AuditEvent]) async throws {
        try await perform { for each in events { try $0.audit(each) } }
    }

    fileprivate func page(
        _ mesh: MeshID = .flock, type: String? = nil, offset: Int = 0, limit: Int = 50
    ) async throws -> AuditPage {
        try await perform { try $0.audits(in: mesh, type: type, offset: offset, limit: limit) }
    }
}

extension StoreContract {
    static let auditChecks: [Check<any BrokerStore>] = [
        Check("entries are numbered from 1 in each mesh, and come newest first") { store in
            try await store.audit([
                event("a", at: 5), event("x", in: .other), event("b", ["k": [nil, .number(1.5)]], at: 3),
                event("a", at: 9),
            ])
            let page = try await store.page()
            #expect(page.total == 3)
            #expect(page.entries.map(\.number) == [3, 2, 1])
            #expect(
                page.entries.map(\.event)
                    == [event("a", at: 9), event("b", ["k": [nil, .number(1.5)]], at: 3), event("a", at: 5)])
            #expect(try await store.page(.other).entries.map(\.number) == [1])
            #expect(try await store.page(.init(rawValue: "none")).total == 0)
        },
        Check("pages are cut by type, offset and limit, and count them all") { store in
            try await store.audit((0..<10).map { event($0.isMultiple(of: 3) ? "a" : "b") })
            let cases: [(String?, Int, Int, [Int], Int)] = [
                (nil, 0, 3, [10, 9, 8], 10), (nil, 8, 3, [2, 1], 10), (nil, 10, 3, [], 10),
                (nil, 99, 3, [], 10), (nil, 0, 0, [], 10), ("a", 0, 2, [10, 7], 4),
                ("a", 2, 9, [4, 1], 4), ("a", 4, 9, [], 4), ("none", 0, 9, [], 0),
            ]
            for (type, offset, limit, numbers, total) in cases {
                let page = try await store.page(type: type, offset: offset, limit: limit)
                #expect(page.entries.map(\.number) == numbers, "\(type ?? "") \(offset) \(limit)")
                #expect(page.total == total)
            }
        },
        Check("the hashes are those of the wire protocol") { store in
            // sha256sum of genesis|<mesh>|state_set|Ada|{"key":"k","value":[1,{"a":null,"b":"ü"}]}|
            // 2026-04-15T02:54:00.123Z, and of the same after that hash with {} at the epoch.
            try await store.audit([
                event(
                    "state_set", ["value": [1, ["b": "ü", "a": nil]], "key": "k"],
                    at: 1_776_221_640_123),
                event("state_set"),
            ])
            #expect(
                try await store.page().entries.map(\.hash) == [
                    "5d4aba3bec3c6f28dda1ad6a90db95ea71c04e24e4bf5e8d80ab8ad9576af715",
                    "84a2d3e528290a3d7d4edf8df7268ecc7a3f408400d6f41498fd67e7fee6ac2e",
                ])
        },
        Check("the chain does not depend on the order of keys, but on every value") { store in
            /// The hash that the mesh's first entry would have: it is taken back.
            func hash(_ payload: JSONValue) async -> String {
                do throws(SkeinError) {
                    try await store.perform { transaction -> Void in
                        try transaction.audit(event("e", payload))
                        let page = try transaction.audits(
                            in: .flock, type: nil, offset: 0, limit: 1)
                        throw SkeinError(.internal, page.entries.first?.hash ?? "none")
                    }
                    return "kept"
                } catch {
                    return error.message
                }
            }
            let first = await hash(["a": 1, "b": ["c": 2, "d": [3, 4]]])
            #expect(await hash(["b": ["d": [3, 4], "c": 2], "a": 1]) == first)
            let different: [JSONValue] = [
                ["a": 1, "b": ["c": 2, "d": [4, 3]]], ["a": 1, "b": ["c": 2, "d": [3, 5]]],
                ["a": "1", "b": ["c": 2, "d": [3, 4]]], ["a": 1, "b": ["c": 2]], [:],
            ]
            var hashes: Set<String> = [first]
            for payload in different { hashes.insert(await hash(payload)) }
            #expect(hashes.count == different.count + 1)
        },
        Check("a sound chain is verified, and an empty one") { store in
            func verify(_ mesh: MeshID) async throws -> AuditVerdict {
                try await store.perform { try $0.verifyAudit(of: mesh) }
            }
            #expect(try await verify(.flock) == AuditVerdict(entries: 0, brokenAt: nil))
            try await store.audit(
                (0..<20).map {
                    event("e|\($0)", ["n": .integer($0), "t": "a|b\"\\\n"], at: $0 * 1000)
                })
            try await store.audit([event("x", in: .other)])
            #expect(try await verify(.flock) == AuditVerdict(entries: 20, brokenAt: nil))
            #expect(try await verify(.other) == AuditVerdict(entries: 1, brokenAt: nil))
        },
        Check("an entry whose transaction failed leaves no gap") { store in
            try await store.audit([event("a")])
            await expectFailure(.internal) {
                try await store.perform { transaction in
                    try transaction.audit(event("lost"))
                    throw SkeinError(.internal, "on purpose")
                }
            }
            try await store.audit([event("b")])
            #expect(try await store.page().entries.map(\.event.type) == ["b", "a"])
            #expect(
                try await store.perform { try $0.verifyAudit(of: .flock) }
                    == AuditVerdict(entries: 2, brokenAt: nil))
        },
    ]
}
