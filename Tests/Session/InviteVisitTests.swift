import Flow
import Mesh
import MeshProtocol
import Session
import Testing

@Suite("Coming in by an invite, in the session")
struct InviteVisitTests {
    static let link = "https://broker.example/i/ABCDE12345"
    static let card = InviteCard(
        meshName: "Team", invitedBy: "Ana", permission: .member, role: "lead", members: 2,
        expiresAt: Moment(milliseconds: 1), broker: "https://broker.example", isExposed: false,
        owner: "00000000")

    /// Somebody who has pasted a link, and the effect of it.
    static func looking() -> SessionState {
        var state = Sample.state(welcomed: true)
        _ = state.reduce(.invite(.begin))
        _ = state.reduce(.invite(.look(link)))
        return state
    }

    @Test("pasted, looked at, consented to, claimed, and on with the mesh and the account settled")
    func whole() throws {
        var state = Sample.state(welcomed: true)
        #expect(state.reduce(.invite(.begin)).isEmpty)
        #expect(state.overlays.top == .inviteEntry)
        #expect(state.reduce(.invite(.look(Self.link))) == [.invite(.look(Self.link, number: 1))])
        #expect(state.overlays.top == .inviteCard && state.invite?.stage == .looking)
        // Nothing is claimed before the card was there.
        #expect(state.reduce(.invite(.accept)).isEmpty)
        _ = state.reduce(.invite(.found(Self.card, number: 1)))
        #expect(state.reduce(.invite(.accept)) == [.invite(.claim(name: "ada", number: 1))])
        // A second Enter claims nothing more.
        #expect(state.reduce(.invite(.accept)).isEmpty)
        let mesh = try #require(Sample.membership("Team"))
        _ = state.reduce(
            .invite(.joined(mesh.mesh, MachineRecord(memberships: [mesh]), number: 1)))
        #expect(state.overlays.isEmpty && state.invite == nil)
        #expect(state.answers.mesh.settled == .joined(mesh.mesh))
        #expect(state.answers.account.settled == .thisMachine)
        #expect(state.answers.role.value == "lead" && !state.answers.role.isSettled)
    }

    @Test("what is no invite, or is refused, is told; pasted again it is another visit")
    func invalid() {
        var state = Sample.state(welcomed: true)
        _ = state.reduce(.invite(.begin))
        #expect(state.reduce(.invite(.look("hello"))).isEmpty)
        guard case .inviteInvalid(let error)? = state.overlays.top else {
            Issue.record("no overlay")
            return
        }
        #expect(error.code == .inviteMalformed)
        _ = state.reduce(.invite(.begin))
        _ = state.reduce(.invite(.look(Self.link)))
        let expired = SkeinError(.inviteExpired, "over")
        // Of the visit before: nobody waits for it.
        _ = state.reduce(.invite(.failed(expired, number: 1)))
        #expect(state.overlays.top == .inviteCard)
        _ = state.reduce(.invite(.failed(expired, number: 2)))
        #expect(state.overlays.top == .inviteInvalid(expired))
        #expect(state.reduce(.dismiss).isEmpty)
        #expect(state.overlays.isEmpty && state.invite == nil)
    }

    @Test("patience is counted down, and goes on by itself where it was")
    func patience() {
        var state = Self.looking()
        let limited = SkeinError(.rateLimited, "wait", subject: "2")
        #expect(
            state.reduce(.invite(.failed(limited, number: 1))) == [.invite(.tick(number: 1))])
        #expect(state.overlays.top == .rateLimit && state.invite?.secondsLeft == 2)
        #expect(state.reduce(.invite(.tick(number: 1))) == [.invite(.tick(number: 1))])
        #expect(
            state.reduce(.invite(.tick(number: 1))) == [.invite(.look(Self.link, number: 1))])
        #expect(state.overlays.top == .inviteCard)
        _ = state.reduce(.invite(.found(Self.card, number: 1)))
        _ = state.reduce(.invite(.accept))
        _ = state.reduce(.invite(.failed(limited, number: 1)))
        _ = state.reduce(.invite(.tick(number: 1)))
        #expect(
            state.reduce(.invite(.tick(number: 1))) == [.invite(.claim(name: "ada", number: 1))])
    }

    @Test("left while it is under way, what comes later changes nothing")
    func left() throws {
        var state = Self.looking()
        #expect(state.reduce(.dismiss) == [.invite(.cancel)])
        let before = state
        _ = state.reduce(.invite(.found(Self.card, number: 1)))
        let mesh = try #require(Sample.membership("Team"))
        _ = state.reduce(
            .invite(.joined(mesh.mesh, MachineRecord(memberships: [mesh]), number: 1)))
        #expect(state == before)
    }
}
