import Flow
import Mesh
import MeshProtocol

/// Coming in by an invite in the wizard: pasted, looked at, consented to, claimed.
public struct InviteVisit: Equatable, Sendable {
    public enum Stage: Equatable, Sendable {
        /// Nothing was pasted yet.
        case asked
        case looking
        case offered(InviteCard)
        case claiming(InviteCard)
    }

    /// What is answered late is another visit's.
    public let number: Int
    public internal(set) var stage = Stage.asked
    /// What was pasted: kept for as long as it may have to be looked at again.
    var text = ""
    /// Until the broker may be asked again.
    public internal(set) var secondsLeft = 0
}

public enum InviteAction: Equatable, Sendable {
    /// Ask for the link or the code.
    case begin
    case look(String)
    case found(InviteCard, number: Int)
    /// Somebody read the card and comes in.
    case accept
    case joined(MeshID, MachineRecord, number: Int)
    case failed(SkeinError, number: Int)
    /// A second of the patience that was asked for has passed.
    case tick(number: Int)
    case cancel
}

/// What coming in needs done outside.
public enum InviteEffect: Equatable, Sendable {
    case look(String, number: Int)
    /// By the invite that was looked at last; `name` is what the mesh's members call who comes.
    case claim(name: String, number: Int)
    case tick(number: Int)
    case cancel
}

extension SessionState {
    mutating func reduce(_ action: InviteAction) -> [SessionEffect] {
        switch action {
        case .begin:
            let former = cancelInvite()
            invites += 1
            invite = InviteVisit(number: invites)
            overlays.push(.inviteEntry)
            return former
        case .look(let text): return look(at: text)
        case .found(let card, let number):
            guard invite?.number == number, invite?.stage == .looking else { return [] }
            invite?.stage = .offered(card)
            return []
        case .accept:
            guard case .offered(let card)? = invite?.stage else { return [] }
            return claim(card)
        case .joined(let mesh, let record, let number):
            return joined(mesh, record, number)
        case .failed(let error, let number): return inviteFailed(error, number)
        case .tick(let number): return tickInvite(number)
        case .cancel: return cancelInvite()
        }
    }

    private mutating func look(at text: String) -> [SessionEffect] {
        guard let visit = invite else { return [] }
        invite?.text = text
        do {
            _ = try InviteLink(text)
        } catch {
            return inviteFailed(error, visit.number)
        }
        invite?.stage = .looking
        overlays.push(.inviteCard)
        return [.invite(.look(text, number: visit.number))]
    }

    private mutating func claim(_ card: InviteCard) -> [SessionEffect] {
        guard let visit = invite else { return [] }
        invite?.stage = .claiming(card)
        let name = answers.name.settled ?? facts.loginName
        return [.invite(.claim(name: name, number: visit.number))]
    }

    private mutating func joined(
        _ mesh: MeshID, _ record: MachineRecord, _ number: Int
    ) -> [SessionEffect] {
        guard let visit = invite, visit.number == number else { return [] }
        if case .claiming(let card) = visit.stage, !answers.role.isSettled, let role = card.role {
            answers.role.propose(role)
        }
        endInvite()
        machine.memberships = record.memberships
        // Who has a key in a mesh is somebody there.
        if machine.account == nil, !answers.account.isSettled {
            answers.account.settle(.thisMachine)
        }
        if record.memberships.contains(where: { $0.mesh == mesh }) {
            answers.mesh.settle(.joined(mesh))
        }
        return []
    }

    private mutating func inviteFailed(_ error: SkeinError, _ number: Int) -> [SessionEffect] {
        guard invite?.number == number else { return [] }
        overlays.dismiss { $0.isInvite }
        guard error.code == .rateLimited else {
            invite?.stage = .asked
            overlays.push(.inviteInvalid(error))
            return []
        }
        invite?.secondsLeft = error.subject.flatMap { Int($0) } ?? 5
        overlays.push(.rateLimit)
        return [.invite(.tick(number: number))]
    }

    /// The wait goes on by itself; when it is over, so does what waited.
    private mutating func tickInvite(_ number: Int) -> [SessionEffect] {
        guard let visit = invite, visit.number == number, visit.secondsLeft > 0 else { return [] }
        invite?.secondsLeft -= 1
        guard visit.secondsLeft == 1 else { return [.invite(.tick(number: number))] }
        overlays.dismiss { $0 == .rateLimit }
        guard case .claiming(let card) = visit.stage else { return look(at: visit.text) }
        overlays.push(.inviteCard)
        return claim(card)
    }

    mutating func cancelInvite() -> [SessionEffect] {
        guard let visit = invite else { return [] }
        endInvite()
        switch visit.stage {
        case .looking, .claiming: return [.invite(.cancel)]
        case .asked, .offered: return []
        }
    }

    private mutating func endInvite() {
        invite = nil
        overlays.dismiss { $0.isInvite }
    }
}

extension Overlay {
    /// One of those that belong to coming in by an invite.
    var isInvite: Bool {
        switch self {
        case .inviteEntry, .inviteCard, .inviteInvalid, .rateLimit: true
        default: false
        }
    }
}
