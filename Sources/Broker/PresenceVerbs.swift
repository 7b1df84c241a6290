import Mesh
import MeshProtocol

extension SetStats: BrokerVerb {
    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        guard registry.isPeer(asker) else { return }
        guard stats.isBearable else {
            return registry.refuse(asker, .invalid("a count is not below 0"))
        }
        registry.update(asker.session, at: now) { session in
            // A client that was given counts to go on from and has fewer counts from nothing.
            if session.peer.stats == nil, !stats.goesOn(from: session.countedBefore) {
                session.countedBefore = PeerStats()
            }
            if stats.hasGrown(since: session.peer.stats ?? session.countedBefore) {
                session.status.noteActivity(at: now.wall)
            }
            session.peer.stats = stats
        }
        registry.acknowledge(asker)
    }
}

extension SetHookStatus: BrokerVerb {
    static var isSkein: Bool { true }

    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        guard registry.isPeer(asker) else { return }
        registry.update(asker.session, at: now) {
            $0.status.writeFromHook(
                status, isToolCallOpen: isToolOpen, isWaiting: isWaiting ?? false, at: now.wall)
        }
        registry.acknowledge(asker)
    }
}

extension SetProfile: BrokerVerb {
    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        guard registry.isPeer(asker) else { return }
        guard profile.isBearable else {
            return registry.refuse(asker, .invalid("a field of the profile is too long"))
        }
        registry.update(asker.session, at: now) {
            $0.peer.profile = $0.peer.profile.merging(profile)
        }
        registry.acknowledge(asker, isExpected: true)
    }
}

extension PeerProfile {
    fileprivate var isBearable: Bool {
        let (count, bytes) = FrameLimits.profileCapabilities
        return (avatar?.utf8.count ?? 0) <= FrameLimits.avatar
            && (title?.utf8.count ?? 0) <= FrameLimits.word
            && (bio?.utf8.count ?? 0) <= FrameLimits.summary
            && (capabilities ?? []).count <= count
            && (capabilities ?? []).allSatisfy { $0.utf8.count <= bytes }
    }
}

extension Registry {
    /// Whether there is a presence of the asker's to change; it is told where there is none.
    fileprivate mutating func isPeer(_ asker: Asker) -> Bool {
        if tables[asker.session.mesh]?.sessions[asker.session]?.isObserver == false { return true }
        refuse(asker, .forbidden("an observer is no peer"))
        return false
    }
}
