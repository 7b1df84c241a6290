import Connection
import Database
import Mesh
import MeshCrypto
import MeshProtocol

/// Whom a target means. Keys, groups and everybody need no broker; names are looked up among those
/// who are present, then the members, then those whom this machine has met.
extension RelayServer {
    func resolve(
        _ text: String, in mesh: MeshID, for asker: Asker
    ) async throws(SkeinError) -> ResolvedTarget {
        let isWhole = MeshTarget(text) != nil
        let seen = isWhole ? await peersSeen(in: mesh) : await peersFound(in: mesh)
        let members = await membersKnown(in: mesh, asksBroker: !isWhole)
        do throws(TargetFault) {
            let peers = others(seen, than: asker, in: mesh)
            return try PeerDirectory(peers: peers, members: members).resolve(text)
        } catch {
            guard case .unknown = error else { throw SkeinError(error, target: text) }
        }
        // Somebody may have come just now.
        let observer = try? await standingObserver(of: mesh)
        let fresh = try? await observer?.peersNow(within: .seconds(2))
        let all = try? await self.members(of: mesh, youngerThan: .seconds(1)).compactMap(\.known)
        do throws(TargetFault) {
            let peers = others(fresh ?? seen, than: asker, in: mesh)
            return try PeerDirectory(peers: peers, members: all ?? members).resolve(text)
        } catch {
            throw SkeinError(error, target: text)
        }
    }

    /// The peers that may be meant by a name: a launch does not write to itself.
    private func others(_ peers: [Peer], than asker: Asker, in mesh: MeshID) -> [Peer] {
        guard let launch = asker.launch else { return peers }
        let own = key(of: launch)
        return peers.filter { $0.id != own }
    }

    /// Those the observer sees; where it has only begun to look, after a moment.
    private func peersFound(in mesh: MeshID) async -> [Peer] {
        guard let observer = try? await standingObserver(of: mesh) else { return [] }
        if await !observer.hasSeen { _ = try? await observer.link.firstHello(within: .seconds(2)) }
        if await observer.hasSeen { return await observer.peersSeen }
        return (try? await observer.peersNow(within: .seconds(2))) ?? []
    }

    /// As the broker listed them last; else those whom this machine has met.
    private func membersKnown(in mesh: MeshID, asksBroker: Bool) async -> [KnownMember] {
        var list = await mail.members(of: mesh, youngerThan: .seconds(asksBroker ? 60 : 86_400))
        if list == nil, asksBroker { list = try? await members(of: mesh, youngerThan: .seconds(60)) }
        if let list { return list.compactMap(\.known) }
        return (try? await mail.store.knownMembers(in: mesh)) ?? []
    }

    // MARK: - Safety numbers

    func safetyReport(
        of text: String, in mesh: MeshID, for asker: Asker
    ) async throws(SkeinError) -> SafetyReport {
        let membership = try membership(of: mesh)
        let target = try await resolve(text, in: mesh, for: asker)
        guard let key = target.memberKey.flatMap({ PublicKey(hex: $0) }) else {
            throw SkeinError(
                .peerNotFound, "\(target.name) is no member of the mesh", subject: text)
        }
        guard key != membership.memberKey else {
            throw SkeinError(.arguments, "that is yourself", subject: text)
        }
        let former = try await mail.meet(key.hex, name: target.name, in: mesh)
        return SafetyReport(
            name: target.name, memberKey: key.hex,
            number: SafetyNumber.of(membership.memberKey, key),
            isVerified: try await mail.store.isVerified(key.hex, in: mesh), formerKey: former)
    }
}

extension MemberSummary {
    /// Nil where the broker does not tell its key.
    var known: KnownMember? {
        guard let key = pubkey.flatMap({ PublicKey(hex: $0) }),
            let name = PeerName.cleaned(displayName)
        else { return nil }
        return KnownMember(name: name, memberKey: key.hex)
    }
}
