import BrokerEngine
import Mesh
import MeshProtocol

extension GetMeshInfo: BrokerVerb {
    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        let mesh = asker.session.mesh
        registry.ask(for: asker) {
            (keys: try $0.stateKeys(in: mesh), memories: try $0.memoryCount(in: mesh))
        } then: { registry, held, _ in
            let table = registry.tables[mesh]
            let peers = table?.peers(seenBy: asker.member.id) ?? []
            let own = table?.sessions[asker.session]?.peer
            registry.reply(
                MeshInfo(
                    mesh: mesh.rawValue, peers: peers.count,
                    groups: Set(peers.flatMap(\.groups).map { "@" + $0.name }).sorted(),
                    stateKeys: held.keys, memoryCount: held.memories,
                    yourName: own?.displayName ?? asker.member.displayName,
                    yourGroups: own?.groups ?? []),
                to: asker)
        }
    }
}

extension QueryAudit: BrokerVerb {
    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        let limit = limit ?? FrameLimits.auditPage.standard
        let offset = offset ?? 0
        guard limit > 0, offset >= 0, (eventType?.utf8.count ?? 0) <= FrameLimits.word else {
            return registry.refuse(
                asker, .invalid("a limit is above 0, and an offset not below it"))
        }
        let type = eventType
        let mesh = asker.session.mesh
        registry.ask(for: asker) {
            try $0.audits(
                in: mesh, type: type, offset: offset, limit: min(limit, FrameLimits.auditPage.most))
        } then: { registry, page, _ in
            registry.reply(AuditResult(page), to: asker)
        }
    }
}

extension AuditResult {
    /// As many of the page's entries as one answer bears; `total` tells that there are more.
    fileprivate init(_ page: AuditPage) {
        var room = FrameLimits.listing
        let entries = page.entries.prefix { entry in
            room -= entry.event.payload.canonical.utf8.count + 512
            return room >= 0
        }
        self.init(
            entries: entries.map { entry in
                Entry(
                    id: entry.number, eventType: entry.event.type, actor: entry.event.actor,
                    payload: entry.event.payload, hash: entry.hash, createdAt: entry.event.at)
            }, total: page.total)
    }
}

extension VerifyAudit: BrokerVerb {
    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        let mesh = asker.session.mesh
        registry.ask(for: asker) {
            try $0.verifyAudit(of: mesh)
        } then: { registry, verdict, _ in
            registry.reply(
                AuditVerification(
                    valid: verdict.brokenAt == nil, entries: verdict.entries,
                    brokenAt: verdict.brokenAt),
                to: asker)
        }
    }
}
