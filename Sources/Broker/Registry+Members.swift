import BrokerEngine
import Foundation
import Mesh
import MeshProtocol

/// Members and settings over HTTP.
extension Registry {
    mutating func showMembers(_ request: PageRequest, at now: Instant) {
        serveSigned(request, at: now) { registry, caller in
            let page = registry.summaries(of: caller.mesh, seenBy: caller.id, at: now)
                .map { JSONValue(encoding: $0) }
            registry.answer(request, .json(.ok, ["ok": true, "members": .array(page)]))
        }
    }

    mutating func changeMember(_ request: PageRequest, at now: Instant) {
        serveSigned(request, at: now) { registry, caller throws(PageRefusal) in
            guard let changes = request.decoded(MemberChanges.self) else {
                throw PageRefusal(.badRequest, "invalid JSON, or a field of another kind")
            }
            let id = MemberID(rawValue: request.parameters["member"] ?? "")
            registry.change(id, changes, by: caller, at: now) { registry, result, now in
                switch result {
                case .success(let changed):
                    let summary = registry.summary(of: changed.member, seenBy: caller.id, at: now)
                    registry.answer(
                        request,
                        .json(
                            .ok,
                            [
                                "ok": true, "member": JSONValue(encoding: summary),
                                "changes": .object(changed.told),
                            ]))
                case .failure(let failure): registry.refuse(request, failure)
                }
            }
        }
    }

    mutating func changeSettings(_ request: PageRequest, at now: Instant) {
        serveSigned(request, at: now) { registry, caller throws(PageRefusal) in
            guard let body = JSONValue.parse(request.body), case .object = body else {
                throw PageRefusal(.badRequest, "invalid JSON")
            }
            registry.changeMesh(by: caller, at: now) { mesh in
                ChangeMesh(selfEditable: mesh.policy.selfEditable.merged(body["selfEditable"]))
            } then: { registry, result, _ in
                switch result {
                case .success: registry.answer(request, .json(.ok, ["ok": true]))
                case .failure(let failure): registry.refuse(request, failure)
                }
            }
        }
    }
}

extension PageRequest {
    /// The body as JSON of that kind.
    func decoded<Value: Decodable>(_ type: Value.Type) -> Value? {
        guard FrameScan.isSound(body) else { return nil }
        return try? JSONDecoder().decode(type, from: Data(body))
    }
}

extension MeshPolicy.SelfEditable {
    /// What `value` names is as it says; nil where it names nothing.
    fileprivate func merged(_ value: JSONValue?) -> Self? {
        var merged = self
        var isNamed = false
        let fields: [(String, WritableKeyPath<Self, Bool>)] = [
            ("displayName", \.displayName), ("roleTag", \.roleTag), ("groups", \.groups),
            ("messageMode", \.messageMode),
        ]
        for (name, path) in fields {
            guard case .bool(let isEditable)? = value?[name] else { continue }
            merged[keyPath: path] = isEditable
            isNamed = true
        }
        return isNamed ? merged : nil
    }
}
