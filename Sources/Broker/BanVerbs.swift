import BrokerEngine
import Mesh
import MeshProtocol

extension Ban: BrokerVerb {
    static var isForAdmins: Bool { true }

    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        do throws(Refusal) {
            let member = try registry.member(target, in: asker.session.mesh)
            guard member.id != asker.member.id else { throw .forbidden("that is yourself") }
            guard !registry.roster.isOwner(member) else {
                throw .forbidden("the owner of the mesh is not put out of it")
            }
            registry.setRevoked(now.wall, member.id, for: asker, at: now) { registry, member, now in
                registry.putOut(member, at: now)
                registry.reply(BanAnswer(banned: member.displayName), to: asker)
            }
        } catch {
            registry.refuse(asker, error)
        }
    }
}

extension Unban: BrokerVerb {
    static var isForAdmins: Bool { true }

    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        do throws(Refusal) {
            let member = try registry.bannedMember(target, in: asker.session.mesh)
            registry.setRevoked(nil, member.id, for: asker, at: now) { registry, member, _ in
                registry.reply(UnbanAnswer(unbanned: member.displayName), to: asker)
            }
        } catch {
            registry.refuse(asker, error)
        }
    }
}

extension ListBans: BrokerVerb {
    static var isForAdmins: Bool { true }

    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        let bans = registry.roster.members(of: asker.session.mesh).compactMap { member in
            member.revokedAt.map {
                BanList.Entry(name: member.displayName, pubkey: member.publicKey.hex, revokedAt: $0)
            }
        }
        registry.reply(BanList(bans: bans), to: asker)
    }
}

extension Registry {
    /// First the store, then the roster, then `then`: who was put out stays out, whatever happens
    /// in between.
    fileprivate mutating func setRevoked(
        _ revokedAt: Moment?, _ id: MemberID, for asker: Asker, at now: Instant,
        then: @escaping @Sendable (inout Registry, BrokerMember, Instant) -> Void
    ) {
        change(for: asker) { transaction -> Result<BrokerMember, Refusal> in
            guard var member = try transaction.member(id) else {
                return .failure(.notFound("the mesh has no such member"))
            }
            // Put out already: the time stays.
            member.revokedAt = revokedAt.map { member.revokedAt ?? $0 }
            try transaction.update(member)
            try transaction.audit(
                asker.event(
                    revokedAt == nil ? "member_unbanned" : "member_banned",
                    ["member": .string(id.rawValue), "name": .string(member.displayName)],
                    at: now))
            return .success(member)
        } then: { registry, member, now in
            registry.roster.put(member)
            then(&registry, member, now)
        }
    }

    /// Ends every session of a member that may not come in any more, observers too.
    fileprivate mutating func putOut(_ member: BrokerMember, at now: Instant) {
        let name = roster.mesh(member.mesh)?.name ?? member.mesh.rawValue
        for session in tables[member.mesh]?.sessions(of: member.id) ?? [] {
            if let socket = session.socket { refuse(socket, .revoked(mesh: name)) }
            end(session.key, at: now)
        }
    }
}
